package permissions

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
	return append(s.look(), []Statement{
		{
			// doctor sees whether the bucket of the claims is there, private and versioned.
			Sid: "SeeBucketOfClaims", Effect: "Allow",
			Action:    []string{"s3:ListBucket", "s3:GetBucketPublicAccessBlock", "s3:GetBucketVersioning"},
			Resource:  []string{s.homes()},
			Condition: map[string]map[string][]string{"StringEqualsIfExists": s.ours()["StringEquals"]},
		},
		{
			// plan's search for homes under other names.
			Sid: "SearchByTag", Effect: "Allow",
			Action:   []string{"tag:GetResources"},
			Resource: everywhere,
		},
	}...)
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
			// Whether the topics' keys are enabled. A key has no name.
			Sid: "SeeKey", Effect: "Allow",
			Action:   []string{"kms:DescribeKey"},
			Resource: []string{s.keys()},
		},
		{
			// Whether the alarms are there and on. Of alarms that are made of others AWS tells
			// only whom it may tell of all
			// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html).
			Sid: "SeeAlarms", Effect: "Allow",
			Action:   []string{"cloudwatch:DescribeAlarms"},
			Resource: everywhere,
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
			Resource: []string{s.log("provision-bucket"), s.log("audit-buckets")},
		},
	}
}
