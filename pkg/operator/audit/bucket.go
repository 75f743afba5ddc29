package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// bucket examines a bucket of the list. There is no row if it has vanished.
//
// The tag says whose it is. For nearly all buckets that is the organization of the
// name, so that organization is examined first, which reads the tag.
func (a *Auditor) bucket(ctx context.Context, l Listed) []Row {
	id, named := a.names.organization(l.Name)
	if named && a.here(l.Region) {
		e, err := a.examiner.Examine(ctx, id)
		if s := sighting(e, l.Name); s.State != bucket.Taken && !s.Redirected {
			return a.candidate(ctx, l, subject{id, e, err})
		}
	}
	return a.tagged(ctx, l, id)
}

// here reports whether a Region is, or may be, the stage's.
func (a *Auditor) here(region string) bool { return region == "" || region == a.naming.Region }

// sighting returns the sighting of a name, or the zero Sighting.
func sighting(e provision.Examination, name string) bucket.Sighting {
	i := slices.IndexFunc(e.Sightings, func(s bucket.Sighting) bool { return s.Name == name })
	if i < 0 {
		return bucket.Sighting{}
	}
	return e.Sightings[i]
}

// tagged examines a bucket by its tags: its name isn't an organization's, or it is
// in another Region. named is the organization of its name, if any.
func (a *Auditor) tagged(ctx context.Context, l Listed, named org.ID) []Row {
	t, err := a.source.Tags(ctx, l.Name, l.Region)
	if err != nil {
		row := Row{Bucket: l.Name, Region: l.Region, OrgID: named, By: byName(named)}
		if !a.here(l.Region) && named != "" {
			row.find(BucketInAnotherRegion, "%s", a.elsewhere(l.Region))
		}
		row.fail(err)
		return []Row{row}
	}
	if !t.Exists {
		return nil
	}
	l.Region = t.Region
	return a.read(ctx, l, t.Tags, named)
}

// read examines a bucket whose tags were read.
func (a *Auditor) read(ctx context.Context, l Listed, tags map[string]string, named org.ID) []Row {
	row := Row{Bucket: l.Name, Region: l.Region, OrgID: named, By: ByName}
	id, err := org.ParseID(tags[bucket.TagKey])
	switch proved := err == nil; {
	case proved:
		row.OrgID, row.By = id, ByTag
	case named == "":
		return []Row{a.unknown(l, bucket.Tagged(bucket.Candidate{Name: l.Name}, "", tags))}
	}
	e, err := a.examiner.Examine(ctx, row.OrgID)
	of := subject{row.OrgID, e, err}
	switch {
	case !of.claimed(l.Name) && !a.names.candidate(row.OrgID, l.Name):
		return []Row{a.mismatch(l, of, named)}
	case a.here(l.Region):
		return a.candidate(ctx, l, of)
	}
	of.weigh(row.find(BucketInAnotherRegion, "%s%s", of.ifClaimed(l.Name), a.elsewhere(l.Region)))
	row.claim = of.claimed(l.Name)
	return []Row{row}
}

func byName(id org.ID) By {
	if id == "" {
		return ""
	}
	return ByName
}

func (a *Auditor) elsewhere(region string) string {
	return fmt.Sprintf("it is in %s, but this stage's buckets are in %s: a message can't use it", region, a.naming.Region)
}

// mismatch reports a bucket that is tagged for an organization whose bucket can't
// have this name, and that isn't claimed for it.
func (a *Auditor) mismatch(l Listed, of subject, named org.ID) Row {
	id := of.id
	row := Row{Bucket: l.Name, Region: l.Region, OrgID: id, By: ByTag}
	if of.err != nil {
		row.fail(of.err)
	}
	names := a.names.of(id)
	why := fmt.Sprintf("that one's bucket can only be called %s", strings.Join(names, " or "))
	if len(names) == 0 {
		why = "for whose id no legal names can be made"
	}
	more := ""
	if named != "" {
		more = fmt.Sprintf(", and organization %s, which has this name, would get another one", named)
	}
	row.find(TagNameMismatch, "it is tagged for organization %s, but %s, and no claim names this one%s", id, why, more)
	return row
}

// unknown reports a bucket whose tag and name aren't an organization's.
func (a *Auditor) unknown(l Listed, s bucket.Sighting) Row {
	row := Row{Bucket: l.Name, Region: l.Region}
	start, short := a.names.shortened(l.Name)
	switch region := a.names.otherRegions(l.Name); {
	case short:
		row.find(OwnershipUnproved, "nothing proves whose it is: %s; its name is that of an organization with a long id that begins with %s", s.Seen, start)
	case region != "":
		row.find(UnknownBucket, "its name is of the account's namespace in %s, where another stage may use this prefix, and %s", region, s.Seen)
	default:
		row.find(UnknownBucket, "its name has the prefix, but is no organization's, and %s", s.Seen)
	}
	return row
}

// candidate reports a bucket that has one of the names of an examined organization.
func (a *Auditor) candidate(ctx context.Context, l Listed, of subject) []Row {
	row := Row{Bucket: l.Name, Region: l.Region, OrgID: of.id, By: ByName}
	if row.Region == "" {
		row.Region = a.naming.Region
	}
	if len(of.e.Sightings) == 0 {
		if failure := of.failure(); fault.Is(failure, fault.OwnershipUnproved) {
			row.find(OwnershipUnproved, "%v", failure) // the claim
		} else {
			row.fail(failure)
		}
		row.claim = true
		return []Row{row}
	}
	row.claim = of.claimed(l.Name) || of.err != nil
	switch s := sighting(of.e, l.Name); s.State {
	case bucket.Absent:
		if !of.claimed(l.Name) {
			return nil
		}
		row.By = ByClaim
		row.find(OwnershipUnproved, "it is claimed as the organization's home, but isn't there")
	case bucket.Ours:
		row.By = ByTag
		a.ours(ctx, &row, of)
	case bucket.Unproved:
		of.weigh(row.find(OwnershipUnproved, "%snothing proves whose it is: %s", of.ifClaimed(l.Name), s.Seen))
	case bucket.Elsewhere:
		row.Region = ""
		of.weigh(row.find(BucketInAnotherRegion, "%s%s, but this stage's buckets are in %s: a message can't use it", of.ifClaimed(l.Name), s.Seen, a.naming.Region))
	case bucket.Taken:
		if of.claimed(l.Name) {
			row.By = ByClaim
			row.find(OwnershipUnproved, "%sit isn't proved to be it: %s", of.ifClaimed(l.Name), s.Seen)
			break
		}
		row.fail(fault.New(fault.OperationConflict, "bucket %s: its tag was changed while it was looked at", l.Name))
	default:
		row.Unread = append(row.Unread, cannotLook(s))
	}
	return []Row{row}
}

// cannotLook returns that a bucket's tags can't be read.
func cannotLook(s bucket.Sighting) Unread {
	return Unread{fault.AccessDenied, readTags, fmt.Sprintf("bucket %s can't be looked at: %s", s.Name, s.Seen)}
}
