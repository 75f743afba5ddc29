package stack

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"

	"github.com/fusionpos/orgbucket/infra/permissions"
)

// newRole makes the function's role. What it may do is written in package
// permissions, statement by statement, and nothing is granted anywhere else: the
// policy is part of the role, so no construct can add to it unseen.
func newRole(stack awscdk.Stack, s Settings, q queues, outcomes awssns.ITopic, homes *string, key awskms.IKey, logs awslogs.ILogGroup) awsiam.Role {
	scope := permissions.Scope{Partition: *stack.Partition(), Account: *stack.Account(), BucketPrefix: s.BucketPrefix, HomesBucket: *homes, Rules: s.Rules()}
	role := roleOfFunction(stack, s, "Role", provisionBucket, slices.Concat(
		permissions.S3(scope),
		permissions.Queue(*q.main.QueueArn()),
		permissions.Outcomes(*outcomes.TopicArn(), *key.KeyArn(), s.Region),
		permissions.Logs(*logs.LogGroupArn()),
	))
	explain(role, scope)
	return role
}

// newAuditRole makes the role of the function that audits.
func newAuditRole(stack awscdk.Stack, s Settings, to functionTargets, key awskms.IKey, logs awslogs.ILogGroup) awsiam.Role {
	scope := permissions.Scope{Partition: *stack.Partition(), Account: *stack.Account(), BucketPrefix: s.BucketPrefix, HomesBucket: *to.homes}
	statements := slices.Concat(permissions.Audit(scope), permissions.Logs(*logs.LogGroupArn()))
	if s.AuditEvents {
		statements = append(statements, permissions.Outcomes(*to.outcomes.TopicArn(), *key.KeyArn(), s.Region)...)
	}
	role := roleOfFunction(stack, s, "AuditRole", auditBuckets, statements)
	explainAudit(role, scope)
	return role
}

func roleOfFunction(stack awscdk.Stack, s Settings, id, function string, statements []permissions.Statement) awsiam.Role {
	role := awsiam.NewRole(stack, jsii.String(id), &awsiam.RoleProps{
		Description:    jsii.String("What " + s.name(function) + " may do: see infra/permissions"),
		AssumedBy:      awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{function: document(statements)},
	})
	if s.PermissionsBoundary != "" {
		boundary := awsiam.ManagedPolicy_FromManagedPolicyArn(stack, jsii.String("Boundary"+strings.TrimSuffix(id, "Role")), jsii.String(s.PermissionsBoundary))
		awsiam.PermissionsBoundary_Of(role).Apply(boundary)
	}
	return role
}

// document hands statements to CDK as the JSON that they are.
func document(statements []permissions.Statement) awsiam.PolicyDocument {
	encoded, err := permissions.Document(statements)
	if err != nil {
		panic("write the role's policy: " + err.Error())
	}
	var policy any
	if err := json.Unmarshal(encoded, &policy); err != nil {
		panic("write the role's policy: " + err.Error())
	}
	return awsiam.PolicyDocument_FromJson(policy)
}
