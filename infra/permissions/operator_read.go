package permissions

import "github.com/fusionpos/orgbucket/pkg/bucket"

// OperatorRead is what an operator needs to look: plan, audit, dead-letters list
// and inspect, doctor, and every --dry-run. It adds to what the operator may do
// otherwise; it neither reads a client's files nor lists them, and changes nothing
// but for how long a dead letter that is looked at is hidden.
func OperatorRead(s Stage) []Statement {
	statements := []Statement{
		{
			// Where everything is: --stage. Both, since IAM is asked about the path.
			Sid: "FindStage", Effect: "Allow",
			Action:   []string{"ssm:GetParametersByPath"},
			Resource: []string{s.parameters(), s.parameters() + "/*"},
		},
		{
			// SQS shows a message only to whoever receives it, which hides it from
			// others for a while and adds to its receive count; the second action makes
			// it visible again at once. Nothing is deleted or sent.
			Sid: "LookAtDeadLetters", Effect: "Allow",
			Action:   []string{"sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"},
			Resource: []string{s.deadLetters()},
		},
	}
	return append(append(statements, s.readBuckets()...), s.readSystem()...)
}

// readBuckets is to observe buckets as the function does.
func (s Stage) readBuckets() []Statement {
	folder := s.Buckets() + "/" + bucket.FolderKey
	ours := s.ours()["StringEquals"]
	return []Statement{
		{
			// A bucket that doesn't exist has no account: the condition mustn't turn
			// "not there" into "denied".
			Sid: "ReadBucketConfiguration", Effect: "Allow",
			Action:    []string{"s3:GetBucketTagging", "s3:GetBucketPublicAccessBlock", "s3:GetBucketPolicy"},
			Resource:  []string{s.Buckets()},
			Condition: map[string]map[string][]string{"StringEqualsIfExists": ours},
		},
		{
			// HeadObject on pub/ alone, an empty object, not on what's in it.
			Sid: "SeeFolder", Effect: "Allow",
			Action:    []string{"s3:GetObject"},
			Resource:  []string{folder},
			Condition: map[string]map[string][]string{"StringEquals": ours},
		},
		{
			// IAM's * crosses slashes, so the folder's pattern also matches keys like
			// private/pub/. The only refusal here: it takes such keys, and nothing else,
			// from whoever may read files otherwise.
			Sid: "NoFolderInFolders", Effect: "Deny",
			Action:   []string{"s3:GetObject"},
			Resource: []string{s.Buckets() + "/*/" + bucket.FolderKey},
		},
		{
			// The claims, and that one is absent: without the right to list S3 answers
			// 403 (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html). The
			// audit lists them.
			Sid: "ReadClaims", Effect: "Allow",
			Action:    []string{"s3:GetObject"},
			Resource:  []string{s.Claims()},
			Condition: map[string]map[string][]string{"StringEquals": ours},
		},
		{
			// doctor sees whether the bucket of the claims is there, private and versioned.
			Sid: "SeeBucketOfClaims", Effect: "Allow",
			Action:    []string{"s3:ListBucket", "s3:GetBucketPublicAccessBlock", "s3:GetBucketVersioning"},
			Resource:  []string{s.homes()},
			Condition: map[string]map[string][]string{"StringEqualsIfExists": ours},
		},
		{
			// The audit's list, and whether a bucket that can't be read is this
			// account's. Names only; S3 has no narrower right.
			Sid: "ListBuckets", Effect: "Allow",
			Action:   []string{"s3:ListAllMyBuckets"},
			Resource: everywhere,
		},
		{
			// plan's search for homes under other names.
			Sid: "SearchByTag", Effect: "Allow",
			Action:   []string{"tag:GetResources"},
			Resource: everywhere,
		},
	}
}

// readSystem is for the questions beside the buckets that diagnosis and doctor ask.
func (s Stage) readSystem() []Statement {
	return []Statement{
		{
			// Whether the client's user exists, which a bucket's policy must name.
			Sid: "SeeClientUsers", Effect: "Allow",
			Action:   []string{"iam:GetUser"},
			Resource: []string{s.clients()},
		},
		{
			// What the account's settings and quotas allow: actions without resources.
			// The last answers in the billing account only.
			Sid: "ReadAccountSettings", Effect: "Allow",
			Action: []string{"s3:GetAccountPublicAccessBlock", "iam:ListUsers", "lambda:ListEventSourceMappings",
				"ce:ListCostAllocationTags", "ce:ListCostAllocationTagBackfillHistory", "ce:GetCostAndUsage"},
			Resource: everywhere,
		},
		{
			// What the organization in AWS Organizations says about S3, to this account.
			Sid: "ReadOrganizationPolicy", Effect: "Allow",
			Action:    []string{"organizations:DescribeEffectivePolicy"},
			Resource:  []string{"arn:" + s.Partition + ":organizations::*:account/o-*/" + s.Account},
			Condition: map[string]map[string][]string{"StringEquals": {"organizations:PolicyType": {"S3_POLICY"}}},
		},
		{
			// How many buckets the account may have.
			Sid: "ReadBucketQuota", Effect: "Allow",
			Action:   []string{"servicequotas:GetServiceQuota"},
			Resource: []string{s.bucketQuota()},
		},
		{
			Sid: "ReadQueue", Effect: "Allow",
			Action:   []string{"sqs:GetQueueAttributes"},
			Resource: []string{s.queue()},
		},
		{
			// How many subscribed to each, and the key of both.
			Sid: "ReadTopics", Effect: "Allow",
			Action:   []string{"sns:GetTopicAttributes"},
			Resource: []string{s.outcomes(), s.alarmTopic()},
		},
		{
			// Whether the topics' key is enabled. A key has no name.
			Sid: "SeeKey", Effect: "Allow",
			Action:   []string{"kms:DescribeKey"},
			Resource: []string{s.keys()},
		},
		{
			// Whether the alarms are there and on. IAM is asked about all of the account's.
			Sid: "SeeAlarms", Effect: "Allow",
			Action:   []string{"cloudwatch:DescribeAlarms"},
			Resource: []string{s.alarms()},
		},
		{
			// The settings of the version that is live, not its code.
			Sid: "ReadFunction", Effect: "Allow",
			Action:   []string{"lambda:GetFunctionConfiguration", "lambda:GetFunctionConcurrency"},
			Resource: []string{s.function(), s.function() + ":live"},
		},
		{
			// How messages failed, an organization's story, the function's release; and the runbook's `aws logs tail`.
			Sid: "ReadLog", Effect: "Allow",
			Action:   []string{"logs:FilterLogEvents"},
			Resource: []string{s.log()},
		},
	}
}
