// Package queue is an SQS queue as the operators' tool uses it: it receives
// messages with all that their senders gave them, sends them on unchanged, holds
// them, lets go of them and deletes them. It knows SQS's limits on batches, tells
// for each message what became of it, and classifies SQS's errors.
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
// the queue and what was being done. What AWS asks to repeat, the client has
// repeated. An error of a context that ended wraps the context's.
type Queue struct {
	api API
	url string
}

// New takes the client and the queue's URL.
func New(api API, url string) *Queue {
	return &Queue{api, url}
}

// URL is the queue's.
func (q *Queue) URL() string { return q.url }

// Name is the last part of the queue's URL.
func (q *Queue) Name() string { return q.url[strings.LastIndexByte(q.url, '/')+1:] }
