// Package queue is an SQS queue as the operators' tool uses it: it receives
// messages with everything that their senders set, sends them on unchanged, holds,
// releases and deletes them. It keeps SQS's limits on batches, returns what became of
// each message, and classifies SQS's errors.
package queue

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// API is what is used of the SQS client. The client should keep bodies in
// memory (package bufferedhttp), and wait longer for an answer than a receive waits
// for messages.
type API interface {
	ReceiveMessage(context.Context, *sqs.ReceiveMessageInput, ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	SendMessageBatch(context.Context, *sqs.SendMessageBatchInput, ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error)
	DeleteMessageBatch(context.Context, *sqs.DeleteMessageBatchInput, ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error)
	ChangeMessageVisibilityBatch(context.Context, *sqs.ChangeMessageVisibilityBatchInput, ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error)
	GetQueueAttributes(context.Context, *sqs.GetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error)
}

// Queue is one standard queue. Its methods may be called concurrently.
//
// Errors are *fault.Error where a code fits (AccessDenied with the permission
// that is missing, Throttled, ServiceUnavailable) and plain otherwise; both name
// the queue and what was being done. The client has repeated what AWS asks to
// repeat. If the context ended, the error wraps the context's.
type Queue struct {
	api API
	url string
}

// New returns the queue with this URL.
func New(api API, url string) *Queue {
	return &Queue{api, url}
}

// URL returns the queue's URL.
func (q *Queue) URL() string { return q.url }

// Name returns the last part of the queue's URL.
func (q *Queue) Name() string { return Name(q.url) }

// Name returns the name of the queue with a URL.
func Name(url string) string { return url[strings.LastIndexByte(url, '/')+1:] }
