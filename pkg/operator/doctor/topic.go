package doctor

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
)

func (d *Doctor) readTopic(ctx context.Context, arn string) (map[string]string, error) {
	if arn == "" {
		return nil, missing("--stage or OUTCOME_TOPIC_ARN")
	}
	out, err := d.topics.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: aws.String(arn)})
	if err != nil {
		return nil, failure[*snstypes.NotFoundException](err, "sns:GetTopicAttributes on "+show(arn),
			&absent{"there's no topic " + show(arn), putBack + " Those who subscribed have to subscribe again."})
	}
	return out.Attributes, nil
}

func checkTopic(_ context.Context, f *facts) Result {
	name, confirmed := show(lastPart(f.stage.TopicARN, ":")), f.topic["SubscriptionsConfirmed"]
	if confirmed == "0" {
		return notice("Whoever is to learn of buckets subscribes (docs/contracts.md); outcomes aren't kept.", "%s is there, but nobody subscribed to it", name)
	}
	return ok("%s is there: %s", name, subscriptions(confirmed))
}

// subscriptions is the number of them that SNS gave.
func subscriptions(number string) string {
	n, err := strconv.Atoi(number)
	if err != nil {
		return "? subscriptions"
	}
	return count(n, "subscription")
}

// checkKey looks at the keys that the topics are encrypted by, each by its own.
func checkKey(ctx context.Context, f *facts) Result {
	for _, topic := range []struct{ id, of string }{{f.topic["KmsMasterKeyId"], "outcome"}, {f.alarmTopic["KmsMasterKeyId"], "alarm"}} {
		if r := f.checkKeyOf(ctx, topic.id, topic.of); r.Status != OK {
			return r
		}
	}
	return ok("the topics' keys are enabled")
}

func (f *facts) checkKeyOf(ctx context.Context, id, of string) Result {
	if id == "" {
		return notice(putBack, "the %s topic has no key", of)
	}
	out, err := f.keys.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &id})
	if err != nil {
		return unknown(failure[*kmstypes.NotFoundException](err, "kms:DescribeKey on "+show(id),
			&absent{"there's no key " + show(id) + ", by which the topic is encrypted: no " + of + " can be published", "docs/runbook.md, PublishFailed, has the way back."}))
	}
	if state := out.KeyMetadata.KeyState; state != kmstypes.KeyStateEnabled {
		return keyFault(string(state), show(id), of)
	}
	return ok("the key is enabled")
}
