package deadletter

import (
	"context"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

const (
	// leastHold is the shortest hold: how long a message stays hidden if the program
	// is killed while it looks. It is long enough to be extended in time over a slow
	// network, and short enough to wait for after a kill.
	leastHold = 2 * time.Minute
	// holdEach times the number of messages is the hold if that is longer. It bounds
	// the calls that extend holds to about 30 a second.
	holdEach = 6 * time.Millisecond

	// diagnoses is how many messages are diagnosed at a time.
	diagnoses = 8
)

// Scanner looks through a dead-letter queue. Its methods may be called one after
// the other.
type Scanner struct {
	Queue Queue
}

// Looked is the result of a look through the queue.
type Looked struct {
	// Seen counts the messages that were received, each once.
	Seen int
	// InFlight is about how many messages others held when the look began and that
	// weren't seen.
	InFlight int
	// Unseen is how many messages could still be received, according to SQS, when
	// no receive found any more: SQS gives out 120,000 at once at most. The number
	// is eventually consistent and may be wrong for a minute.
	Unseen int
	// Unreleased is how many couldn't be made visible again. They become visible by
	// themselves after Hold.
	Unreleased int
	// Hold is how long messages were held at a time.
	Hold time.Duration
}

// holdFor returns how long messages are held if the queue has so many.
func holdFor(messages int) time.Duration {
	hold := max(leastHold, time.Duration(messages)*holdEach)
	return min((hold + time.Second - 1).Truncate(time.Second), queue.MaxHold)
}

// Letter is a dead letter with what would become of it now.
type Letter struct {
	queue.Message
	// Diagnosis is empty if a condition that needs no diagnosis excludes the message.
	Diagnosis diagnosis.Diagnosis
	// Selected: the message meets the selection's conditions.
	Selected bool
}

// Scan calls show for every visible message of the queue, once, in no particular
// order, one at a time, and leaves the queue as it was. The messages that the
// selection may match are diagnosed. An error of show or the end of ctx ends the
// scan. Everything that was received is visible again when Scan returns.
func (s *Scanner) Scan(ctx context.Context, d Diagnoser, chosen Selection, show func(Letter) error) (Looked, error) {
	one := make(chan struct{}, 1)
	return s.walk(ctx, visitor{workers: diagnoses, visit: func(ctx context.Context, _ *ledger, m queue.Message) error {
		l := chosen.letter(ctx, d, m)
		one <- struct{}{}
		defer func() { <-one }()
		if ctx.Err() != nil {
			return nil // a diagnosis that was cut off says nothing
		}
		return show(l)
	}})
}
