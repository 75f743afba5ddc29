package cli

import (
	"fmt"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// followedLine is what became of a message, in JSON. Scripts rely on the names.
type followedLine struct {
	Type      string     `json:"type"` // "outcome"
	OrgID     org.ID     `json:"orgId,omitempty"`
	MessageID string     `json:"messageId"`
	Status    string     `json:"status"` // "ready", "failed"
	Bucket    string     `json:"bucket,omitempty"`
	Warnings  []string   `json:"warnings,omitempty"`
	Code      fault.Code `json:"code,omitempty"`
	Reason    string     `json:"reason,omitempty"`
	Hint      string     `json:"hint,omitempty"`
}

func failedLine(d diagnosis.Diagnosis) followedLine {
	if d.Code == "" {
		return followedLine{Status: "failed", Reason: "it is a dead letter, but nothing stands against it now", Hint: "The function's log says why it failed. Then replay it."}
	}
	return followedLine{Status: "failed", Code: d.Code, Reason: d.Reason, Hint: d.Hint}
}

// tell shows what became of a message.
func (f *Following) tell(m *followed, line followedLine) {
	line.Type, line.OrgID, line.MessageID = "outcome", m.orgID, m.id
	f.mu.Lock()
	defer f.mu.Unlock()
	m.told = true
	if line.Status == "failed" {
		f.failed++
	} else {
		f.ready++
	}
	f.progress.Say(func() {
		if f.app.JSON() {
			_ = JSONLine(f.app.Out, line) // the message is sent, whoever reads it
			return
		}
		f.writeFollowed(m, line)
	})
	f.progress.Add(1)
}

func (f *Following) writeFollowed(m *followed, line followedLine) {
	f.row(line.Status, m, line.Bucket)
	if line.Status == "failed" {
		text := line.Reason
		if line.Code != "" {
			text = string(line.Code) + ": " + text
		}
		fmt.Fprintf(f.app.Out, "           %s\n           → %s\n", Line(text, 0), Line(line.Hint, 0))
	}
	for _, warning := range line.Warnings {
		fmt.Fprintf(f.app.Out, "           warning: %s\n", Line(warning, 0))
	}
}

func (f *Following) row(status string, m *followed, text string) {
	who := string(m.orgID)
	if who == "" {
		who = "message " + m.id
	}
	fmt.Fprintf(f.app.Out, "%-9s  %-24s  %s\n", status+":", Line(who, 0), Line(text, 0))
}

// missingLine and followSummary are the last lines of --output json with --follow.
type missingLine struct {
	Type      string `json:"type"`
	OrgID     org.ID `json:"orgId,omitempty"`
	MessageID string `json:"messageId"`
}

type followSummary struct {
	Type        string `json:"type"`
	Provisioned int    `json:"provisioned"`
	Failed      int    `json:"failed"`
	Missing     int    `json:"missing"`
}

const whatMissingMeans = `A missing message is still being retried (for up to 17 minutes), or waits behind others
in the queue. Ask later: orgbucket plan ORG, and orgbucket dead-letters list --org ORG`

// summarize tells which messages aren't told yet, and how many are.
func (f *Following) summarize() {
	f.drop()
	missing := f.waiting
	if f.app.JSON() {
		for _, m := range missing {
			_ = JSONLine(f.app.Out, missingLine{"missing", m.orgID, m.id})
		}
		_ = JSONLine(f.app.Out, followSummary{"followSummary", f.ready, f.failed, len(missing)})
	} else {
		for _, m := range missing {
			text := "message " + m.id
			if m.last.Verdict != "" {
				text = VerdictText(m.last) + ": " + m.last.Reason
			}
			f.row("missing", m, text)
		}
		fmt.Fprintf(f.app.Out, "%d ready, %d failed, %d missing\n", f.ready, f.failed, len(missing))
	}
	if len(missing) > 0 {
		f.app.Notice(whatMissingMeans)
	}
}
