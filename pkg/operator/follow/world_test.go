package follow_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/follow"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/outcome"
)

const (
	topicARN = "arn:aws:sns:eu-central-1:935799716578:orgbucket-dev-outcomes"
	base     = "https://sqs.eu-central-1.amazonaws.com/935799716578/"
	baseARN  = "arn:aws:sqs:eu-central-1:935799716578:"
)

// account is the SQS and SNS of one account, with one topic. It can be told to
// fail; time in it is the bubble's.
type account struct {
	mu     sync.Mutex
	queues map[string]*made // by URL
	subs   []*subscription  // in the order of their making

	// lag is how long a new subscription gets nothing.
	lag time.Duration
	// pending is how long a new subscription isn't confirmed.
	pending time.Duration
	// calls are the operations, in order, but for receives.
	calls []string
	// onCall, if set, is asked before and after each call whether it fails.
	onCall func(number int, operation string, after bool) error
}

type made struct {
	*queuetest.Fake
	in   *sqs.CreateQueueInput
	at   time.Time
	tags map[string]string
	// noARN: SQS doesn't say it.
	noARN bool
}

type subscription struct {
	arn, endpoint string
	raw           bool
	at            time.Time
}

func newAccount() *account { return &account{queues: map[string]*made{}, lag: 2 * time.Second} }

// call runs act, if nothing is to fail before it.
func call[T any](ctx context.Context, a *account, operation string, act func() (T, error)) (T, error) {
	var none T
	if ctx.Err() != nil {
		return none, ctx.Err()
	}
	a.mu.Lock()
	a.calls = append(a.calls, operation)
	number := len(a.calls)
	onCall := a.onCall
	if onCall == nil {
		onCall = func(int, string, bool) error { return nil }
	}
	a.mu.Unlock()
	if err := onCall(number, operation, false); err != nil {
		return none, err
	}
	a.mu.Lock()
	out, err := act()
	a.mu.Unlock()
	if lost := cmp.Or(onCall(number, operation, true), ctx.Err()); err == nil && lost != nil {
		return none, lost // it's done, but the answer never comes
	}
	return out, err
}

func apiError(code string) error {
	return &smithy.GenericAPIError{Code: code, Message: "said by AWS"}
}

var (
	errDenied  = apiError("AccessDenied")
	errNoQueue = apiError("AWS.SimpleQueueService.NonExistentQueue")
	errDown    = &smithy.OperationError{ServiceID: "SQS", OperationName: "any", Err: &smithyhttp.RequestSendError{Err: errors.New("connection refused")}}
)

func (a *account) CreateQueue(ctx context.Context, in *sqs.CreateQueueInput, _ ...func(*sqs.Options)) (*sqs.CreateQueueOutput, error) {
	return call(ctx, a, "CreateQueue", func() (*sqs.CreateQueueOutput, error) {
		url := base + *in.QueueName
		a.queues[url] = &made{Fake: queuetest.NewFake(url), in: in, at: time.Now(), tags: in.Tags}
		return &sqs.CreateQueueOutput{QueueUrl: &url}, nil
	})
}

func (a *account) GetQueueUrl(ctx context.Context, in *sqs.GetQueueUrlInput, _ ...func(*sqs.Options)) (*sqs.GetQueueUrlOutput, error) {
	return call(ctx, a, "GetQueueUrl", func() (*sqs.GetQueueUrlOutput, error) {
		url := base + *in.QueueName
		if a.queues[url] == nil {
			return nil, errNoQueue
		}
		return &sqs.GetQueueUrlOutput{QueueUrl: &url}, nil
	})
}

func (a *account) DeleteQueue(ctx context.Context, in *sqs.DeleteQueueInput, _ ...func(*sqs.Options)) (*sqs.DeleteQueueOutput, error) {
	return call(ctx, a, "DeleteQueue", func() (*sqs.DeleteQueueOutput, error) {
		if a.queues[*in.QueueUrl] == nil {
			return nil, errNoQueue
		}
		delete(a.queues, *in.QueueUrl)
		return &sqs.DeleteQueueOutput{}, nil
	})
}

func (a *account) ListQueues(ctx context.Context, in *sqs.ListQueuesInput, _ ...func(*sqs.Options)) (*sqs.ListQueuesOutput, error) {
	return call(ctx, a, "ListQueues", func() (*sqs.ListQueuesOutput, error) {
		out := &sqs.ListQueuesOutput{}
		for _, url := range slices.Sorted(maps.Keys(a.queues)) {
			if strings.HasPrefix(url, base+*in.QueueNamePrefix) {
				out.QueueUrls = append(out.QueueUrls, url)
			}
		}
		return out, nil
	})
}

