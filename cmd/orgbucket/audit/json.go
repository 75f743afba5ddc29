package audit

import (
	"io"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
)

// jsonWriter writes a line for each bucket, and one for the summary.
type jsonWriter struct{ out io.Writer }

// bucketLine is the line of a bucket, or of a claim whose bucket isn't in the list.
type bucketLine struct {
	Type string `json:"type"` // "bucket"
	audit.Row
}

// summaryLine is the last line. An output without it is incomplete.
type summaryLine struct {
	Type string `json:"type"` // "summary"
	audit.Summary
	ExitStatus int `json:"exitStatus"`
	// Error is why the audit ended early, unless it was stopped.
	Error string `json:"error,omitempty"`
}

func (j jsonWriter) row(r audit.Row) error { return cli.JSONLine(j.out, bucketLine{"bucket", r}) }

func (j jsonWriter) end(s audit.Summary, status int, failure error) error {
	line := summaryLine{Type: "summary", Summary: s, ExitStatus: status}
	if failure != nil && !s.Stopped {
		line.Error = failure.Error()
	}
	return cli.JSONLine(j.out, line)
}
