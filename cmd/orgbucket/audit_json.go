package main

import (
	"io"

	"github.com/fusionpos/orgbucket/pkg/operator/audit"
)

// auditJSON writes a line for each bucket, and one for the summary.
type auditJSON struct{ out io.Writer }

// auditLine is a bucket's line. An organization without a bucket has one, too.
type auditLine struct {
	Type string `json:"type"` // "bucket"
	audit.Row
}

// auditSummaryLine is the last line. Without it the rest was cut off.
type auditSummaryLine struct {
	Type string `json:"type"` // "summary"
	audit.Summary
	ExitStatus int `json:"exitStatus"`
	// Error is why the audit ended early, unless it was stopped.
	Error string `json:"error,omitempty"`
}

func (j auditJSON) row(r audit.Row) error { return jsonLine(j.out, auditLine{"bucket", r}) }

func (j auditJSON) end(s audit.Summary, status int, failure error) error {
	line := auditSummaryLine{Type: "summary", Summary: s, ExitStatus: status}
	if failure != nil && !s.Stopped {
		line.Error = failure.Error()
	}
	return jsonLine(j.out, line)
}
