package deadletter

import (
	"context"
	"errors"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// Replay sends the chosen messages to the source queue, with body, attributes
// and trace header as they are, and deletes those whose sending is confirmed.
// moved is told of each batch, one call at a time; it may be nil.
//
// When ctx ends, a batch that is under way is finished and the rest is left. An
// error says why not all were reached: ctx's, the look's, or that of a batch of
// which nothing was confirmed. The report holds in any case.
func (s *Scanner) Replay(ctx context.Context, chosen *Chosen, source Source, pace Pace, moved func([]Moved)) (Report, error) {
	m := &mover{chosen: chosen, pace: pace, batch: pace.Batch(), moved: moved}
	m.copy = func(ctx context.Context, messages []queue.Message) ([]string, []error, error) {
		contents := make([]queue.Content, len(messages))
		for i, message := range messages {
			contents[i] = message.Content
		}
		return send(ctx, source, contents)
	}
	return s.move(ctx, m)
}

// errUnconfirmed is the error of a message that was neither confirmed nor refused.
var errUnconfirmed = errors.New("sending it wasn't confirmed")

// send sends messages. fatal is the first error if nothing was confirmed, unless
// that is because of what the messages are: then others may work.
func send(ctx context.Context, source Source, contents []queue.Content) (newIDs []string, errs []error, fatal error) {
	outgoing := make([]queue.Outgoing, len(contents))
	for i, content := range contents {
		outgoing[i].Content = content
	}
	newIDs, errs = make([]string, len(contents)), slices.Repeat([]error{errUnconfirmed}, len(contents))
	confirmed := 0
	for i, sent := range source.Send(ctx, outgoing) {
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
