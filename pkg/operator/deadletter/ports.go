package deadletter

import (
	"context"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// Queue is the dead-letter queue; *queue.Queue is one. Its methods are called
// concurrently, repeat by themselves what can be repeated, and give errors that
// name the queue and what was being done.
type Queue interface {
	Receive(ctx context.Context, wait, hold time.Duration) ([]queue.Message, error)
	// Hold, Release and Delete give an error or nil for each handle; Hold's is
	// queue.ErrNotHeld for a message whose hold has run out.
	Hold(ctx context.Context, handles []string, hold time.Duration) []error
	Release(ctx context.Context, handles []string) []error
	Delete(ctx context.Context, handles []string) []error
	Depth(ctx context.Context) (queue.Depth, error)
}

// Source is the queue that messages are brought back to. Send tells for each
// message whether it was confirmed; queue.ErrRefused is in the error of one that
// can't be sent for what it is.
type Source interface {
	Send(ctx context.Context, messages []queue.Outgoing) []queue.Sent
}

// Diagnoser tells what would become of a message now. It is called concurrently.
type Diagnoser interface {
	Message(ctx context.Context, body string) diagnosis.Diagnosis
}

// Pace is how fast messages are moved; *queue.Pace is one.
type Pace interface {
	// Batch is how many go at a time.
	Batch() int
	// Wait waits until n more may go. Its error is that ctx ended first.
	Wait(ctx context.Context, n int) error
}
