package queue_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

func receiveWith(t *testing.T, answer func() (*http.Response, error), change ...func(*sqs.Options)) error {
	t.Helper()
	_, err := on(func(string, []byte) (*http.Response, error) { return answer() }, change...).Receive(t.Context(), 0, time.Minute)
	if err == nil {
		t.Fatal("no error")
	}
	return err
}

// TestErrorsSayWhatWasDoneToWhichQueueAndWhy goes through the SDK's own decoding of errors.
func TestErrorsSayWhatWasDoneToWhichQueueAndWhy(t *testing.T) {
	said := func(status int, kind, text string, header ...string) func() (*http.Response, error) {
		return func() (*http.Response, error) {
			return answering(status, `{"__type":"`+kind+`","message":"`+text+`"}`, header...), nil
		}
	}
	for name, c := range map[string]struct {
		answer func() (*http.Response, error)
		code   fault.Code // empty: a plain error
		says   []string
	}{
		"a missing permission is named": {
			said(403, "com.amazon.coral.service#AccessDeniedException", "User: arn:aws:iam::1:user/x is not authorized"), fault.AccessDenied,
			[]string{"sqs:ReceiveMessage on " + url, "not authorized"},
		},
		"a queue that isn't there": {
			said(400, "com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.", "x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"), "",
			[]string{"doesn't exist", url},
		},
		"expired credentials":  {said(403, "com.amazon.coral.service#ExpiredTokenException", "The security token included in the request is expired"), "", []string{"the credentials have expired", "is expired"}},
		"a throttle":           {said(400, "com.amazonaws.sqs#RequestThrottled", "Rate exceeded"), fault.Throttled, []string{"Rate exceeded"}},
		"a 503":                {said(503, "ServiceUnavailable", "try later"), fault.ServiceUnavailable, []string{"try later"}},
		"a 500 without a word": {func() (*http.Response, error) { return answering(500, ``), nil }, fault.ServiceUnavailable, nil},
		"a connection that is refused": {
			func() (*http.Response, error) {
				return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
			},
			fault.ServiceUnavailable, []string{"nothing can be reached", "connection refused"},
		},
		"an answer that takes too long": {func() (*http.Response, error) { return nil, context.DeadlineExceeded }, fault.ServiceUnavailable, []string{"no answer in time"}},
		"another refusal":               {said(400, "com.amazonaws.sqs#OverLimit", "too many in flight"), "", []string{"OverLimit", "too many in flight"}},
		"control characters in AWS's text": {
			said(400, "Odd", `a\u001b[31m\nb`), "", []string{`a\x1b[31m\nb`},
		},
		"an answer that isn't SQS's": {
			func() (*http.Response, error) {
				return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("<html>"))}, nil
			}, "", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := receiveWith(t, c.answer)
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
	q := on(func(string, []byte) (*http.Response, error) { return answering(403, `{"__type":"AccessDenied"}`), nil })
	ctx := t.Context()
	_, received := q.Receive(ctx, 0, time.Minute)
	_, counted := q.Depth(ctx)
	for permission, err := range map[string]error{
		"sqs:ReceiveMessage": received, "sqs:GetQueueAttributes": counted,
		"sqs:SendMessage": q.Send(ctx, []queue.Outgoing{{}})[0].Err, "sqs:DeleteMessage": q.Delete(ctx, []string{"h"})[0],
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
	q := on(func(string, []byte) (*http.Response, error) {
		cancel()
		return nil, context.Canceled
	})
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
	err := receiveWith(t, nil, func(o *sqs.Options) {
		o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{}, &smithy.OperationError{ServiceID: "ec2imds", OperationName: "GetMetadata", Err: &smithyhttp.RequestSendError{Err: errors.New("no route to host")}}
		})
	})
	if _, classified := errors.AsType[*fault.Error](err); classified || strings.Contains(err.Error(), "reached") || !strings.Contains(err.Error(), "credentials") {
		t.Errorf("got %v", err)
	}
}
