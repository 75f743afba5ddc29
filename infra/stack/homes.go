package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// HomesBucket is the name of the bucket of claims in an account. Who makes a bucket
// in the account-regional namespace has to say the suffix
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html).
func (s Settings) HomesBucket(account string) string {
	name := s.name("homes-" + account + "-" + s.Region)
	if bucket.HasAccountRegionalNamespace(s.Region) {
		name += "-an"
	}
	return name
}

// newHomesBucket makes the bucket that keeps which bucket is each organization's
// home, and returns its name. Whatever becomes of the stack the bucket stays, in
// every stage: without it nobody could prove the homes. `make deploy` imports one
// that is there already
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html).
//
// Where there is an account-regional namespace its name is in that, so that nobody
// else can ever take it.
func newHomesBucket(stack awscdk.Stack, s Settings) *string {
	props := &awss3.CfnBucketProps{
		BucketName: jsii.String(s.HomesBucket(*stack.Account())),
		PublicAccessBlockConfiguration: &awss3.CfnBucket_PublicAccessBlockConfigurationProperty{
			BlockPublicAcls: jsii.Bool(true), IgnorePublicAcls: jsii.Bool(true), BlockPublicPolicy: jsii.Bool(true), RestrictPublicBuckets: jsii.Bool(true),
		},
		OwnershipControls: &awss3.CfnBucket_OwnershipControlsProperty{
			Rules: []any{&awss3.CfnBucket_OwnershipControlsRuleProperty{ObjectOwnership: jsii.String("BucketOwnerEnforced")}},
		},
		VersioningConfiguration: &awss3.CfnBucket_VersioningConfigurationProperty{Status: jsii.String("Enabled")},
	}
	if bucket.HasAccountRegionalNamespace(s.Region) {
		props.BucketNamespace = jsii.String("account-regional")
	}
	homes := awss3.NewCfnBucket(stack, jsii.String("Homes"), props)
	homes.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
	explainHomes(homes)
	requireTLS(stack, homes)
	return homes.Ref()
}

// requireTLS refuses requests over plain HTTP
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html).
// The policy says the bucket's name, since CloudFormation can't import what is
// named by a reference; only while nobody knows the account has it to be one.
func requireTLS(stack awscdk.Stack, homes awss3.CfnBucket) {
	name, arn := homes.Ref(), *homes.AttrArn()
	if literal := homes.BucketName(); !*awscdk.Token_IsUnresolved(literal) {
		name, arn = literal, "arn:"+*stack.Partition()+":s3:::"+*literal
	}
	policy := awss3.NewCfnBucketPolicy(stack, jsii.String("HomesPolicy"), &awss3.CfnBucketPolicyProps{
		Bucket: name,
		PolicyDocument: awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &[]awsiam.PolicyStatement{
			awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
				Sid:        jsii.String("OnlyOverTLS"),
				Effect:     awsiam.Effect_DENY,
				Principals: &[]awsiam.IPrincipal{awsiam.NewStarPrincipal()},
				Actions:    jsii.Strings("s3:*"),
				Resources:  jsii.Strings(arn, arn+"/*"),
				Conditions: &map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
			}),
		}}),
	})
	policy.AddResourceDependency(homes, nil)
	policy.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
}
