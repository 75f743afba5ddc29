package main

// operatorsCalls are the requests that the operators' tool makes to AWS, by who
// may make them. TestEveryCallInTheSourcesIsAmongTheOperatorsCalls holds this list
// to the tool's sources.
func operatorsCalls(tpl template) map[operator][]named {
	arn := func(output string) string { return tpl.resolved(tpl.Outputs[output].Value).(string) }
	of := func(service, rest string) string { return "arn:aws:" + service + ":us-east-1:" + account + ":" + rest }
	ours := in(account)
	return map[operator][]named{
		// plan, audit, doctor, dead-letters list and inspect, and every --dry-run.
		reads: {
			{"find the stage: ssm.GetParametersByPath", call{action: "ssm:GetParametersByPath", resource: of("ssm", "parameter/orgbucket/prod")}},
			{"see dead letters: sqs.ReceiveMessage", call{action: "sqs:ReceiveMessage", resource: arn("DeadLetterQueueArn")}},
			{"give them back: sqs.ChangeMessageVisibilityBatch", call{action: "sqs:ChangeMessageVisibility", resource: arn("DeadLetterQueueArn")}},
			{"count them: sqs.GetQueueAttributes", call{action: "sqs:GetQueueAttributes", resource: arn("DeadLetterQueueArn")}},
			{"see whose a bucket is: s3.GetBucketTagging", call{action: "s3:GetBucketTagging", resource: ourBucket, context: ours}},
			{"see that a bucket isn't there: s3.GetBucketTagging", call{action: "s3:GetBucketTagging", resource: ourOther}},
			{"read its public access block: s3.GetPublicAccessBlock", call{action: "s3:GetBucketPublicAccessBlock", resource: ourBucket, context: ours}},
			{"read its policy: s3.GetBucketPolicy", call{action: "s3:GetBucketPolicy", resource: ourBucket, context: ours}},
			{"look for the folder: s3.HeadObject", call{action: "s3:GetObject", resource: ourBucket + "/pub/", context: ours}},
			{"look for it as the audit does: s3.GetObject", call{action: "s3:GetObject", resource: ourBucket + "/pub/", context: ours}},
			{"read a claim: s3.GetObject", call{action: "s3:GetObject", resource: ourClaim, context: ours}},
			{"list the claims: s3.ListObjectsV2", call{action: "s3:ListBucket", resource: "arn:aws:s3:::" + homesBucket, context: ours}},
			{"see that the bucket of the claims is private: s3.GetPublicAccessBlock", call{action: "s3:GetBucketPublicAccessBlock", resource: "arn:aws:s3:::" + homesBucket, context: ours}},
			{"see that it is versioned: s3.GetBucketVersioning", call{action: "s3:GetBucketVersioning", resource: "arn:aws:s3:::" + homesBucket, context: ours}},
			{"list buckets: s3.ListBuckets", call{action: "s3:ListAllMyBuckets", resource: "*"}},
			{"look for the client's user: iam.GetUser", call{action: "iam:GetUser", resource: "arn:aws:iam::" + account + ":user/rms_xmsqa1"}},
			{"look for any client's user: iam.ListUsers", call{action: "iam:ListUsers", resource: "*"}},
			{"read the account's access block: s3control.GetPublicAccessBlock", call{action: "s3:GetAccountPublicAccessBlock", resource: "*"}},
			{"read the organization's: organizations.DescribeEffectivePolicy", call{action: "organizations:DescribeEffectivePolicy",
				resource: "arn:aws:organizations::" + stranger + ":account/o-abcdefghij/" + account, context: map[string]any{"organizations:PolicyType": "S3_POLICY"}}},
			{"read the bucket quota: servicequotas.GetServiceQuota", call{action: "servicequotas:GetServiceQuota", resource: of("servicequotas", "s3/L-DC2B2D3D")}},
			{"see whether the cost tag is active: costexplorer.ListCostAllocationTags", call{action: "ce:ListCostAllocationTags", resource: "*"}},
			{"see whether it was backfilled: costexplorer.ListCostAllocationTagBackfillHistory", call{action: "ce:ListCostAllocationTagBackfillHistory", resource: "*"}},
			{"split the bill: costexplorer.GetCostAndUsage", call{action: "ce:GetCostAndUsage", resource: "*"}},
			{"read the queue's settings: sqs.GetQueueAttributes", call{action: "sqs:GetQueueAttributes", resource: arn("QueueArn")}},
			{"read the topic's settings: sns.GetTopicAttributes", call{action: "sns:GetTopicAttributes", resource: arn("OutcomeTopicArn")}},
			{"read the alarm topic's, by the same request", call{action: "sns:GetTopicAttributes", resource: of("sns", "orgbucket-prod-alarms")}},
			{"see whether the topics' key is enabled: kms.DescribeKey", call{action: "kms:DescribeKey", resource: of("kms", "key/1234abcd"), resourcePolicy: keyPolicy(tpl)}},
			{"see whether the alarms are on: cloudwatch.DescribeAlarms", call{action: "cloudwatch:DescribeAlarms", resource: of("cloudwatch", "alarm:*")}},
			{"read the function's settings: lambda.GetFunctionConfiguration", call{action: "lambda:GetFunctionConfiguration", resource: arn("FunctionArn") + ":live"}},
			{"read its reserved concurrency: lambda.GetFunctionConcurrency", call{action: "lambda:GetFunctionConcurrency", resource: arn("FunctionArn")}},
			{"find its event sources: lambda.ListEventSourceMappings", call{action: "lambda:ListEventSourceMappings", resource: "*"}},
			{"read its log: cloudwatchlogs.FilterLogEvents", call{action: "logs:FilterLogEvents", resource: logGroup(arn("LogGroupName")) + ":*"}},
		},
		// send, dead-letters replay and archive.
		replays: {
			{"send: sqs.SendMessageBatch", call{action: "sqs:SendMessage", resource: arn("QueueArn")}},
			{"take dead letters: sqs.DeleteMessageBatch", call{action: "sqs:DeleteMessage", resource: arn("DeadLetterQueueArn")}},
		},
		adopts: {
			{"show the first keys: s3.ListObjectsV2", call{action: "s3:ListBucket", resource: ourBucket, context: ours}},
			{"claim it: s3.PutObject", call{action: "s3:PutObject", resource: ourClaim, context: in(account, "s3:if-none-match", "*")}},
			{"replace a claim: s3.PutObject", call{action: "s3:PutObject", resource: ourClaim, context: in(account, "s3:if-match", "\"d41d8cd98f00b204e9800998ecf8427e\"")}},
			{"tag the bucket: s3control.TagResource", call{action: "s3:TagResource", resource: ourBucket, context: retagged(account, "OrgId")}},
		},
	}
}
