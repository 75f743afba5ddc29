package stage

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/config"
)

// setting is one of a stage's values, by the names that it has elsewhere.
type setting struct {
	parameter string // the last part of the name of its parameter
	variable  string // the function's, and that of the system on one machine
	field     string // of the naming
}

// The settings. Account and Region are those in the ARN of the queue.
var (
	queueURL         = setting{"queue-url", "QUEUE_URL", ""}
	queueARN         = setting{parameter: "queue-arn"}
	deadLetterURL    = setting{"dead-letter-queue-url", "DEAD_LETTER_QUEUE_URL", ""}
	deadLetterARN    = setting{parameter: "dead-letter-queue-arn"}
	topicARN         = setting{"outcome-topic-arn", "OUTCOME_TOPIC_ARN", ""}
	functionName     = setting{parameter: "function-name"}
	logGroup         = setting{"log-group-name", "LOG_GROUP_NAME", ""}
	homesBucket      = setting{"homes-bucket", "HOMES_BUCKET", ""}
	bucketPrefix     = setting{"bucket-prefix", "BUCKET_PREFIX", "BucketPrefix"}
	clientUserPrefix = setting{"client-user-prefix", "CLIENT_USER_PREFIX", "ClientUserPrefix"}
	siblingPrefixes  = setting{"sibling-prefixes", "SIBLING_PREFIXES", "SiblingPrefixes"}
	clientAccount    = setting{"client-account-id", "CLIENT_ACCOUNT_ID", "ClientAccount"}
	namespace        = setting{"bucket-namespace", "BUCKET_NAMESPACE", "Namespace"}
	bucketTags       = setting{"bucket-tags", "BUCKET_TAGS", "Tags"}
	bucketOwnership  = setting{"bucket-ownership", "BUCKET_OWNERSHIP", "Ownership"}
	owner            = setting{"queue-arn", "ACCOUNT_ID", "Account"}
	region           = setting{"queue-arn", "AWS_REGION", "Region"}
)

// value is a setting's value, and where it came from, for errors.
type value struct{ text, said string }

// values are what is known of a stage.
type values struct {
	stage string
	of    map[setting]value
}

func (v values) text(s setting) string { return v.of[s].text }

// values collects the settings. Of several values of one, the first counts.
func (from sources) values(ctx context.Context) (values, error) {
	v := values{stage: from.name, of: map[setting]value{}}
	if v.stage == "" {
		v.learn(region, from.region, region.variable)
		for _, s := range []setting{queueURL, deadLetterURL, topicARN, owner, logGroup, homesBucket, bucketPrefix, siblingPrefixes, clientUserPrefix, clientAccount, namespace, bucketTags, bucketOwnership} {
			v.learn(s, from.getenv(s.variable), s.variable)
		}
		v.learn(bucketPrefix, config.DefaultBucketPrefix, "default")
		v.learn(clientUserPrefix, config.DefaultClientUserPrefix, "default")
		v.learn(clientAccount, v.text(owner), v.of[owner].said)
		return v, nil
	}
	found, err := from.stage(ctx)
	if err != nil {
		return values{}, err
	}
	for _, s := range []setting{queueURL, queueARN, deadLetterURL, deadLetterARN, topicARN, functionName, logGroup, homesBucket, bucketPrefix, siblingPrefixes, clientUserPrefix, clientAccount, namespace, bucketTags, bucketOwnership} {
		v.learn(s, found[s.parameter], v.parameter(s))
	}
	v.learnFromQueue(found[queueARN.parameter])
	v.learn(region, from.region, region.variable)
	return v, nil
}

func (v values) learn(s setting, text, said string) {
	if _, known := v.of[s]; !known && text != "" {
		v.of[s] = value{text, said}
	}
}

// learnFromQueue learns account and Region of the stack from its queue's ARN,
// arn:aws:sqs:<region>:<account>:<name>.
func (v values) learnFromQueue(text string) {
	a, ok := arn.Parse(text)
	if !ok {
		a.Region = text // the check of the Region will report it
	}
	v.learn(region, a.Region, v.parameter(region))
	v.learn(owner, a.Account, v.parameter(owner))
}

func (v values) parameter(s setting) string { return "parameter " + path(v.stage) + "/" + s.parameter }
