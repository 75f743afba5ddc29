package stage

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/config"
)

// setting is the name of one of a stage's values: that of its parameter, if it has
// one.
type setting string

// The settings.
const (
	queueURL         setting = "queue-url"
	queueARN         setting = "queue-arn"
	deadLetterURL    setting = "dead-letter-queue-url"
	deadLetterARN    setting = "dead-letter-queue-arn"
	topicARN         setting = "outcome-topic-arn"
	functionName     setting = "function-name"
	bucketPrefix     setting = "bucket-prefix"
	clientUserPrefix setting = "client-user-prefix"
	clientAccount    setting = "client-account-id"
	owner            setting = "account"
	region           setting = "region"
)

// variables are the settings' names in the environment, which are the function's
// and those of the system on one machine.
var variables = map[setting]string{
	queueURL:         "QUEUE_URL",
	deadLetterURL:    "DEAD_LETTER_QUEUE_URL",
	topicARN:         "OUTCOME_TOPIC_ARN",
	bucketPrefix:     "BUCKET_PREFIX",
	clientUserPrefix: "CLIENT_USER_PREFIX",
	clientAccount:    "CLIENT_ACCOUNT_ID",
	owner:            "ACCOUNT_ID",
	region:           "AWS_REGION",
}

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
		v.learnEnvironment(from)
		return v, nil
	}
	found, err := from.stage(ctx)
	if err != nil {
		return values{}, err
	}
	for s, text := range found {
		v.learn(s, text, "parameter "+path(v.stage)+"/"+string(s))
	}
	v.learnFromQueue(found[queueARN])
	v.learn(region, from.region, variables[region])
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
	said := "parameter " + path(v.stage) + "/" + string(queueARN)
	if a, ok := arn.Parse(text); ok {
		v.learn(region, a.Region, said)
		v.learn(owner, a.Account, said)
	} else if text != "" {
		v.learn(region, text, said) // not an ARN: the check of the Region will report it
	}
}

func (v values) learnEnvironment(from sources) {
	v.learn(region, from.region, variables[region])
	for s, name := range variables {
		if s != region { // the SDK's configuration has it
			v.learn(s, from.getenv(name), name)
		}
	}
	v.learn(bucketPrefix, config.DefaultBucketPrefix, "default")
	v.learn(clientUserPrefix, config.DefaultClientUserPrefix, "default")
	v.learn(clientAccount, v.text(owner), v.of[owner].said)
}
