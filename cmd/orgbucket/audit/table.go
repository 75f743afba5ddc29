package audit

import (
	"fmt"
	"strings"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// tableWriter writes a line for each finding as soon as it is known. So the columns
// have fixed widths, which longer names exceed.
type tableWriter struct {
	app   *cli.App
	begun bool
	// hints are what to do about the findings of a code: that of the only one, which names
	// its organization, or that of all.
	hints map[audit.Code]string
}

var widths = []int{36, 16, 8, 24}

const mostText = 600 // characters of a finding's text

func (t *tableWriter) row(r audit.Row) error {
	var b strings.Builder
	if !t.begun {
		t.begun = true
		b.WriteString(t.app.Entry(widths, []string{"BUCKET", "ORGANIZATION", "SEVERITY", "CODE"}, "WHAT", nil) + "\n")
	}
	line := func(severity, code, text string) {
		b.WriteString(t.app.Entry(widths, []string{cli.Dash(r.Bucket), whose(r), severity, code}, safetext.Line(text, mostText), nil) + "\n")
	}
	for _, f := range r.Findings {
		if _, several := t.hints[f.Code]; several {
			t.hints[f.Code] = f.Code.Hint("", "")
		} else {
			t.hints[f.Code] = f.Hint
		}
		line(string(f.Severity), string(f.Code), f.Text)
	}
	for _, u := range r.Unread {
		line("unread", string(u.Code), unreadText(u))
	}
	if len(r.Findings)+len(r.Unread) == 0 {
		line(string(r.Status), "", restOf(r))
	}
	return t.app.Show(b.String())
}

func (t *tableWriter) end(s audit.Summary, _ int, _ error) error {
	t.app.Notice("%s", summaryText(s, t.whatToDo(s)))
	return nil
}

// whatToDo says once for each code that was found what to do about it.
func (t *tableWriter) whatToDo(s audit.Summary) string {
	var b strings.Builder
	for _, code := range audit.Codes() {
		if s.Findings[code] > 0 {
			fmt.Fprintf(&b, "  %s: %s\n", code, t.app.Advice(t.hints[code], ""))
		}
	}
	text := b.String()
	switch {
	case strings.Contains(text, " ORG"):
		return "What to do (ORG is the organization):\n" + text
	case text != "":
		return "What to do:\n" + text
	}
	return ""
}

// whose returns the organization, with a question mark if only the bucket's name shows it.
func whose(r audit.Row) string {
	if r.By == audit.ByName {
		return string(r.OrgID) + "?"
	}
	return cli.Dash(string(r.OrgID))
}

// unreadText says what is missing before S3's words.
func unreadText(u audit.Unread) string {
	if u.Permission == "" {
		return u.Text
	}
	return "needs " + u.Permission + ": " + u.Text
}

// restOf returns the text of a row without findings.
func restOf(r audit.Row) string {
	switch {
	case r.See != "":
		return "see " + r.See
	case len(r.Ignored) > 0:
		return strings.Trim(fmt.Sprint(r.Ignored), "[]")
	}
	return ""
}
