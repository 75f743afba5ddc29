package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"
)

// newTopicKey makes the key of a topic. Each has its own: a key that is disabled must not
// silence the alarm about itself. AWS's own key for SNS won't do:
// CloudWatch can't use it, so alarms would vanish without a trace
// (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html).
func newTopicKey(stack awscdk.Stack, s Settings, id, of string) awskms.Key {
	key := awskms.NewKey(stack, jsii.String(id), &awskms.KeyProps{
		Description:       jsii.String("Encrypts the " + of + " of orgbucket " + s.Stage),
		EnableKeyRotation: jsii.Bool(true),
		RemovalPolicy:     s.removal(),
	})
	key.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("AlarmsMayUseTheKey"),
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil)},
		Actions:    jsii.Strings("kms:GenerateDataKey*", "kms:Decrypt"),
		// In a key's policy this is the key itself. As AWS has it, without a condition: what
		// KMS denies, CloudWatch drops without a word. The topic's policy keeps other
		// accounts' alarms out
		// (https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns).
		Resources: jsii.Strings("*"),
	}), jsii.Bool(false))
	key.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("DeploymentsManageTheKey"),
		Principals: &[]awsiam.IPrincipal{awsiam.NewArnPrincipal(executionRole(stack, s))},
		Actions:    jsii.Strings(keyManagement...),
		Resources:  jsii.Strings("*"),
	}), jsii.Bool(false))
	return key
}

// keyManagement is what CloudFormation calls for a key beside kms:CreateKey. The key's
// own policy grants it, which holds from the first moment; a condition on its tag in
// IAM can take five minutes to
// (https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html).
var keyManagement = []string{
	"kms:DescribeKey", "kms:DisableKey", "kms:DisableKeyRotation", "kms:EnableKey", "kms:EnableKeyRotation",
	"kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion",
	"kms:TagResource", "kms:UntagResource", "kms:UpdateKeyDescription",
}

// executionRole returns the ARN of the bootstrap's role that CloudFormation runs with.
func executionRole(stack awscdk.Stack, s Settings) *string {
	return jsii.String("arn:" + *stack.Partition() + ":iam::" + *stack.Account() + ":role/cdk-" + s.Qualifier + "-cfn-exec-role-" + *stack.Account() + "-" + s.Region)
}

// newOutcomeTopic makes the topic of the outcomes.
func newOutcomeTopic(stack awscdk.Stack, s Settings, key awskms.IKey) awssns.Topic {
	topic := awssns.NewTopic(stack, jsii.String("Outcomes"), &awssns.TopicProps{
		TopicName:        jsii.String(s.name("outcomes")),
		MasterKey:        key,
		EnforceSSL:       jsii.Bool(true),
		SignatureVersion: jsii.String("2"), // SHA256; 1 is SHA1
	})
	if len(s.OutcomeSubscribers) > 0 {
		topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:        jsii.String("Subscribers"),
			Principals: principals(s.OutcomeSubscribers),
			Actions:    jsii.Strings("sns:Subscribe"),
			Resources:  &[]*string{topic.TopicArn()},
		}))
	}
	return topic
}

// publishers are the roles that may publish to the outcome topic.
func publishers(s Settings, provision, audit awsiam.IRole) []awsiam.IRole {
	if s.AuditEvents {
		return []awsiam.IRole{provision, audit}
	}
	return []awsiam.IRole{provision}
}

// allowPublishing lets the functions publish, and nobody else. The Deny is for
// principals of this account, whose own policies could allow it otherwise.
func allowPublishing(topic awssns.Topic, roles ...awsiam.IRole) {
	var principals []awsiam.IPrincipal
	var arns []*string
	for _, role := range roles {
		principals = append(principals, awsiam.NewArnPrincipal(role.RoleArn()))
		arns = append(arns, role.RoleArn())
	}
	topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("FunctionPublishes"),
		Principals: &principals,
		Actions:    jsii.Strings("sns:Publish"),
		Resources:  &[]*string{topic.TopicArn()},
	}))
	topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("NobodyElsePublishes"),
		Effect:     awsiam.Effect_DENY,
		Principals: &[]awsiam.IPrincipal{awsiam.NewStarPrincipal()},
		Actions:    jsii.Strings("sns:Publish"),
		Resources:  &[]*string{topic.TopicArn()},
		Conditions: &map[string]any{"ArnNotEquals": map[string]any{"aws:PrincipalArn": arns}},
	}))
}

// ofThisAccount keeps a service from acting on behalf of somebody else's account
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html).
func ofThisAccount(stack awscdk.Stack) *map[string]any {
	return &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": stack.Account()}}
}
