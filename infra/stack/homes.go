package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// HomesBucket returns the name of the bucket of claims in an account. A name in the
// account-regional namespace includes its suffix
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html).
func (s Settings) HomesBucket(account string) string {
	name := s.name("homes-" + account + "-" + s.Region)
	if bucket.HasAccountRegionalNamespace(s.Region) {
		name += "-an"
	}
	return name
}

// newHomesBucket makes the bucket of claims, which name each organization's home, and
// returns its name. The bucket stays when the stack is deleted, in every stage, since
// the organizations' buckets stay, too. `make deploy` imports an existing one
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
// The policy has the bucket's literal name, since CloudFormation can't import a
// resource that is named by a reference. Without a known account it has a reference.
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
