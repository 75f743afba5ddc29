package deadletters

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/functionlog"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
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

// add notes a message. last is its last failure in the log, if that is known.
func (t *tally) add(l deadletter.Letter, last functionlog.Record) {
	t.all++
	d := l.Diagnosis
	k := kind{d.Verdict, d.Code}
	g := t.groups[k]
	if g == nil {
		g = &group{kind: k, hint: d.Hint, reason: d.Reason, failures: map[failure]int{}}
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
	if deadletter.StampOf(l.Content).Count > 0 {
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

// writeGroups writes what there is, what to do about it, and the next command. command
// makes one of its words. known: the log was read, so what it doesn't have was never logged.
func (d *command) writeGroups(t *tally, command func(string) string, known bool, at time.Time) error {
	var b strings.Builder
	for _, g := range t.sorted() {
		head := strings.TrimSpace(fmt.Sprintf("%s %s", g.verdict, g.code))
		head = d.Wrap("", fmt.Sprintf("%s: %s, the oldest from %s ago%s", head, cli.Count(g.n, "message"), age(at, g.oldest), g.of()))
		fmt.Fprintln(&b, d.paint(g.verdict, string(g.verdict))+strings.TrimPrefix(head, string(g.verdict)))
		say := func(text string) {
			if text != "" {
				fmt.Fprintln(&b, d.Wrap("  ", safetext.Line(text, 0)))
			}
		}
		say(g.why())
		if known {
			say("failed with: " + g.failed())
		}
		if g.replayed > 0 {
			say(fmt.Sprintf("%d of them were replayed before, and came back; --rows and inspect tell by whom.", g.replayed))
		}
		fmt.Fprintf(&b, "  %s\n\n", command(g.next()))
	}
	_, err := fmt.Fprint(d.Out, b.String())
	return err
}

// of names some organizations of the group.
func (g *group) of() string {
	if len(g.orgs) == 0 {
		return ""
	}
	text := ", for " + cli.Some(g.orgs)
	if g.n > len(g.orgs) {
		text += " …"
	}
	return text
}

// why says what stands against the messages, or what to do about it.
func (g *group) why() string {
	switch {
	case g.denied != "":
		return "Whether what the function was denied is mended can't be seen from here: replay one first."
	case g.verdict == diagnosis.WouldWork:
		return "Nothing that can be seen stands against them now."
	case g.verdict == diagnosis.Healthy:
		return "The bucket is ready. Replay them: signup may still wait for the outcome."
	case g.n == 1 || g.verdict == diagnosis.Unknown:
		return strings.TrimSpace(strings.TrimRight(g.reason, ". ") + ". " + g.hint)
	}
	return g.hint
}

// failed counts how the messages failed in the end.
func (g *group) failed() string {
	var parts []string
	for _, f := range slices.SortedFunc(maps.Keys(g.failures), func(a, b failure) int {
		return cmp.Or(cmp.Compare(g.failures[b], g.failures[a]), cmp.Compare(a.code, b.code), cmp.Compare(a.step, b.step))
	}) {
		text := fmt.Sprintf("%s at %s", f.code, f.step)
		if f.code == "" {
			text = "without a line in the log (never received, or cut off)"
		}
		parts = append(parts, fmt.Sprintf("%d %s", g.failures[f], text))
	}
	return strings.Join(parts, ", ")
}

// next is the command line that comes next, without the tool's name and the stage.
func (g *group) next() string {
	switch g.verdict {
	case diagnosis.WouldWork, diagnosis.Healthy:
		if g.denied != "" {
			return "dead-letters replay --id " + short(g.denied) + " --follow"
		}
		return "dead-letters replay --verdict " + string(g.verdict) + " --follow"
	case diagnosis.Never:
		return "dead-letters archive --code " + string(g.code)
	case diagnosis.Unknown:
		return "doctor"
	}
	if len(g.orgs) == 1 {
		return "plan " + string(g.orgs[0])
	}
	return "dead-letters list --rows --code " + string(g.code)
}
