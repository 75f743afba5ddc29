package deadletter

import (
	"context"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// Queue is the dead-letter queue; *queue.Queue is one. Its methods may be called
// concurrently, retry what can be retried, and return errors that name the queue
// and what was being done.
type Queue interface {
	Receive(ctx context.Context, wait, hold time.Duration) ([]queue.Message, error)
	// Hold, Release and Delete return an error or nil for each handle. Hold's is
	// queue.ErrNotHeld for a message whose hold has run out.
	Hold(ctx context.Context, handles []string, hold time.Duration) []error
	Release(ctx context.Context, handles []string) []error
	Delete(ctx context.Context, handles []string) []error
	Depth(ctx context.Context) (queue.Depth, error)
	URL() string
}

// Source is the queue that messages are sent back to. Send returns for each message
// whether it was confirmed. The error of a message that SQS refuses for its content
// wraps queue.ErrRefused.
type Source interface {
	Send(ctx context.Context, messages []queue.Content) []queue.Sent
}

// Diagnoser says what would become of a message now. It may be called concurrently.
type Diagnoser interface {
	Message(ctx context.Context, body string) diagnosis.Diagnosis
	// Refused returns the diagnosis of a message that its body alone condemns, without
	// looking at anything; false for any other message.
	Refused(body string) (diagnosis.Diagnosis, bool)
}

// Pace limits the rate at which messages are moved; *queue.Pace is one.
type Pace interface {
	// Batch returns how many messages are sent at a time.
	Batch() int
	// Wait waits until n more may be sent. It fails if ctx ends first.
	Wait(ctx context.Context, n int) error
}
