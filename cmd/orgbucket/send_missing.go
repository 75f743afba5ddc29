package main

import (
	"fmt"

	"github.com/fusionpos/orgbucket/pkg/operator/follow"
	"github.com/fusionpos/orgbucket/pkg/org"
)

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

// whatMissingMeans is said when outcomes didn't come.
const whatMissingMeans = `No outcome in time means: the message is still being tried (for up to 17 minutes), or
waits behind others in the queue; or its last receive was cut off, and it is a dead
letter without an outcome; or the outcome came before this was listening. To see which:
orgbucket plan ORG, and orgbucket dead-letters list --org ORG`

// summarize tells what has come and what hasn't.
func (w *following) summarize(s follow.Summary) {
	if w.output == "json" {
		for _, m := range s.Missing {
			_ = jsonLine(w.out, missingLine{"missing", m.OrgID, m.ID})
		}
		_ = jsonLine(w.out, followSummary{"followSummary", s.Provisioned, s.Failed, len(s.Missing)})
	} else {
		const most = 50
		for _, m := range s.Missing[:min(most, len(s.Missing))] {
			who := string(m.OrgID)
			if who == "" {
				who = "of no valid organization"
			}
			fmt.Fprintf(w.out, "%-9s  %-24s  message %s\n", "missing", who, cell(m.ID, 0))
		}
		if more := len(s.Missing) - most; more > 0 {
			fmt.Fprintf(w.out, "%-9s  and %d more\n", "missing", more)
		}
		fmt.Fprintf(w.out, "%d provisioned, %d failed, %d not in time\n", s.Provisioned, s.Failed, len(s.Missing))
	}
	if len(s.Missing) > 0 {
		w.notice(whatMissingMeans)
	}
	if s.Unreadable > 0 {
		w.notice("%s came that are no outcomes", count(s.Unreadable, "message"))
	}
}
