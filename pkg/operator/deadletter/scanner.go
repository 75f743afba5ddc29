package deadletter

import (
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

const (
	// DefaultHold is how long a message stays hidden if the program is killed
	// while it looks, unless there are very many.
	DefaultHold = 2 * time.Minute
	// holdEach is the hold for each message of the queue, if that is longer. It
	// bounds the calls that make holds longer to some 30 a second.
	holdEach = 6 * time.Millisecond
)

// Scanner looks through a dead-letter queue. Its methods may be called one after
// the other.
type Scanner struct {
	Queue Queue
	// Hold is how long messages stay hidden if the program is killed while it
	// looks (whole seconds); 0 is DefaultHold. With many messages it is longer:
	// see the package's documentation.
	Hold time.Duration
}

// Looked is what a look at the queue found.
type Looked struct {
	// Seen counts the messages that were received, each once.
	Seen int
	// InFlight is how many messages others held when the look began, about: they
	// can't be seen.
	InFlight int
	// Unseen is how many messages could still be received, by SQS's word, when
	// no receive found any more: SQS gives out 120,000 at once at most. Its word
	// lags, so it may be wrong for a minute.
	Unseen int
	// Unreleased is how many couldn't be made visible again. They become so by
	// themselves after Hold.
	Unreleased int
	// Hold is how long messages were held at a time.
	Hold time.Duration
}

func (s *Scanner) holdFor(messages int) time.Duration {
	hold := s.Hold
	if hold <= 0 {
		hold = DefaultHold
	}
	hold = max(hold, time.Duration(messages)*holdEach)
	return min((hold + time.Second - 1).Truncate(time.Second), queue.MaxHold)
}
