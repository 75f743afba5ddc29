package follow

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

const (
	// leftoverAge is how old the queue of a killed run is, for sure: see Longest.
	leftoverAge = 24 * time.Hour
	// clearing bounds the time that is spent on leftovers.
	clearing = 10 * time.Second
)

var nameForm = regexp.MustCompile("^" + prefix + "[a-z2-7]{26}$")

// leftover is the queue of a run that was killed.
type leftover struct{ url, arn string }

// clearLeftovers removes what killed runs on this topic have left. It's a
// courtesy: what can't be done is told, and no error.
func (m *mailbox) clearLeftovers(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, clearing)
	defer cancel()
	all, err := m.leftovers(ctx)
	if err == nil {
		for _, l := range all {
			if l.arn == "" { // its subscriptions can't be told from others
				m.Notice("the temporary queue of a run that was killed wasn't removed, since SQS doesn't say its ARN: " + l.url)
				continue
			}
			if err = m.clear(ctx, l); err != nil {
				break
			}
			m.Notice("removed the temporary queue of a run that was killed: " + l.url)
		}
	}
	if err != nil && ctx.Err() == nil {
		m.Notice(fmt.Sprintf("temporary queues that killed runs may have left weren't all removed: %v", err))
	}
}

// leftovers finds queues that have the name, the tag and the age.
func (m *mailbox) leftovers(ctx context.Context) ([]leftover, error) {
	out, err := m.SQS.ListQueues(ctx, &sqs.ListQueuesInput{QueueNamePrefix: aws.String(prefix)})
	if err != nil {
		return nil, failed(err, "list queues "+prefix+"*", "sqs:ListQueues")
	}
	var all []leftover
	var now time.Time
	for _, url := range out.QueueUrls {
		if url == m.queueURL || !nameForm.MatchString(url[strings.LastIndexByte(url, '/')+1:]) {
			continue
		}
		tags, err := m.SQS.ListQueueTags(ctx, &sqs.ListQueueTagsInput{QueueUrl: &url})
		switch {
		case isAbsent(err):
			continue
		case err != nil:
			return nil, failed(err, "read the tags of "+url, "sqs:ListQueueTags on "+prefix+"*")
		case tags.Tags[tagKey] != m.TopicARN:
			continue
		}
		if now.IsZero() {
			// SQS's clock, and not this machine's, which may be wrong.
			if _, now, err = m.created(ctx, m.queueURL); err != nil {
				return nil, err
			}
		}
		arn, created, err := m.created(ctx, url)
		switch {
		case isAbsent(err):
			continue
		case err != nil:
			return nil, err
		case now.Sub(created) > leftoverAge:
			all = append(all, leftover{url, arn})
		}
	}
	return all, nil
}

// created is when a queue was made.
func (m *mailbox) created(ctx context.Context, url string) (arn string, at time.Time, err error) {
	out, err := m.SQS.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameCreatedTimestamp, types.QueueAttributeNameQueueArn},
	})
	if err != nil {
		return "", time.Time{}, failed(err, "read when "+url+" was made", "sqs:GetQueueAttributes on "+prefix+"*")
	}
	seconds, err := strconv.ParseInt(out.Attributes[string(types.QueueAttributeNameCreatedTimestamp)], 10, 64)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("read when %s was made: %w", url, err)
	}
	return out.Attributes[string(types.QueueAttributeNameQueueArn)], time.Unix(seconds, 0), nil
}

// clear removes a leftover. Its subscription goes first, since it's found by the queue.
func (m *mailbox) clear(ctx context.Context, l leftover) error {
	if err := m.unsubscribeQueue(ctx, l.arn); err != nil {
		return err
	}
	return m.delete(ctx, l.url)
}
