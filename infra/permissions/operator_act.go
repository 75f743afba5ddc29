package permissions

import "github.com/fusionpos/orgbucket/pkg/bucket"

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
// the prefix to any organization, since tag and claim are what proves ownership. No
// other tag can be written with it and none removed, and no claim is replaced unseen.
func OperatorAdopt(s Stage) []Statement {
	ours := s.ours()
	return []Statement{
		{
			// adopt shows the first keys, so that a person can tell whose the bucket is:
			// the only right of an operator's that shows names of clients' files.
			Sid: "ShowWhatIsInIt", Effect: "Allow",
			Action:    []string{"s3:ListBucket"},
			Resource:  []string{s.Buckets()},
			Condition: ours,
		},
		{
			// S3 Control's TagResource, for the one tag. ForAllValues also holds of a
			// request without tags, so Null asks for the tag itself. Whether S3 Control tells
			// the bucket's account isn't documented, hence IfExists
			// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html).
			Sid: "TagBucket", Effect: "Allow",
			Action:   []string{"s3:TagResource"},
			Resource: []string{s.Buckets()},
			Condition: map[string]map[string][]string{
				"StringEqualsIfExists":      ours["StringEquals"],
				"ForAllValues:StringEquals": {"aws:TagKeys": {bucket.TagKey}},
				"Null":                      {"aws:RequestTag/" + bucket.TagKey: {"false"}},
			},
		},
		s.writeClaim(),
		{
			// A claim instead of the one that was shown, by its ETag
			// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html).
			Sid: "ReplaceClaim", Effect: "Allow",
			Action:   []string{"s3:PutObject"},
			Resource: []string{s.Claims()},
			Condition: map[string]map[string][]string{
				"StringEquals": ours["StringEquals"],
				"Null":         {"s3:if-match": {"false"}},
			},
		},
	}
}