func (a *account) ListQueueTags(ctx context.Context, in *sqs.ListQueueTagsInput, _ ...func(*sqs.Options)) (*sqs.ListQueueTagsOutput, error) {
	return call(ctx, a, "ListQueueTags", func() (*sqs.ListQueueTagsOutput, error) {
		q := a.queues[*in.QueueUrl]
		if q == nil {
			return nil, errNoQueue
		}
		return &sqs.ListQueueTagsOutput{Tags: q.tags}, nil
	})
}

func (a *account) GetQueueAttributes(ctx context.Context, in *sqs.GetQueueAttributesInput, _ ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error) {
	return call(ctx, a, "GetQueueAttributes", func() (*sqs.GetQueueAttributesOutput, error) {
		q := a.queues[*in.QueueUrl]
		if q == nil {
			return nil, errNoQueue
		}
		arn := baseARN + strings.TrimPrefix(*in.QueueUrl, base)
		if q.noARN {
			arn = ""
		}
		return &sqs.GetQueueAttributesOutput{Attributes: map[string]string{
			"QueueArn": arn, "CreatedTimestamp": fmt.Sprint(q.at.Unix()),
		}}, nil
	})
}

// on finds a queue for a call that its fake answers.
func (a *account) on(operation, url string) (*queuetest.Fake, error) {
	a.mu.Lock()
	q, onCall := a.queues[url], a.onCall
	a.mu.Unlock()
	if onCall != nil {
		if err := onCall(0, operation, false); err != nil {
			return nil, err
		}
	}
	if q == nil {
		return nil, errNoQueue
	}
	return q.Fake, nil
}

func (a *account) ReceiveMessage(ctx context.Context, in *sqs.ReceiveMessageInput, _ ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error) {
	q, err := a.on("ReceiveMessage", *in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return q.ReceiveMessage(ctx, in)
}

func (a *account) DeleteMessageBatch(ctx context.Context, in *sqs.DeleteMessageBatchInput, _ ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error) {
	q, err := a.on("DeleteMessageBatch", *in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return q.DeleteMessageBatch(ctx, in)
}

func (a *account) SendMessageBatch(context.Context, *sqs.SendMessageBatchInput, ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error) {
	return nil, errors.New("nothing may be sent to a temporary queue")
}

func (a *account) ChangeMessageVisibilityBatch(context.Context, *sqs.ChangeMessageVisibilityBatchInput, ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error) {
	return nil, errors.New("outcomes aren't given back")
}

func (a *account) Subscribe(ctx context.Context, in *sns.SubscribeInput, _ ...func(*sns.Options)) (*sns.SubscribeOutput, error) {
	return call(ctx, a, "Subscribe", func() (*sns.SubscribeOutput, error) {
		s := a.subscribe(*in.Endpoint)
		s.raw = in.Attributes["RawMessageDelivery"] == "true"
		if *in.Protocol != "sqs" || *in.TopicArn != topicARN || !in.ReturnSubscriptionArn || len(in.Attributes) != 1 {
			return nil, apiError("InvalidParameter")
		}
		return &sns.SubscribeOutput{SubscriptionArn: &s.arn}, nil
	})
}

func (a *account) subscribe(endpoint string) *subscription {
	s := &subscription{arn: fmt.Sprintf("%s:subscription-%d", topicARN, len(a.subs)+1), endpoint: endpoint, at: time.Now()}
	a.subs = append(a.subs, s)
	return s
}

func (a *account) Unsubscribe(ctx context.Context, in *sns.UnsubscribeInput, _ ...func(*sns.Options)) (*sns.UnsubscribeOutput, error) {
	return call(ctx, a, "Unsubscribe", func() (*sns.UnsubscribeOutput, error) {
		before := len(a.subs)
		if !strings.HasPrefix(*in.SubscriptionArn, "arn:") {
			return nil, apiError("InvalidParameter")
		}
		a.subs = slices.DeleteFunc(a.subs, func(s *subscription) bool { return s.arn == *in.SubscriptionArn })
		if len(a.subs) == before {
			return nil, apiError("NotFound")
		}
		return &sns.UnsubscribeOutput{}, nil
	})
}

func (a *account) GetSubscriptionAttributes(ctx context.Context, in *sns.GetSubscriptionAttributesInput, _ ...func(*sns.Options)) (*sns.GetSubscriptionAttributesOutput, error) {
	return call(ctx, a, "GetSubscriptionAttributes", func() (*sns.GetSubscriptionAttributesOutput, error) {
		for _, s := range a.subs {
			if s.arn == *in.SubscriptionArn {
				waiting := time.Since(s.at) < a.pending
				return &sns.GetSubscriptionAttributesOutput{Attributes: map[string]string{"PendingConfirmation": fmt.Sprint(waiting)}}, nil
			}
		}
		return nil, apiError("NotFound")
	})
}

// ListSubscriptionsByTopic gives two at a time.
func (a *account) ListSubscriptionsByTopic(ctx context.Context, in *sns.ListSubscriptionsByTopicInput, _ ...func(*sns.Options)) (*sns.ListSubscriptionsByTopicOutput, error) {
	return call(ctx, a, "ListSubscriptionsByTopic", func() (*sns.ListSubscriptionsByTopicOutput, error) {
		from := 0
		_, _ = fmt.Sscan(aws.ToString(in.NextToken), &from)
		out := &sns.ListSubscriptionsByTopicOutput{}
		for i, s := range a.subs {
			if i >= from && i < from+2 {
				out.Subscriptions = append(out.Subscriptions, snstypes.Subscription{SubscriptionArn: &s.arn, Endpoint: &s.endpoint, Protocol: aws.String("sqs")})
			}
		}
		if from+2 < len(a.subs) {
			out.NextToken = aws.String(fmt.Sprint(from + 2))
		}
		return out, nil
	})
}

// publish does what SNS does with an outcome: each queue whose policy lets the
// topic in gets it, unless the subscription is too new.
func (a *account) publish(t *testing.T, body string) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range a.subs {
		q := a.queues[base+strings.TrimPrefix(s.endpoint, baseARN)]
		if q == nil || time.Since(s.at) < a.lag || time.Since(s.at) < a.pending {
			continue
		}
		if !letsIn(t, q.in.Attributes["Policy"], s.endpoint) {
			t.Errorf("the policy of %s keeps the topic out", s.endpoint)
			continue
		}
		if !s.raw {
			envelope, _ := json.Marshal(map[string]string{"Type": "Notification", "Message": body})
			body = string(envelope)
		}
		q.Put(queue.Content{Body: body}, time.Now(), 0)
	}
}

// letsIn tells whether a policy lets exactly the topic send to exactly the queue.
func letsIn(t *testing.T, policy, queueARN string) bool {
	t.Helper()
	var document struct {
		Version   string
		Statement []struct {
			Effect, Action, Resource string
			Principal                map[string]string
			Condition                map[string]map[string]string
		}
	}
	if err := json.Unmarshal([]byte(policy), &document); err != nil || len(document.Statement) != 1 {
		t.Errorf("policy %s: %v", policy, err)
		return false
	}
	s := document.Statement[0]
	return s.Effect == "Allow" && s.Action == "sqs:SendMessage" && s.Resource == queueARN &&
		maps.Equal(s.Principal, map[string]string{"Service": "sns.amazonaws.com"}) &&
		len(s.Condition) == 1 && maps.Equal(s.Condition["ArnEquals"], map[string]string{"aws:SourceArn": topicARN})
}

// checkEmpty: nothing of a run is left.
func (a *account) checkEmpty(t *testing.T, name string) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.queues) > 0 || len(a.subs) > 0 {
		t.Errorf("%s: %d queues and %d subscriptions are left", name, len(a.queues), len(a.subs))
	}
}

