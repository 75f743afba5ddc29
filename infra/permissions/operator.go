package permissions

import "fmt"

// Stage is what operators work on: one deployment, all of whose names follow from
// its own.
type Stage struct {
	// Scope has the partition, the account, the buckets' prefix and the bucket of the claims.
	Scope
	Name   string // "prod"
	Region string // of the stack and the buckets
	// ClientAccount owns the clients' IAM users, whose names begin with
	// ClientUserPrefix. IAM doesn't answer questions across accounts: with another
	// account than the buckets' nobody can tell whether a user exists.
	ClientAccount, ClientUserPrefix string
}

// arn is the ARN of something in the stage's account and Region.
func (s Stage) arn(service, rest string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", s.Partition, service, s.Region, s.Account, rest)
}

// The stage's parts, by the names that the stack gives them.

func (s Stage) parameters() string  { return s.arn("ssm", "parameter/orgbucket/"+s.Name) }
func (s Stage) queue() string       { return s.arn("sqs", "orgbucket-"+s.Name+"-organization-created") }
func (s Stage) deadLetters() string { return s.arn("sqs", "orgbucket-"+s.Name+"-dead-letters") }
func (s Stage) outcomes() string    { return s.arn("sns", "orgbucket-"+s.Name+"-outcomes") }
func (s Stage) alarmTopic() string  { return s.arn("sns", "orgbucket-"+s.Name+"-alarms") }
func (s Stage) keys() string        { return s.arn("kms", "key/*") }
func (s Stage) function() string {
	return s.arn("lambda", "function:orgbucket-"+s.Name+"-provision-bucket")
}

// log is the log group of a function.
func (s Stage) log(function string) string {
	return s.arn("logs", "log-group:/aws/lambda/orgbucket-"+s.Name+"-"+function+":*")
}

// homes is the bucket of the claims.
func (s Scope) homes() string { return fmt.Sprintf("arn:%s:s3:::%s", s.Partition, s.HomesBucket) }

// clients are the clients' IAM users.
func (s Stage) clients() string {
	return fmt.Sprintf("arn:%s:iam::%s:user/%s*", s.Partition, s.ClientAccount, s.ClientUserPrefix)
}

// quotaRegions are where each partition keeps the quota of buckets, which is one for
// all Regions (https://docs.aws.amazon.com/AmazonS3/latest/userguide/BucketRestrictions.html).
var quotaRegions = map[string]string{"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}

func (s Stage) bucketQuota() string {
	return fmt.Sprintf("arn:%s:servicequotas:%s:%s:s3/L-DC2B2D3D", s.Partition, quotaRegions[s.Partition], s.Account)
}

// everywhere is the Resource of actions that know no resources: IAM wants "*"
// (https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
var everywhere = []string{"*"}
