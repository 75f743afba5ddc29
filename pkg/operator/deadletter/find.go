package deadletter

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// ErrNotFound is the error of a message that isn't in the queue, or that others
// have in flight.
var ErrNotFound = errors.New("it isn't in the dead-letter queue, or somebody else has it in flight")

// Found is a message that was looked for.
type Found struct {
	Letter
	// More are the ids of further messages of the organization that was asked for.
	More []string
}

// Find looks for the message with an id, or with the only id that begins with it (see
// CheckID), or else for the newest one of an organization, and diagnoses it. It leaves
// the queue as it was.
func (s *Scanner) Find(ctx context.Context, d Diagnoser, id string) (Found, Looked, error) {
	var found, ofOrg []queue.Message // one message at most
	var others, more []string
	looked, err := s.walk(ctx, visitor{workers: 1, visit: func(_ context.Context, _ *ledger, m queue.Message) error {
		switch {
		case m.ID == id:
			found, others = []queue.Message{m}, nil
			return errEnough
		case len(id) < MinPrefix || !strings.HasPrefix(m.ID, id):
			ofOrg, more = newest(ofOrg, more, m, org.ID(id))
		case len(found) == 0:
			found = append(found, m)
		default:
			others = append(others, m.ID)
		}
		return nil
	}})
	if len(found) == 0 {
		found = ofOrg
	} else {
		more = nil
	}
	switch {
	case err != nil:
		return Found{}, looked, err
	case len(found) == 0:
		return Found{}, looked, fmt.Errorf("find a message with the id, or for the organization, %q: %w", id, ErrNotFound)
	case len(others) > 0:
		return Found{}, looked, ambiguous(id, append(others, found[0].ID))
	}
	return Found{Letter{Message: found[0], Diagnosis: d.Message(ctx, found[0].Body), Selected: true}, more}, looked, nil
}

// newest returns the newest message of an organization so far, and the ids of the others.
func newest(so []queue.Message, more []string, m queue.Message, id org.ID) ([]queue.Message, []string) {
	switch {
	case !isFor(m.Body, id):
		return so, more
	case len(so) == 0:
		return []queue.Message{m}, more
	case m.SentAt.After(so[0].SentAt):
		return []queue.Message{m}, append(more, so[0].ID)
	}
	return so, append(more, m.ID)
}
