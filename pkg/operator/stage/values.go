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

// names are a setting's flag and its variable in the environment, which is the
// function's and that of the system on one machine.
var names = map[setting]struct{ flag, variable string }{
	queueURL:         {"--queue-url", "QUEUE_URL"},
	deadLetterURL:    {"--dead-letter-queue-url", "DEAD_LETTER_QUEUE_URL"},
	topicARN:         {"--outcome-topic-arn", "OUTCOME_TOPIC_ARN"},
	bucketPrefix:     {"--bucket-prefix", "BUCKET_PREFIX"},
	clientUserPrefix: {"--client-user-prefix", "CLIENT_USER_PREFIX"},
	clientAccount:    {"--client-account", "CLIENT_ACCOUNT_ID"},
	owner:            {"--account", "ACCOUNT_ID"},
	region:           {"--region", "AWS_REGION"},
}

func (f Flags) values() map[setting]string {
	return map[setting]string{
		queueURL: f.QueueURL, deadLetterURL: f.DeadLetterURL, topicARN: f.TopicARN,
		owner: f.Account, bucketPrefix: f.BucketPrefix, clientAccount: f.ClientAccount, clientUserPrefix: f.ClientUserPrefix,
	}
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
	v := values{stage: from.flags.Stage, of: map[setting]value{}}
	for s, text := range from.flags.values() {
		v.learn(s, text, names[s].flag)
	}
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
	v.learn(region, from.region, names[region].flag+" or "+names[region].variable)
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
	v.learn(region, from.region, names[region].flag+" or "+names[region].variable)
	for s, name := range names {
		if s != region { // the SDK's configuration has it
			v.learn(s, from.getenv(name.variable), name.variable)
		}
	}
	v.learn(bucketPrefix, config.DefaultBucketPrefix, "default")
	v.learn(clientUserPrefix, config.DefaultClientUserPrefix, "default")
	v.learn(clientAccount, v.text(owner), v.of[owner].said)
}