// crew is a follower with what it told.
type crew struct {
	*follow.Follower
	mu       sync.Mutex
	outcomes []follow.Outcome
	notices  []string
}

func (a *account) start(ctx context.Context) (*crew, error) {
	c := &crew{}
	f, err := follow.Start(ctx, follow.Options{
		SQS: a, SNS: a, TopicARN: topicARN,
		OnOutcome: func(o follow.Outcome) { c.mu.Lock(); defer c.mu.Unlock(); c.outcomes = append(c.outcomes, o) },
		Notice:    func(n string) { c.mu.Lock(); defer c.mu.Unlock(); c.notices = append(c.notices, n) },
	})
	c.Follower = f
	return c, err
}

// told gives the ids of the outcomes that were told, in order.
func (c *crew) told() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var ids []string
	for _, o := range c.outcomes {
		ids = append(ids, o.ID)
	}
	return strings.Join(ids, " ")
}

func (c *crew) noticed() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.notices, "\n")
}

func message(id string) follow.Message { return follow.Message{ID: id, OrgID: org.ID("org-" + id)} }

func messages(ids string) []follow.Message {
	var all []follow.Message
	for id := range strings.FieldsSeq(ids) {
		all = append(all, message(id))
	}
	return all
}

func provisioned(id string) string {
	return written(outcome.Event{
		SchemaVersion: outcome.SchemaVersion, Type: outcome.TypeProvisioned, Status: "created", OrgID: org.ID("org-" + id),
		Bucket: &outcome.Bucket{Name: "fusion-rms-org-" + id}, Source: outcome.Source{MessageID: id, ReceiveCount: 1},
	})
}

func failed(id string, code fault.Code) string {
	return written(outcome.Event{
		SchemaVersion: outcome.SchemaVersion, Type: outcome.TypeFailed, Status: outcome.StatusFailed,
		Error: &outcome.Error{Kind: code.Kind(), Code: code, Hint: code.Hint()}, Source: outcome.Source{MessageID: id, ReceiveCount: 5},
	})
}

func written(e outcome.Event) string {
	data, err := e.JSON()
	if err != nil {
		panic(err)
	}
	return string(data)
}
