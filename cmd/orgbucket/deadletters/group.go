package deadletters

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// writeGroups writes what there is, what to do about it, and the next command. command
// makes one of its words. Before a question only the advice to begin with one is such a
// command. known: the log was read, so what it doesn't have was never logged.
func (d *command) writeGroups(t *tally, command func(string) string, question, known bool, at time.Time) error {
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
		say(d.Advice(g.why(), g.org()))
		if known {
			say("failed with: " + g.failed())
		}
		if g.replayed > 0 {
			say(cli.Were(g.replayed) + " replayed before, and came back; --rows and inspect tell by whom.")
		}
		if !question || g.denied != "" && g.n > 1 {
			fmt.Fprintf(&b, "  %s\n", command(g.next()))
		}
		b.WriteString("\n")
	}
	return d.Show(b.String())
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

// org is the only organization of the group, empty if there are several.
func (g *group) org() org.ID {
	if len(g.orgs) == 1 {
		return g.orgs[0]
	}
	return ""
}

// why says what stands against the messages, or what to do about it.
func (g *group) why() string {
	switch {
	case g.denied != "" && g.n == 1:
		return "Whether what the function was denied is mended can't be seen from here; a replay tells."
	case g.denied != "":
		return "Whether what the function was denied is mended can't be seen from here: replay one first."
	case g.verdict == diagnosis.WouldWork:
		return "Nothing that can be seen stands against them now."
	case g.verdict == diagnosis.Healthy:
		return "The bucket is ready. A replay publishes the outcome, which signup may still wait for."
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
		line := "dead-letters replay --verdict " + string(g.verdict) + g.narrowed
		if g.n <= cli.MostFollowed {
			line += " --follow"
		}
		return line
	case diagnosis.Never:
		return "dead-letters archive --code " + string(g.code) + g.narrowed
	case diagnosis.Unknown:
		return "doctor"
	}
	if id := g.org(); id != "" {
		return "plan " + string(id)
	}
	return "dead-letters list --rows --code " + string(g.code) + g.narrowed
}
