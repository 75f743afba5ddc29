package doctor

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

func checkTopic(ctx context.Context, v *visit) Result {
	arn := v.stage.TopicARN
	if arn == "" {
		return unknown(missing("--stage or OUTCOME_TOPIC_ARN"))
	}
	if v.clients.Topics == nil {
		return unknown(account.NotServed("SNS"))
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	out, err := v.clients.Topics.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: aws.String(arn)})
	if _, gone := errors.AsType[*snstypes.NotFoundException](err); gone {
		return wrong("Deploy the stage again; those who subscribed have to subscribe again.", "there's no topic %s", show(arn))
	}
	if err != nil {
		return unknown(account.Unanswered(err, "sns:GetTopicAttributes on "+show(arn)))
	}
	confirmed := out.Attributes["SubscriptionsConfirmed"]
	if confirmed == "" {
		confirmed = "?"
	}
	return ok("%s is there: %s subscriptions", show(lastPart(arn, ":")), show(confirmed))
}
