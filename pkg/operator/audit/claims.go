package audit

import (
	"context"
	"sync"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// seen are the organizations whose claim was reported in the row of a bucket. It is
// all that an audit remembers, some 100 bytes for each.
type seen struct {
	mu  sync.Mutex
	ids map[org.ID]bool
}

func (s *seen) add(id org.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids[id] = true
}

func (s *seen) has(id org.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ids[id]
}

// claim examines a claim whose bucket isn't in the list, or isn't proved to be the
// organization's. There is no row if it was taken back.
func (a *Auditor) claim(ctx context.Context, id org.ID) []Row {
	e, err := a.examiner.Examine(ctx, id)
	of := subject{id, e, err}
	name := e.Claim.Bucket
	switch {
	case len(e.Sightings) > 0 && name == "":
		return nil
	case name != "" && sighting(e, name).State == bucket.Unreadable:
		row := Row{Bucket: name, OrgID: id, By: ByClaim}
		row.find(OwnershipUnproved, "it is claimed as the organization's home, but isn't among this account's buckets: %s", sighting(e, name).Seen)
		return []Row{row}
	}
	rows := a.candidate(ctx, Listed{Name: name}, of)
	for i := range rows {
		if rows[i].By == ByName {
			rows[i].By = ByClaim
		}
	}
	return rows
}
