package fauxqs

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Depth is how many messages a queue holds. A message whose visibility timeout has run out counts as in flight until
// the next poll.
type Depth struct {
	Ready    int
	InFlight int
}

// Depth counts the messages of a queue without receiving any.
func (s *Server) Depth(ctx context.Context, queueURL string) (Depth, error) {
	const ready, inFlight = types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible
	out, err := s.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(queueURL), AttributeNames: []types.QueueAttributeName{ready, inFlight},
	})
	if err != nil {
		return Depth{}, fmt.Errorf("count the messages of %s: %w", queueURL, err)
	}
	var depth Depth
	if depth.Ready, err = strconv.Atoi(out.Attributes[string(ready)]); err != nil {
		return Depth{}, fmt.Errorf("read the number of messages of %s: %w", queueURL, err)
	}
	if depth.InFlight, err = strconv.Atoi(out.Attributes[string(inFlight)]); err != nil {
		return Depth{}, fmt.Errorf("read the number of messages in flight of %s: %w", queueURL, err)
	}
	return depth, nil
}
