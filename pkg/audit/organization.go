package audit

import (
	"context"
	"fmt"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// organization examines the candidates of one organization, whether they are
// listed or not: a row for each bucket that the account has, or one for the
// organization.
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
		row.find(NoBucket, "it has no bucket; a message would create %s%s", e.Create[0].Name, unread(e.Sightings))
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
		return nil // most likely another account's; only its list would tell
	}
	return a.candidate(ctx, l, of)
}

// redirected reports a bucket that is in another Region if it's the account's.
func (a *Auditor) redirected(ctx context.Context, s bucket.Sighting, of subject) []Row {
	t, err := a.source.Tags(ctx, s.Name, "")
	switch {
	case fault.Is(err, fault.AccessDenied) && !s.AccountRegional:
		return nil // as above
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

// known gives a failure's code if the audit has it.
func known(code fault.Code) Code {
	if c, _ := splitWarning(string(code) + ": "); c != Unforeseen {
		return c
	}
	return Unforeseen
}

// unread tells of candidates that couldn't be read.
func unread(sightings []bucket.Sighting) string {
	var all []string
	for _, s := range sightings {
		if s.State == bucket.Unreadable {
			all = append(all, fmt.Sprintf("%s can't be looked at (%s): it is another account's, or these credentials lack %s", s.Name, s.Seen, readTags))
		}
	}
	if len(all) == 0 {
		return ""
	}
	return ", unless it has one already: " + strings.Join(all, "; ")
}
