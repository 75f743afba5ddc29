package permissions

// OperatorAct is what an operator needs beside [OperatorRead] to send, replay and
// archive; --follow asks with the rights to look. A message that is sent is a request
// to provision, which does no harm twice; a dead letter can be deleted, so this isn't
// for everyone.
func OperatorAct(s Stage) []Statement {
	return []Statement{
		{
			// Replay and send. Not the outcome topic: outcomes are the function's.
			Sid: "SendToQueue", Effect: "Allow",
			Action:   []string{"sqs:SendMessage"},
			Resource: []string{s.queue()},
		},
		{
			// Replay and archive, after there's a copy.
			Sid: "TakeDeadLetters", Effect: "Allow",
			Action:   []string{"sqs:DeleteMessage"},
			Resource: []string{s.deadLetters()},
		},
	}
}

// OperatorAdopt is what an operator needs beside [OperatorRead] to adopt a bucket.
// It is a policy of its own, for few: whoever may tag buckets can give any bucket of
// the prefix to any organization, since the tag is what proves ownership. S3 knows no
// condition on the tags that PutBucketTagging writes.
func OperatorAdopt(s Stage) []Statement {
	ours := map[string]map[string][]string{"StringEquals": {"s3:ResourceAccount": {s.Account}}}
	return []Statement{
		{
			// adopt shows the first keys, so that a person can tell whose the bucket is:
			// the only right of an operator's that shows names of clients' files.
			Sid: "ShowWhatIsInIt", Effect: "Allow",
			Action:    []string{"s3:ListBucket", "s3:GetBucketAbac"},
			Resource:  []string{s.Buckets()},
			Condition: ours,
		},
		{
			Sid: "TagBucket", Effect: "Allow",
			Action:    []string{"s3:PutBucketTagging"},
			Resource:  []string{s.Buckets()},
			Condition: ours,
		},
	}
}
