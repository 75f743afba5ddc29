package doctor

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
)

func checkTopic(ctx context.Context, f *facts) Result {
	arn := f.stage.TopicARN
	if arn == "" {
		return unknown(missing("--stage or OUTCOME_TOPIC_ARN"))
	}
	out, err := f.topics.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: aws.String(arn)})
	if err != nil {
		return unknown(failure[*snstypes.NotFoundException](err, "sns:GetTopicAttributes on "+show(arn),
			&absent{"there's no topic " + show(arn), "Deploy the stage again; those who subscribed have to subscribe again."}))
	}
	confirmed := out.Attributes["SubscriptionsConfirmed"]
	if confirmed == "" {
		confirmed = "?"
	}
	return ok("%s is there: %s subscriptions", show(lastPart(arn, ":")), show(confirmed))
}
