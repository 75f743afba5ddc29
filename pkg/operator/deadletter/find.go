package deadletter

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// ErrNotFound is the error of a message that isn't in the queue, or that others
// have in flight.
var ErrNotFound = errors.New("it isn't in the dead-letter queue, or somebody else has it in flight")

// Find looks for the message with an id, or with the only id that begins with it
// (see CheckID), and diagnoses it. It leaves the queue as it was.
func (s *Scanner) Find(ctx context.Context, d Diagnoser, id string) (Letter, Looked, error) {
	var found []queue.Message
	var others []string
	looked, err := s.walk(ctx, visitor{workers: 1, visit: func(_ context.Context, _ *ledger, m queue.Message) error {
		switch {
		case m.ID == id:
			found, others = []queue.Message{m}, nil
			return errEnough
		case !strings.HasPrefix(m.ID, id):
		case len(found) == 0:
			found = append(found, m)
		default:
			others = append(others, m.ID)
		}
		return nil
	}})
	switch {
	case err != nil:
		return Letter{}, looked, err
	case len(found) == 0:
		return Letter{}, looked, fmt.Errorf("find message %q: %w", id, ErrNotFound)
	case len(others) > 0:
		return Letter{}, looked, ambiguous(id, append(others, found[0].ID))
	}
	return Letter{Message: found[0], Diagnosis: d.Message(ctx, found[0].Body), Selected: true}, looked, nil
}
