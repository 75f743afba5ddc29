package audit

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// organization examines the candidates of one organization. It returns a row for
// each bucket that the account has, or one for the organization.
func (a *Auditor) organization(ctx context.Context, id org.ID) []Row {
	e, err := a.examiner.Examine(ctx, id)
	of := subject{id, e, err}
	var rows []Row
	for _, s := range e.Sightings {
		rows = append(rows, a.seen(ctx, s, of)...)
	}
	if of.lead() != "" || len(rows) > 0 {
		return rows
	}
	row := Row{OrgID: id}
	switch {
	case err != nil:
		row.fail(err)
	case e.Blocked != nil:
		row.find(known(e.Blocked.Code), "%s", e.Blocked.Message)
	default:
		row.find(NoBucket, "it has no bucket; a message would create %s", e.Create[0].Name)
	}
	return []Row{row}
}

// seen reports a candidate if the account has it.
func (a *Auditor) seen(ctx context.Context, s bucket.Sighting, of subject) []Row {
	l := Listed{Name: s.Name}
	switch {
	case s.State == bucket.Absent, s.State == bucket.Taken:
		return nil
	case s.Redirected:
		return a.redirected(ctx, s, of)
	case s.State == bucket.Unreadable && !s.AccountRegional:
		return a.hidden(ctx, s, of)
	}
	return a.candidate(ctx, l, of)
}

// hidden reports a bucket that can't be read, unless it isn't in the account's list.
func (a *Auditor) hidden(ctx context.Context, s bucket.Sighting, of subject) []Row {
	row := Row{Bucket: s.Name, OrgID: of.id, By: ByName}
	l, err := a.listed(ctx, s.Name)
	switch {
	case err != nil:
		row.fail(fault.Wrap(fault.Of(err).Code, err, "bucket %s can't be looked at (%s), and whether it's another account's can't be told", s.Name, s.Seen))
		return []Row{row}
	case l.Name == "":
		return nil
	}
	if row.Region = l.Region; s.Redirected {
		of.weigh(row.find(BucketInAnotherRegion, "%s, but this deployment's buckets are in %s: a message can't use it", s.Seen, a.naming.Region))
	}
	row.Unread = append(row.Unread, cannotLook(s))
	return []Row{row}
}

// listed returns a bucket of the account's list, or the zero Listed.
func (a *Auditor) listed(ctx context.Context, name string) (Listed, error) {
	for l, err := range a.source.Buckets(ctx, name) {
		if err != nil || l.Name == name {
			return l, err
		}
	}
	return Listed{}, nil
}

// redirected reports a bucket that is in another Region if it's the account's.
func (a *Auditor) redirected(ctx context.Context, s bucket.Sighting, of subject) []Row {
	t, err := a.source.Tags(ctx, s.Name, "")
	switch {
	case fault.Is(err, fault.AccessDenied) && !s.AccountRegional:
		return a.hidden(ctx, s, of)
	case err != nil:
		row := Row{Bucket: s.Name, OrgID: of.id, By: ByName}
		row.fail(err)
		return []Row{row}
	case !t.Exists:
		return nil
	}
	row := Row{Bucket: s.Name, Region: t.Region, OrgID: of.id, By: ByName}
	switch bucket.Tagged(s.Candidate, of.id, t.Tags).State {
	case bucket.Taken:
		return nil // another organization's
	case bucket.Ours:
		row.By = ByTag
	}
	of.weigh(row.find(BucketInAnotherRegion, "%s", a.elsewhere(t.Region)))
	return []Row{row}
}
