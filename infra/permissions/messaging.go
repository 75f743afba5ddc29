package permissions

// Queue is what the function, and Lambda on its behalf, may do with the queue.
func Queue(queueARN string) []Statement {
	return []Statement{
		{
			// Lambda polls and deletes with the function's role; the function itself
			// sets when a failed message comes again.
			Sid: "ConsumeQueue", Effect: "Allow",
			Action:   []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"},
			Resource: []string{queueARN},
		},
	}
}

// Outcomes is what the function may do with the outcome topic and its key.
func Outcomes(topicARN, keyARN, region string) []Statement {
	return []Statement{
		{
			// The outcome of a message, to this topic only.
			Sid: "PublishOutcome", Effect: "Allow",
			Action:   []string{"sns:Publish"},
			Resource: []string{topicARN},
		},
		{
			// The publisher to an encrypted topic needs its key, but never by itself:
			// only while SNS uses it. The * is for .cn at the end.
			Sid: "EncryptOutcome", Effect: "Allow",
			Action:   []string{"kms:GenerateDataKey", "kms:Decrypt"},
			Resource: []string{keyARN},
			Condition: map[string]map[string][]string{
				"StringLike": {"kms:ViaService": {"sns." + region + ".amazonaws.com*"}},
			},
		},
	}
}

// Logs is what the function may do with its log group, whose ARN ends with :*,
// which stands for its streams.
func Logs(logGroupARN string) []Statement {
	return []Statement{
		{
			// Not logs:CreateLogGroup: the stack makes it, with its retention.
			Sid: "WriteLog", Effect: "Allow",
			Action:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
			Resource: []string{logGroupARN},
		},
	}
}
