package audit

import (
	"context"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// claim examines a claim whose bucket isn't in the list, or isn't proved to be the
// organization's, and returns when it was written. There is no row if it was taken back.
func (a *Auditor) claim(ctx context.Context, id org.ID) (rows []Row, at time.Time) {
	e, err := a.examiner.Examine(ctx, id)
	of := subject{id, e, err}
	name := e.Claim.Bucket
	switch {
	case len(e.Sightings) > 0 && name == "":
		return nil, at
	case name != "" && sighting(e, name).State == bucket.Unreadable:
		row := Row{Bucket: name, OrgID: id, By: ByClaim}
		row.find(OwnershipUnproved, "it is claimed as the organization's home, but nothing shows that it is this account's: %s", sighting(e, name).Seen)
		return []Row{row}, e.Claim.At
	}
	rows = a.candidate(ctx, Listed{Name: name}, of)
	for i := range rows {
		if rows[i].By == ByName {
			rows[i].By = ByClaim
		}
	}
	return rows, e.Claim.At
}
