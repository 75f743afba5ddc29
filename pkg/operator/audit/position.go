package audit

import (
	"maps"

	"github.com/fusionpos/orgbucket/pkg/org"
)

// Position is how far an audit has come. A later run can go on from it, since lists are
// in the order of their names.
type Position struct {
	// Bucket is the last bucket of the list whose rows were emitted.
	Bucket string `json:"bucket,omitempty"`
	// Claim is the last claim whose row was emitted; empty while buckets are examined.
	Claim org.ID `json:"claim,omitempty"`
	// Told are the organizations whose claim was reported in the row of a bucket.
	Told []org.ID `json:"told,omitempty"`
	// Summary counts the rows that were emitted.
	Summary Summary `json:"summary"`
}

// start returns the position that a run with these options begins at. It shares nothing
// with them that changes.
func (o Options) start() Position {
	if o.From == nil {
		return Position{Summary: newSummary()}
	}
	p := *o.From
	p.Told = append([]org.ID(nil), p.Told...)
	fresh := newSummary()
	s := &p.Summary
	s.Complete, s.Stopped, s.Listed = false, false, s.Done
	s.Rows, s.Findings, s.Ignored = joined(fresh.Rows, s.Rows), joined(fresh.Findings, s.Findings), joined(fresh.Ignored, s.Ignored)
	s.Unread, s.Permissions = joined(fresh.Unread, s.Unread), joined(fresh.Permissions, s.Permissions)
	return p
}

func joined[K comparable](to, from map[K]int) map[K]int {
	maps.Copy(to, from)
	return to
}

// passed notes that the rows of a task were emitted.
func (p *Position) passed(t *task, rows []Row) {
	if t.what.By == ByClaim {
		p.Claim = t.what.OrgID
	} else {
		p.Bucket = t.what.Bucket
	}
	for _, row := range rows {
		if row.claim {
			p.Told = append(p.Told, row.OrgID)
		}
	}
}
