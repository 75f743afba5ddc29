package audit

import (
	"context"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// ours reports a bucket that is tagged for its organization.
func (a *Auditor) ours(ctx context.Context, row *Row, of subject) {
	if lead := of.lead(); row.Bucket != lead {
		row.See = lead
		return
	}
	if names := of.tagged(); len(names) > 1 {
		others := slices.DeleteFunc(names, func(name string) bool { return name == row.Bucket })
		multiple(row, others, of)
	}
	if of.err != nil {
		row.fail(of.err)
		return
	}
	if b := of.e.Blocked; b != nil && (!aboutOthers(b.Code) || of.e.Bucket == "" && b.Code != fault.MultipleHomes) {
		if f := row.find(Code(b.Code), "%s", b.Message); f.Code != OnHold {
			f.Severity = Error // a message would fail
		}
		row.claim = true
	}
	if wasPlanned(of.e) {
		compared := of.e.Spec.Compare(of.e.Observed)
		a.drift(ctx, row, of.e, compared)
		foreign(row, of.e, compared)
	}
	a.visit(ctx, row, of.e)
	if s := sighting(of.e, row.Bucket); s.Lacks != "" {
		row.find(TagsMissing, "it lacks %s: created before the setting, or somebody changed them", s.Lacks)
	}
	if of.e.Claim.Bucket == "" && of.e.Bucket == row.Bucket {
		row.find(Unclaimed, "no claim names it yet: claimed with the next message or orgbucket adopt")
	}
}

// visit reports that the public can't read the home's folder, or can list the bucket. One
// that was never finished was promised to nobody, and one on hold may be closed on purpose.
func (a *Auditor) visit(ctx context.Context, row *Row, e provision.Examination) {
	unready := func(f Finding) bool { return f.Code == Unfinished || f.Code == OnHold }
	if a.visitor == nil || row.Bucket != e.Bucket || !e.Observed.Folder || slices.ContainsFunc(row.Findings, unready) {
		return
	}
	switch can, err := a.visitor.CanRead(ctx, row.Bucket); {
	case err != nil:
		row.fail(err)
	case !can:
		row.find(NotReadable, "the public can't read %s: S3 refused an unsigned request for it", bucket.FolderKey)
	}
	switch can, err := a.visitor.CanList(ctx, row.Bucket); {
	case err != nil:
		row.fail(err)
	case can:
		row.find(PublicListAllowed, "the public can list the bucket: S3 answered an unsigned request for the list")
	}
}

// multiple reports that more than one bucket is tagged for the organization.
func multiple(row *Row, others []string, of subject) {
	all := strings.Join(others, " and ")
	switch {
	case of.e.Blocked != nil && of.e.Blocked.Code == fault.MultipleHomes:
		row.find(MultipleHomes, "%s is tagged for this organization, too, and the policies don't tell which is its home", all)
	case of.e.Bucket == "":
		row.find(MultipleHomes, "%s is tagged for this organization, too", all).Severity = Warning
	default:
		row.find(MultipleHomes, "%s is tagged for this organization, too; a message uses this one", all).Severity = Warning
	}
}

// aboutOthers reports whether a failure is that of another bucket, which has a row of
// its own, or is reported as MultipleHomes.
func aboutOthers(code fault.Code) bool {
	return code == fault.OwnershipUnproved || code == fault.BucketInAnotherRegion || code == fault.MultipleHomes
}

// wasPlanned reports whether the home's facets were read and its policy understood.
func wasPlanned(e provision.Examination) bool {
	return e.Observed.Name != "" && (e.Blocked == nil || e.Blocked.Step == fault.StepPolicy || len(e.Changes) > 0)
}

// drift reports what a message would write.
func (a *Auditor) drift(ctx context.Context, row *Row, e provision.Examination, c bucket.Comparison) {
	if e.Blocked == nil && len(e.Changes) == 0 {
		return
	}
	found := a.differences(ctx, row, e, c)
	if !c.MentionsOurs() && slices.ContainsFunc(found, ofPolicy) {
		rest := slices.DeleteFunc(slices.Clone(found), ofPolicy)
		rest = slices.Insert(rest, 0, difference{facet: bucket.FacetPolicy, text: "it has none of this system's policy statements: it was never finished, or they were removed"})
		report(row, Unfinished, rest)
		return
	}
	dead := func(d difference) bool { return d.dead }
	alive := func(d difference) bool { return !d.dead }
	report(row, ClientGrantDead, slices.DeleteFunc(slices.Clone(found), alive))
	report(row, Drift, slices.DeleteFunc(found, dead))
}

func ofPolicy(d difference) bool { return d.facet == bucket.FacetPolicy }

// report adds one finding for all the differences, if there are any.
func report(row *Row, code Code, found []difference) {
	if len(found) == 0 {
		return
	}
	texts := make([]string, len(found))
	for i, d := range found {
		texts[i] = d.text
	}
	f := row.find(code, "%s", strings.Join(texts, "; "))
	for _, facet := range bucket.Facets() {
		if slices.ContainsFunc(found, func(d difference) bool { return d.facet == facet }) {
			f.Facets = append(f.Facets, facet)
		}
	}
}

// differences returns those of the home. If the folder seems to be missing, the
// source is asked: an examination takes a folder that it may not see for absent.
func (a *Auditor) differences(ctx context.Context, row *Row, e provision.Examination, c bucket.Comparison) []difference {
	found := differences(c)
	if e.Blocked != nil && e.Blocked.Code == fault.PolicyConflict {
		found = slices.DeleteFunc(found, ofPolicy) // somebody has to resolve the conflict first
	}
	for _, facet := range e.Changes {
		if !slices.ContainsFunc(found, func(d difference) bool { return d.facet == facet }) {
			found = append(found, difference{facet: facet, text: "the " + string(facet) + " would be written"})
		}
	}
	if e.Observed.Folder {
		return found
	}
	there, err := a.source.HasFolder(ctx, e.Bucket)
	if err != nil {
		row.fail(err)
	}
	if err != nil || there {
		found = slices.DeleteFunc(found, func(d difference) bool { return d.facet == bucket.FacetFolder })
	}
	return found
}
