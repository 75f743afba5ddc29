package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// rule is an EventBridge rule that invokes the audit's function.
type rule struct {
	id, name, about string
	schedule        *string
	pattern         any
}

// invoke makes the rules, and lets EventBridge invoke the function for them.
func (a audit) invoke(stack awscdk.Stack, s Settings, rules ...rule) {
	for _, r := range rules {
		made := awsevents.NewCfnRule(stack, jsii.String(r.id), &awsevents.CfnRuleProps{
			Name: jsii.String(s.name(r.name)), Description: jsii.String(r.about),
			ScheduleExpression: r.schedule, EventPattern: r.pattern,
			Targets: []any{&awsevents.CfnRule_TargetProperty{Id: jsii.String("audit"), Arn: a.function.FunctionArn()}},
		})
		awslambda.NewCfnPermission(stack, jsii.String(r.id+"Invokes"), &awslambda.CfnPermissionProps{
			Action: jsii.String("lambda:InvokeFunction"), FunctionName: a.function.FunctionArn(),
			Principal: jsii.String("events.amazonaws.com"), SourceArn: made.AttrArn(),
		})
	}
}

// byHand are the calls on an organization's bucket, or on that of the claims, that only
// the function and deployments make.
var byHand = []string{
	"DeleteBucket", "PutBucketPolicy", "DeleteBucketPolicy", "PutBucketPublicAccessBlock", "DeleteBucketPublicAccessBlock",
	"PutBucketAcl", "PutBucketOwnershipControls", "PutBucketVersioning", "PutBucketLifecycle", "PutBucketReplication", "PutBucketWebsite",
	"PutBucketEncryption", "PutBucketRequestPayment",
}

// guard tells of what others do with the stage's buckets and keys. Changes of tags come
// without a trail, the others only where CloudTrail logs them
// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html).
func (a audit) guard(stack awscdk.Stack, s Settings, role awsiam.IRole, homes *string, keys ...awskms.Key) {
	var ids []*string
	for _, key := range keys {
		ids = append(ids, key.KeyId(), key.KeyArn())
	}
	others := []any{map[string]any{"anything-but": map[string]any{"prefix": []string{
		"arn:" + *stack.Partition() + ":sts::" + *stack.Account() + ":assumed-role/" + *role.RoleName() + "/",
		"arn:" + *stack.Partition() + ":sts::" + *stack.Account() + ":assumed-role/cdk-" + s.Qualifier + "-cfn-exec-role-",
	}}}}
	succeeded := []any{map[string]any{"exists": false}}
	a.invoke(stack, s,
		rule{id: "Retagged", name: "audit-retagged", about: "Tells of changed tags OrgId and OrgbucketHold of organizations' buckets", pattern: map[string]any{
			"source": []string{"aws.tag"}, "detail-type": []string{"Tag Change on Resource"},
			"resources": []any{map[string]any{"prefix": "arn:" + *stack.Partition() + ":s3:::" + s.BucketPrefix}},
			"detail": map[string]any{
				"service": []string{"s3"}, "resource-type": []string{"bucket"}, "changed-tag-keys": []string{bucket.TagKey, bucket.HoldTagKey},
				"version": []any{map[string]any{"numeric": []any{">", 1}}}, // the first is the creation's
			},
		}},
		rule{id: "Touched", name: "audit-touched", about: "Tells of what others do to organizations' buckets and to that of the claims", pattern: map[string]any{
			"source": []string{"aws.s3"}, "detail-type": []string{"AWS API Call via CloudTrail"},
			"detail": map[string]any{
				"eventName": byHand, "userIdentity": map[string]any{"arn": others}, "errorCode": succeeded,
				"requestParameters": map[string]any{"bucketName": []any{map[string]any{"prefix": s.BucketPrefix}, homes}},
			},
		}},
		rule{id: "KeyTouched", name: "audit-keys", about: "Tells of topics' keys that are switched off", pattern: map[string]any{
			"source": []string{"aws.kms"}, "detail-type": []string{"AWS API Call via CloudTrail"},
			"detail": map[string]any{
				"eventName": []string{"DisableKey", "ScheduleKeyDeletion", "PutKeyPolicy"}, "errorCode": succeeded,
				"userIdentity":      map[string]any{"arn": others},
				"requestParameters": map[string]any{"keyId": ids},
			},
		}},
	)
}
