package deadletters

import (
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/functionlog"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// TestTheNextCommandIsForTheMessagesThatAreShown, not for more of them, and does what it says.
func TestTheNextCommandIsForTheMessagesThatAreShown(t *testing.T) {
	orgs := deadletter.Selection{Orgs: []org.ID{"xmsqa1", "xmsqa2"}, OlderThan: 72 * time.Hour}
	for want, c := range map[string]struct {
		s deadletter.Selection
		d diagnosis.Diagnosis
		n int
	}{
		"dead-letters replay --verdict would-work --follow":                                            {deadletter.Selection{}, diagnosis.Diagnosis{Verdict: diagnosis.WouldWork}, 2},
		"dead-letters replay --verdict would-work --org xmsqa1 --org xmsqa2 --older-than 3d --follow":  {orgs, diagnosis.Diagnosis{Verdict: diagnosis.WouldWork}, 2},
		"dead-letters replay --verdict healthy":                                                        {deadletter.Selection{}, diagnosis.Diagnosis{Verdict: diagnosis.Healthy}, cli.MostFollowed + 1},
		"dead-letters archive --code MalformedMessage --id 0a1b2c":                                     {deadletter.Selection{IDs: []string{"0a1b2c"}}, diagnosis.Diagnosis{Verdict: diagnosis.Never, Code: fault.MalformedMessage}, 1},
		"dead-letters list --rows --code ClientUserNotFound --org xmsqa1 --org xmsqa2 --older-than 3d": {orgs, diagnosis.Diagnosis{Verdict: diagnosis.Blocked, Code: fault.ClientUserNotFound}, 2},
	} {
		all := newTally()
		all.narrowed = narrowed(c.s)
		for range c.n {
			all.add(newLetterLine(deadletter.Letter{Diagnosis: c.d}, functionlog.Record{}, noon))
		}
		got := all.sorted()[0].next()
		if got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
}

// TestBeforeAQuestionTheNextCommandIsTheAnswer: another one isn't shown, but to begin with one.
func TestBeforeAQuestionTheNextCommandIsTheAnswer(t *testing.T) {
	for _, n := range []int{1, 2} {
		d, out, _ := terminal("", "table")
		all := newTally()
		for range n {
			all.add(newLetterLine(deadletter.Letter{Diagnosis: diagnosis.Diagnosis{Verdict: diagnosis.WouldWork}}, functionlog.Record{Status: "failed", Code: fault.AccessDenied}, noon))
			all.add(newLetterLine(deadletter.Letter{Diagnosis: diagnosis.Diagnosis{Verdict: diagnosis.Healthy}}, functionlog.Record{}, noon))
		}
		all.groups[kind{diagnosis.WouldWork, ""}].denied = "0a1b2c3d"
		if err := d.writeGroups(all, inProd, true, true, noon); err != nil {
			t.Fatal(err)
		}
		if said := strings.Contains(out.String(), "replay --id"); said != (n > 1) || strings.Contains(out.String(), "--verdict healthy") {
			t.Errorf("%d messages:\n%s", n, out)
		}
	}
}
