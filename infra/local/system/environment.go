package system

// Variable is one of the environment.
type Variable struct{ Name, Value string }

// Environment is all that a program needs to use the system with the account's
// own rights: the aws command, and the operators' tool.
func (s *System) Environment() []Variable {
	root := s.S3.RootCredentials()
	return []Variable{
		{"AWS_ENDPOINT_URL_S3", s.S3.URL()}, {"AWS_ENDPOINT_URL_S3_CONTROL", s.S3.URL()}, {"AWS_ENDPOINT_URL_IAM", s.S3.IAMURL()},
		{"AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API", s.S3.URL()},
		{"AWS_ENDPOINT_URL_SQS", s.Messaging.URL()}, {"AWS_ENDPOINT_URL_SNS", s.Messaging.URL()},
		{"AWS_ACCESS_KEY_ID", root.AccessKeyID}, {"AWS_SECRET_ACCESS_KEY", root.SecretAccessKey},
		{"AWS_REGION", s.Naming.Region}, {"AWS_DEFAULT_REGION", s.Naming.Region},
		{"QUEUE_URL", s.Queues.QueueURL},
		{"DEAD_LETTER_QUEUE_URL", s.Queues.DeadLetterURL},
		{"OUTCOME_TOPIC_ARN", s.Queues.TopicARN},
		{"ACCOUNT_ID", s.Naming.Account},
		{"HOMES_BUCKET", s.HomesBucket},
		{"AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", s.LogURL}, {"LOG_GROUP_NAME", s.Log.Group},
	}
}
