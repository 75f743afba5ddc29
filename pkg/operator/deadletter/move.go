package deadletter

import (
	"context"
	"errors"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// Moved is a message whose copy is confirmed.
type Moved struct {
	ID string
	// NewID is the copy's in the source queue; empty for an archived message.
	NewID string
	OrgID org.ID // empty if it has no valid one
}

// Failure is a message that couldn't be copied. It stays in the dead-letter queue.
type Failure struct {
	ID  string
	Err error
}

// Report is the result of a move, however it ended.
type Report struct {
	Looked
	// Chosen is how many messages were to be moved.
	Chosen int
	// Moved is how many were copied and deleted.
	Moved int
	// Twice are those that were copied but couldn't be deleted: they are in the
	// dead-letter queue as well.
	Twice []string
	// Failed are those that couldn't be copied.
	Failed []Failure
	// Missing are those that weren't found: somebody else has moved or deleted them,
	// or has them in flight. A move that ended early leaves it empty.
	Missing []string
}

// Remaining returns how many messages were not reached.
func (r Report) Remaining() int {
	return r.Chosen - r.Moved - len(r.Twice) - len(r.Failed) - len(r.Missing)
}

// Replay sends the chosen messages to the source queue, with body, attributes and trace
// header as they are and a [Stamp] that says who replays them, by their ARN, and deletes
// those whose sending is confirmed.
// moved, which may be nil, is called with each batch, one call at a time.
//
// When ctx ends, a batch that is under way is finished and the rest is left. The
// error says why not all messages were reached: it is ctx's, the look's, or that of
// a batch of which nothing was confirmed. The report is valid with an error, too.
func (s *Scanner) Replay(ctx context.Context, chosen *Chosen, source Source, by string, pace Pace, moved func([]Moved)) (Report, error) {
	m := &mover{chosen: chosen, pace: pace, batch: pace.Batch(), moved: moved}
	m.copy = func(ctx context.Context, messages []queue.Message) ([]string, []error, error) {
		contents := make([]queue.Content, len(messages))
		for i, message := range messages {
			contents[i] = stamped(message, by, now())
		}
		return send(ctx, source, contents)
	}
	return s.move(ctx, m)
}

// Archive appends the chosen messages to an archive and deletes those that are on
// the disk. queueURL is the dead-letter queue's, for the records. The rest is as
// with Replay; an archive that can't be written to ends it.
func (s *Scanner) Archive(ctx context.Context, chosen *Chosen, archive *Archive, queueURL string, moved func([]Moved)) (Report, error) {
	m := &mover{chosen: chosen, batch: queue.BatchLimit, moved: moved}
	m.copy = func(_ context.Context, messages []queue.Message) ([]string, []error, error) {
		errs := make([]error, len(messages))
		var records []Record
		for i, message := range messages {
			record, err := newRecord(message, chosen.marks[message.ID], queueURL, now())
			if errs[i] = err; err == nil {
				records = append(records, record)
			}
		}
		err := archive.add(records)
		for i := range errs {
			if err != nil && errs[i] == nil {
				errs[i] = err
			}
		}
		return make([]string, len(messages)), errs, err
	}
	return s.move(ctx, m)
}

// errUnconfirmed is the error of a message that was neither confirmed nor refused.
var errUnconfirmed = errors.New("sending it wasn't confirmed")

// send sends messages. fatal is the first error if nothing was confirmed, unless
// SQS refused every message for its content: then other messages may work.
func send(ctx context.Context, source Source, contents []queue.Content) (newIDs []string, errs []error, fatal error) {
	newIDs, errs = make([]string, len(contents)), slices.Repeat([]error{errUnconfirmed}, len(contents))
	confirmed := 0
	for i, sent := range source.Send(ctx, contents) {
		if sent.Err != nil || sent.MessageID != "" {
			newIDs[i], errs[i] = sent.MessageID, sent.Err
		}
	}
	for _, err := range errs {
		switch {
		case err == nil:
			confirmed++
		case fatal == nil && !errors.Is(err, queue.ErrRefused):
			fatal = err
		}
	}
	if confirmed > 0 {
		fatal = nil
	}
	return newIDs, errs, fatal
}
