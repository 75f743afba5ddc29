package queue_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// TestErrorsSayWhatWasDoneToWhichQueueAndWhy goes through the SDK's own decoding of errors.
func TestErrorsSayWhatWasDoneToWhichQueueAndWhy(t *testing.T) {
	said := func(status int, code, text string) awsfake.Answer {
		return awsfake.Refuse("sqs:ReceiveMessage", status, code, text)
	}
	for name, c := range map[string]struct {
		answer awsfake.Answer
		code   fault.Code // empty: a plain error
		says   []string
	}{
		"a missing permission is named": {
			said(403, "AccessDeniedException", "User: arn:aws:iam::1:user/x is not authorized"), fault.AccessDenied, []string{"sqs:ReceiveMessage on " + url, "not authorized"},
		},
		"a queue that isn't there":         {said(400, "QueueDoesNotExist", "The specified queue does not exist."), "", []string{"doesn't exist", url}},
		"a queue that isn't there either":  {said(400, "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist."), "", []string{"doesn't exist", url}},
		"expired credentials":              {said(403, "ExpiredTokenException", "The security token included in the request is expired"), "", []string{"the credentials have expired", "have expired"}},
		"a throttle":                       {said(400, "RequestThrottled", "Rate exceeded"), fault.Throttled, []string{"Rate exceeded"}},
		"a 503":                            {said(503, "ServiceUnavailable", "try later"), fault.ServiceUnavailable, []string{"try later"}},
		"a 500 without a word":             {awsfake.Answer{Status: 500}, fault.ServiceUnavailable, nil},
		"a connection that is refused":     {awsfake.Unreachable(""), fault.ServiceUnavailable, []string{"nothing can be reached", "connection refused"}},
		"an answer that takes too long":    {awsfake.Answer{Err: context.DeadlineExceeded}, fault.ServiceUnavailable, []string{"no answer in time"}},
		"another refusal":                  {said(400, "OverLimit", "too many in flight"), "", []string{"OverLimit", "too many in flight"}},
		"control characters in AWS's text": {said(400, "Odd", "a\x1b[31m\nb"), "", []string{`a\x1b[31m\nb`}},
		"an answer that isn't SQS's":       {awsfake.Garbage(""), "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := answering("ReceiveMessage", c.answer).Receive(t.Context(), 0, time.Minute)
			if err == nil {
				t.Fatal("no error")
			}
			f, classified := errors.AsType[*fault.Error](err)
			if classified != (c.code != "") || classified && f.Code != c.code {
				t.Errorf("got %v, want code %q", err, c.code)
			}
			if !strings.Contains(err.Error(), "receive from queue dead-letters: ") || len(err.Error()) > 700 {
				t.Errorf("got %v", err)
			}
			for _, part := range c.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%v\ndoesn't say %q", err, part)
				}
			}
			if errors.Is(err, queue.ErrNoQueue) != strings.Contains(name, "isn't there") {
				t.Errorf("ErrNoQueue: %v", err)
			}
		})
	}
}

func TestEveryOperationNamesItsPermission(t *testing.T) {
	w := awsfake.New()
	for _, operation := range []string{"ReceiveMessage", "GetQueueAttributes", "SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"} {
		w.On("sqs:"+operation, awsfake.Denied("sqs:"+operation))
	}
	q := on(w)
	ctx := t.Context()
	_, received := q.Receive(ctx, 0, time.Minute)
	_, counted := q.Depth(ctx)
	for permission, err := range map[string]error{
		"sqs:ReceiveMessage": received, "sqs:GetQueueAttributes": counted,
		"sqs:SendMessage": q.Send(ctx, []queue.Content{{}})[0].Err, "sqs:DeleteMessage": q.Delete(ctx, []string{"h"})[0],
	} {
		if !fault.Is(err, fault.AccessDenied) || !strings.Contains(err.Error(), "needs permission "+permission+" on") {
			t.Errorf("%s: %v", permission, err)
		}
	}
	for _, err := range append(q.Release(ctx, []string{"h"}), q.Hold(ctx, []string{"h"}, time.Minute)...) {
		if !fault.Is(err, fault.AccessDenied) || !strings.Contains(err.Error(), "needs permission sqs:ChangeMessageVisibility on") {
			t.Errorf("%v", err)
		}
	}
}

func TestACallThatEndedWithItsContextSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := awsfake.New()
	w.OnEach("sqs:ReceiveMessage", func(awsfake.Request) awsfake.Answer {
		cancel()
		return awsfake.Answer{Err: context.Canceled}
	})
	q := on(w)
	if _, err := q.Receive(ctx, 0, time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("under way: %v", err)
	}
	for _, err := range q.Delete(ctx, []string{"a", "b"}) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("before: %v", err)
		}
	}
}

// TestCredentialsThatCannotBeFoundAreNotAnUnreachableQueue: the search ends at a
// server that only EC2 has.
func TestCredentialsThatCannotBeFoundAreNotAnUnreachableQueue(t *testing.T) {
	cfg := awsfake.New().Config()
	cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{}, &smithy.OperationError{ServiceID: "ec2imds", OperationName: "GetMetadata", Err: &smithyhttp.RequestSendError{Err: errors.New("no route to host")}}
	})
	_, err := queue.New(sqs.NewFromConfig(cfg), url).Receive(t.Context(), 0, time.Minute)
	if _, classified := errors.AsType[*fault.Error](err); classified || strings.Contains(err.Error(), "reached") || !strings.Contains(err.Error(), "credentials") {
		t.Errorf("got %v", err)
	}
}
