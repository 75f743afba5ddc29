package deadletters

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/functionlog"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// kind is what the messages of a group have in common.
type kind struct {
	verdict diagnosis.Verdict
	code    fault.Code
}

// group is messages of one kind. Of each it keeps nothing.
type group struct {
	kind
	n        int
	oldest   time.Time // zero if no message's age is known
	hint     string    // of one of them
	reason   string    // of one of them
	denied   string    // the id of one that failed for what only the function is denied
	orgs     []org.ID  // of the first few, each once
	failures map[failure]int
	replayed int // of the messages were replayed before
	narrowed string
}

// failure is how a message failed in the end; empty if the log doesn't have it.
type failure struct {
	code fault.Code
	step string
}

// fewOrgs is how many organizations of a group are named.
const fewOrgs = 3

// tally counts dead letters by verdict and code.
type tally struct {
	all int
	// narrowed are the flags that select messages by more than verdict and code, for the
	// commands that come next.
	narrowed string
	// undiagnosed counts the messages that weren't selected because their diagnosis
	// failed; why is the reason of one of them.
	undiagnosed int
	why         string
	groups      map[kind]*group
	unchecked   map[string]int    // messages by the question that couldn't be asked of them
	unasked     map[string]string // why, of one of them
}

func newTally() *tally {
	return &tally{groups: map[kind]*group{}, unchecked: map[string]int{}, unasked: map[string]string{}}
}

// skip notes a message that isn't selected.
func (t *tally) skip(d diagnosis.Diagnosis) {
	if d.Verdict == diagnosis.Unknown {
		t.undiagnosed++
		t.why = d.Reason
	}
}

// add notes a message.
func (t *tally) add(l letterLine) {
	t.all++
	d := l.Diagnosis
	var last functionlog.Record // zero if the log doesn't have it
	if l.LastFailure != nil {
		last = *l.LastFailure
	}
	k := kind{d.Verdict, d.Code}
	g := t.groups[k]
	if g == nil {
		g = &group{kind: k, hint: d.Hint, reason: d.Reason, failures: map[failure]int{}, narrowed: t.narrowed}
		t.groups[k] = g
	}
	g.n++
	if !l.SentAt.IsZero() && (g.oldest.IsZero() || l.SentAt.Before(g.oldest)) {
		g.oldest = l.SentAt
	}
	if len(g.orgs) < fewOrgs && d.OrgID != "" && !slices.Contains(g.orgs, d.OrgID) {
		g.orgs = append(g.orgs, d.OrgID)
	}
	g.failures[failure{last.Code, last.Step}]++
	if l.Replay != nil {
		g.replayed++
	}
	if last.Code.OfCaller() || last.Code == fault.PublishFailed {
		g.denied = l.ID
	}
	for _, u := range d.Unchecked {
		t.unchecked[u.Question]++
		t.unasked[u.Question] = u.Why
	}
}

// has reports whether there are messages with a verdict.
func (t *tally) has(v diagnosis.Verdict) bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(t.groups)), func(k kind) bool { return k.verdict == v })
}

var verdicts = []diagnosis.Verdict{diagnosis.WouldWork, diagnosis.Healthy, diagnosis.Blocked, diagnosis.Never, diagnosis.Unknown}

// sorted are the groups, by verdict, and then the largest first.
func (t *tally) sorted() []*group {
	return slices.SortedFunc(maps.Values(t.groups), func(a, b *group) int {
		return cmp.Or(cmp.Compare(slices.Index(verdicts, a.verdict), slices.Index(verdicts, b.verdict)), cmp.Compare(b.n, a.n), cmp.Compare(a.code, b.code))
	})
}

// String returns a text like "3 would-work, 2 blocked (2 ClientUserNotFound)".
func (t *tally) String() string {
	var parts []string
	for _, v := range verdicts {
		sum, codes := 0, []string{}
		for _, g := range t.sorted() {
			if g.verdict != v {
				continue
			}
			sum += g.n
			if g.code != "" {
				codes = append(codes, fmt.Sprintf("%d %s", g.n, g.code))
			}
		}
		switch {
		case sum == 0:
		case len(codes) == 0:
			parts = append(parts, fmt.Sprintf("%d %s", sum, v))
		default:
			parts = append(parts, fmt.Sprintf("%d %s (%s)", sum, v, strings.Join(codes, ", ")))
		}
	}
	return strings.Join(parts, ", ")
}
