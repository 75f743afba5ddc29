package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"github.com/fusionpos/orgbucket/infra/permissions"
)

// Check holds everything in the app to cdk-nag's AWS Solutions rules when it is
// synthesized: a finding without a stated reason is an error, so that nothing is
// deployed with one. CSV reports with all findings and reasons land beside the
// templates.
func Check(app constructs.Construct) {
	awscdk.Aspects_Of(app).Add(cdknag.NewAwsSolutionsChecks(nil), nil)
}

// explain says why the role's wildcards are needed, each by itself: another one
// would be an error again.
func explain(role awsiam.Role, scope permissions.Scope) {
	claims := scope
	claims.HomesBucket = "<Homes>" // as cdk-nag writes a reference to the bucket
	reason := func(why string, resource string) *cdknag.NagPackSuppression {
		return &cdknag.NagPackSuppression{
			Id:        jsii.String("AwsSolutions-IAM5"),
			Reason:    jsii.String(why),
			AppliesTo: &[]any{"Resource::" + resource},
		}
	}
	cdknag.NagSuppressions_AddResourceSuppressions(role, &[]*cdknag.NagPackSuppression{
		reason("The function's work is to make buckets that don't exist yet. Their names have this prefix and end with the organization's id, so that only the prefix is known beforehand.", scope.Buckets()),
		reason("The same buckets' folder object pub/, and no other object.", scope.Buckets()+"/pub/"),
		reason("One claim for each organization, whose key ends with its id; read, and written once.", claims.Claims()),
		reason("Homes under other names are found by their tag before a bucket is made, and the account's public access block is read; AWS knows no resource for either.", "*"),
	}, jsii.Bool(false))
}

// explainAudit says why the wildcards of the audit's role are needed.
func explainAudit(role awsiam.Role, scope permissions.Scope) {
	claims := scope
	claims.HomesBucket = "<Homes>" // as cdk-nag writes a reference to the bucket
	reason := func(why string, resource string) *cdknag.NagPackSuppression {
		return &cdknag.NagPackSuppression{Id: jsii.String("AwsSolutions-IAM5"), Reason: jsii.String(why), AppliesTo: &[]any{"Resource::" + resource}}
	}
	cdknag.NagSuppressions_AddResourceSuppressions(role, &[]*cdknag.NagPackSuppression{
		reason("It reads the configuration of every bucket of this prefix, whose names end with the organizations' ids.", scope.Buckets()),
		reason("The same buckets' folder object pub/, and no other object.", scope.Buckets()+"/pub/"),
		reason("One claim for each organization, whose key ends with its id; only read.", claims.Claims()),
		reason("The account's list of buckets and its public access block are read; AWS knows no resource for either.", "*"),
	}, jsii.Bool(false))
}

// explainHomes says why the bucket of claims does without server access logs.
func explainHomes(homes constructs.IConstruct) {
	cdknag.NagSuppressions_AddResourceSuppressions(homes, &[]*cdknag.NagPackSuppression{{
		Id:     jsii.String("AwsSolutions-S1"),
		Reason: jsii.String("A claim is written once and its earlier versions stay, so the bucket is its own record; who asked is CloudTrail's to say, without another bucket for logs that would outlive the stack too."),
	}}, jsii.Bool(false))
}
