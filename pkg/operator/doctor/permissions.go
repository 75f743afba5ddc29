package doctor

// Permission is an IAM action that a check needs, and the resource on which.
type Permission struct {
	Check    string
	Action   string // such as "sqs:GetQueueAttributes"
	Resource string // an ARN with words in capitals for what differs, or "*" where IAM knows no narrower one
}

// The resources.
const (
	theQueue       = "arn:aws:sqs:REGION:ACCOUNT:QUEUE"
	theDeadLetters = "arn:aws:sqs:REGION:ACCOUNT:DEAD-LETTER-QUEUE"
	theTopic       = "arn:aws:sns:REGION:ACCOUNT:TOPIC"
	theClaims      = "arn:aws:s3:::HOMES-BUCKET"
	theFunction    = "arn:aws:lambda:REGION:ACCOUNT:function:FUNCTION"
	theMembership  = "arn:aws:organizations::*:account/o-*/ACCOUNT"
	theQuota       = "arn:aws:servicequotas:us-east-1:ACCOUNT:s3/L-DC2B2D3D"
)

// permissions makes a list of pairs of action and resource.
func permissions(pairs ...string) (all []Permission) {
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, Permission{Action: pairs[i], Resource: pairs[i+1]})
	}
	return all
}

// Permissions lists what each check needs, in the checks' order. A check that lacks
// one says so; the others go on. sts:GetCallerIdentity can't be denied by what an
// identity's policy leaves out. A stage's parameters need ssm:GetParametersByPath.
func Permissions() (all []Permission) {
	for _, c := range checks {
		for _, p := range c.needs {
			p.Check = c.name
			all = append(all, p)
		}
	}
	return all
}
