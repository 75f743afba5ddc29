package cli

import (
	"cmp"
	"fmt"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/functionlog"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// followedLine is the JSON of what became of a message. Scripts rely on the names.
type followedLine struct {
	Type      string          `json:"type"` // "outcome"
	OrgID     org.ID          `json:"orgId,omitempty"`
	MessageID string          `json:"messageId"`
	Status    string          `json:"status"` // "ready", "failed"
	Bucket    string          `json:"bucket,omitempty"`
	Warnings  []fault.Warning `json:"warnings,omitempty"`
	Code      fault.Code      `json:"code,omitempty"`
	Reason    string          `json:"reason,omitempty"`
	Hint      string          `json:"hint,omitempty"`
	// LastFailure is how it failed, if the function's log has it.
	LastFailure *functionlog.Record `json:"lastFailure,omitempty"`
}

// failedLine returns the line of a message that is a dead letter, with what the function
// met, if that is known and the diagnosis doesn't see it.
func (f *Following) failedLine(m *followed, d diagnosis.Diagnosis, last functionlog.Record) followedLine {
	line := followedLine{Status: "failed", Code: d.Code, Reason: d.Reason, Hint: d.Hint}
	if last.Failed() {
		line.LastFailure = &last
	}
	switch {
	case last.Failed() && (d.Verdict == diagnosis.Unknown || last.Code != d.Code):
		line.Code, line.Reason, line.Hint = last.Code, last.Error, cmp.Or(last.Hint, last.Code.Hint())
	case d.Code == "" && m.orgID != "":
		line.Reason, line.Hint = "it is a dead letter, though nothing stands against it now", f.app.Advice("What the function met: `orgbucket logs ORG`", m.orgID)
	}
	return line
}

// missingLine and followSummary are the last lines of --output json.
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

// report shows what became of a message.
func (f *Following) report(m *followed, line followedLine) {
	line.Type, line.OrgID, line.MessageID = "outcome", m.orgID, m.id
	f.mu.Lock()
	defer f.mu.Unlock()
	m.reported = true
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
		hint := "→ " + f.app.Advice(line.Hint, m.orgID)
		switch {
		case line.Status == "ready":
			f.row(m, "ready: "+line.Bucket)
		case line.Code == "":
			f.row(m, "failed: "+line.Reason, hint)
		case line.LastFailure != nil && line.Code == line.LastFailure.Code:
			f.row(m, fmt.Sprintf("failed: %s at %s: %s", line.Code, line.LastFailure.Step, line.Reason), hint)
		default:
			f.row(m, fmt.Sprintf("failed: %s: %s", line.Code, line.Reason), hint)
		}
		for _, warning := range line.Warnings {
			f.line("", "warning: "+warning.String())
		}
	})
	f.progress.Add(1)
}

// row writes the lines about a message.
func (f *Following) row(m *followed, lines ...string) {
	who := string(m.orgID)
	if who == "" {
		who = "message " + m.id
	}
	for _, line := range lines {
		f.line(who, line)
		who = ""
	}
}

// line writes a line about whom it is; empty for a further one.
func (f *Following) line(who, text string) {
	_ = f.app.Show(f.app.Entry([]int{24}, []string{who}, text, nil) + "\n") // the message is sent, whoever reads it
}

// summarize reports the missing messages, and counts those that were reported.
func (f *Following) summarize() {
	f.forget()
	for _, m := range f.waiting {
		if f.app.JSON() {
			_ = JSONLine(f.app.Out, missingLine{"missing", m.orgID, m.id})
			continue
		}
		f.row(m, "missing: "+lastText(m.last))
	}
	if f.app.JSON() {
		_ = JSONLine(f.app.Out, followSummary{"followSummary", f.ready, f.failed, len(f.waiting)})
	} else {
		_ = f.app.Showf("%d ready, %d failed, %d missing\n", f.ready, f.failed, len(f.waiting))
	}
	if len(f.waiting) > 0 {
		var id org.ID
		if len(f.waiting) == 1 {
			id = f.waiting[0].orgID
		}
		f.app.Notice("A missing message is still being retried, for up to 17 minutes, or waits behind others.\nAsk again later: %s", f.app.Advice("`orgbucket plan ORG`, and `orgbucket dead-letters list --org ORG`", id))
	}
}

// lastText returns the last diagnosis of a missing message as text.
func lastText(d diagnosis.Diagnosis) string {
	if d.Verdict == "" {
		return "it isn't a dead letter yet"
	}
	return VerdictText(d) + ": " + d.Reason
}
