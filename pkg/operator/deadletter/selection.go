package deadletter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// MinPrefix is how many characters of a message's id must be given. They name the
// message if no other message's id begins with them.
const MinPrefix = 6

// Selection says which messages are selected. A message must meet every kind of
// condition that is given, and of several values of one kind any one.
type Selection struct {
	// All selects every message; it excludes other conditions.
	All bool
	// Orgs are the organizations of the messages.
	Orgs []org.ID
	// Codes are those of the diagnoses: why a message would fail now. The code of a
	// diagnosis that failed itself doesn't count.
	Codes []fault.Code
	// IDs are message ids or beginnings of ids, of at least MinPrefix characters.
	IDs []string
	// OlderThan, if not 0, is the least time since a message was first sent. It
	// excludes messages of which that time isn't known.
	OlderThan time.Duration
	// Verdicts are those of the diagnoses.
	Verdicts []diagnosis.Verdict
}

// WorthReplaying are the verdicts of messages that would work now. If the bucket is
// healthy already, a replay publishes the outcome that signup may wait for.
var WorthReplaying = []diagnosis.Verdict{diagnosis.WouldWork, diagnosis.Healthy}

// ErrNoCondition is the error of a selection without any condition.
var ErrNoCondition = errors.New("no condition says which messages to take")

// Check returns what is wrong with a selection.
func (s Selection) Check() error {
	narrowed := len(s.Orgs)+len(s.Codes)+len(s.IDs)+len(s.Verdicts) > 0 || s.OlderThan != 0
	switch {
	case s.All && narrowed:
		return errors.New("all messages and a condition exclude each other")
	case !s.All && !narrowed:
		return ErrNoCondition
	}
	for _, id := range s.IDs {
		if err := CheckID(id); err != nil {
			return err
		}
	}
	return nil
}

// CheckID checks that an id, or the beginning of one, is long enough to name a message.
func CheckID(id string) error {
	if len(id) < MinPrefix {
		return fmt.Errorf("%q is too short for a message's id: give at least its first %d characters", id, MinPrefix)
	}
	return nil
}

// letter returns a message with its diagnosis. It isn't diagnosed, which is expensive,
// if another condition excludes it.
func (s Selection) letter(ctx context.Context, d Diagnoser, m queue.Message) Letter {
	l := Letter{Message: m}
	if !s.mayMatch(m, time.Now()) {
		return l
	}
	if s.ofBodyOnly() {
		l.Diagnosis, l.Selected = d.Refused(m.Body)
		l.Selected = l.Selected && s.matches(l.Diagnosis)
		return l
	}
	l.Diagnosis = d.Message(ctx, m.Body)
	l.Selected = s.matches(l.Diagnosis)
	return l
}

// ofBodyOnly reports whether only messages are selected that can never work, whatever is
// there. Then nothing has to be looked at, so that no look can fail.
func (s Selection) ofBodyOnly() bool {
	return slices.Equal(s.Verdicts, []diagnosis.Verdict{diagnosis.Never}) || len(s.Codes) > 0 && !slices.ContainsFunc(s.Codes, func(c fault.Code) bool { return c.Kind() != fault.Invalid })
}

// mayMatch reports whether a message meets the conditions that need no diagnosis; at
// is the time at which its age is measured. Without any condition every message does.
func (s Selection) mayMatch(m queue.Message, at time.Time) bool {
	return (len(s.IDs) == 0 || slices.ContainsFunc(s.IDs, func(id string) bool { return strings.HasPrefix(m.ID, id) })) &&
		(s.OlderThan == 0 || !m.SentAt.IsZero() && at.Sub(m.SentAt) >= s.OlderThan) &&
		(len(s.Orgs) == 0 || isFor(m.Body, s.Orgs...))
}

// isFor reports whether a body is valid and for one of the organizations.
func isFor(body string, ids ...org.ID) bool {
	event, err := org.Parse([]byte(body))
	return err == nil && slices.Contains(ids, event.OrgID)
}

// matches reports whether a diagnosis meets the conditions.
func (s Selection) matches(d diagnosis.Diagnosis) bool {
	return (len(s.Codes) == 0 || d.Verdict != diagnosis.Unknown && slices.Contains(s.Codes, d.Code)) &&
		(len(s.Verdicts) == 0 || slices.Contains(s.Verdicts, d.Verdict))
}
