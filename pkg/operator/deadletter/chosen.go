package deadletter

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// Chosen is the set of messages that are to be moved, as a look showed them. It is
// not safe for concurrent use.
type Chosen struct {
	marks map[string]mark
}

// mark is what is kept of a chosen message besides its id.
type mark struct {
	OrgID   org.ID
	Verdict diagnosis.Verdict
	Code    fault.Code
}

// NewChosen returns an empty set.
func NewChosen() *Chosen { return &Chosen{map[string]mark{}} }

// Add adds a message.
func (c *Chosen) Add(l Letter) {
	c.marks[l.ID] = mark{l.Diagnosis.OrgID, l.Diagnosis.Verdict, l.Diagnosis.Code}
}

// Len returns the number of messages.
func (c *Chosen) Len() int { return len(c.marks) }

// Has reports whether a message is chosen.
func (c *Chosen) Has(id string) bool {
	_, ok := c.marks[id]
	return ok
}

// Check returns those of the ids, or beginnings of ids, that match no chosen
// message. It fails with ErrAmbiguous if one matches more than one.
func (c *Chosen) Check(ids []string) (unmatched []string, err error) {
	for _, id := range ids {
		var matches []string
		for chosen := range c.marks {
			if strings.HasPrefix(chosen, id) {
				matches = append(matches, chosen)
			}
		}
		if len(matches) > 1 && !c.Has(id) {
			return nil, ambiguous(id, matches)
		}
		if len(matches) == 0 {
			unmatched = append(unmatched, id)
		}
	}
	return unmatched, nil
}

// ErrAmbiguous is the error of a beginning that several ids have.
var ErrAmbiguous = errors.New("more of the id is needed")

func ambiguous(id string, matches []string) error {
	slices.Sort(matches)
	return fmt.Errorf("%q: %w: %d messages' ids begin so, %q and %q for two", id, ErrAmbiguous, len(matches), matches[0], matches[1])
}

// without returns the chosen ids that aren't in met, sorted.
func (c *Chosen) without(met map[string]bool) []string {
	left := maps.Clone(c.marks)
	maps.DeleteFunc(left, func(id string, _ mark) bool { return met[id] })
	return slices.Sorted(maps.Keys(left))
}
