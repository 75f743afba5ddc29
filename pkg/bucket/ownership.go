package bucket

import (
	"fmt"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// State is what is known about a candidate's ownership.
type State int

// The states. The zero value knows nothing.
const (
	// Unreadable: the answer doesn't show the owner (403, a redirect, another Region's
	// 400). The bucket may be another account's or ours; only CreateBucket's answer
	// decides.
	Unreadable State = iota
	// Absent: there is no such bucket.
	Absent
	// Ours: our account, our Region, tagged for this organization.
	Ours
	// Taken: another organization's, or another account's.
	Taken
	// Unproved: in our account, but nothing proves whose it is.
	Unproved
	// Elsewhere: in our account, but in another Region.
	Elsewhere
)

// String returns the state in words, for messages.
func (s State) String() string {
	return [...]string{"unreadable", "absent", "ours", "taken", "unproved", "in another Region"}[s]
}

// Sighting is what was seen of a candidate.
type Sighting struct {
	Candidate
	State State
	// Seen explains the state, for messages.
	Seen string
	// TaggedFor is the other organization that a taken bucket of this account is tagged for.
	// It is for operators: an outcome names no other organization.
	TaggedFor string
	// Redirected: an unreadable bucket's answer pointed to another Region.
	Redirected bool
	// Denied: its tags may not be read. So it may be tagged.
	Denied bool
	// Held: the bucket has the tag HoldTagKey, whose value is Hold.
	Held bool
	Hold string
	// Lacks are the tags that the rules demand of new buckets and that the bucket, of
	// before them, doesn't have.
	Lacks string
}

// Tagged returns the sighting of a bucket in our account and Region that has these
// tags. A value that can't be an organization's id doesn't prove that the bucket is
// another organization's, since it may be this one's id, mistyped.
func Tagged(c Candidate, id org.ID, tags map[string]string) Sighting {
	value, tagged := tags[TagKey]
	s := Sighting{Candidate: c, State: Unproved}
	s.Hold, s.Held = tags[HoldTagKey]
	_, err := org.ParseID(value)
	switch {
	case !tagged:
		s.Seen = "it has no tag " + TagKey
	case value == string(id):
		s.State, s.Seen = Ours, "it is tagged for this organization"
	case err != nil:
		s.Seen = fmt.Sprintf("its tag %s is %+.60q, which is no organization's id", TagKey, value)
	default:
		s.State, s.Seen, s.TaggedFor = Taken, "it is tagged for another organization", value
	}
	return s
}

// Decision is what follows from the sightings of all candidates.
type Decision struct {
	// Homes are the buckets that are this organization's, in the candidates' order.
	// There should be one. If there is none, a bucket has to be created under one of
	// the names that Creatable returns.
	Homes []Candidate
	// Doubt is why another candidate may be this organization's, too; nil if none is
	// in doubt.
	Doubt error
}

// Decide concludes from the sightings of all candidates, in their order, which
// buckets are the organization's. It is for organizations without a claim. If there is
// no home, the error is OwnershipUnproved or BucketInAnotherRegion if a candidate is
// in doubt, which a person has to resolve, or NoBucketNameAvailable if all are taken.
// A name that only this account can have and that can't be read is an error in any
// case: that bucket may be the home of which everybody was told.
func Decide(sightings []Sighting) (d Decision, err error) {
	hidden := false
	for _, s := range sightings {
		hidden = hidden || s.State == Unreadable && s.AccountRegional
		switch {
		case s.State == Ours:
			d.Homes = append(d.Homes, s.Candidate)
		case s.Doubtful() && d.Doubt == nil:
			d.Doubt = s.Doubt()
		}
	}
	switch {
	case len(d.Homes) > 0 && !hidden:
		return d, nil
	case d.Doubt != nil:
		return Decision{}, d.Doubt
	case len(Creatable(sightings)) == 0:
		return Decision{}, NoName(sightings)
	}
	return d, nil
}

// Creatable returns the names to try, in this order, until one can be created.
// Unreadable ones come first, since one of them may be a home that can't be read
// right now, and only CreateBucket's answer shows that.
func Creatable(sightings []Sighting) (names []Candidate) {
	for _, state := range []State{Unreadable, Absent} {
		for _, s := range sightings {
			if s.State == state && !s.Doubtful() {
				names = append(names, s.Candidate)
			}
		}
	}
	return names
}

// Held returns the failure of a bucket on hold that is this organization's or may be
// it, nil if there is none.
func Held(sightings []Sighting) error {
	for _, s := range sightings {
		if s.Held && s.State != Taken {
			return fault.New(fault.OnHold, "bucket %s has the tag %s: %+.256q", s.Name, HoldTagKey, s.Hold)
		}
	}
	return nil
}

// ClaimDoubt returns the failure of a claimed bucket that isn't proved to be this
// organization's.
func (s Sighting) ClaimDoubt() error {
	code := fault.OwnershipUnproved
	if s.State == Elsewhere || s.Redirected {
		code = fault.BucketInAnotherRegion
	}
	return s.unproved(code, "bucket %s is claimed as this organization's home, but not proved to be it: %s", s.Name, s.Seen)
}

// whoDenies is what to do about a bucket whose tags may not be read. Tagging it could
// give another organization's away.
const whoDenies = "It may well be tagged, so don't tag it. Find out what denies the function s3:GetBucketTagging on it: its role, the bucket's own policy or one of the organization (docs/runbook.md). Then replay the message."

// unproved returns a failure with the hint that fits.
func (s Sighting) unproved(code fault.Code, format string, args ...any) error {
	f := fault.New(code, format, args...)
	if s.Denied {
		f.Instead = whoDenies
	}
	return f
}

// Doubtful reports whether the bucket may be this organization's home without proof. An unreadable bucket in the account-regional namespace is doubtful,
// since no other account can have it.
func (s Sighting) Doubtful() bool {
	return s.State == Unproved || s.State == Elsewhere || s.State == Unreadable && s.AccountRegional
}

// Doubt returns the failure of a doubtful bucket.
func (s Sighting) Doubt() error {
	switch {
	case s.State == Elsewhere:
		return fault.New(fault.BucketInAnotherRegion, "bucket %s is in this account, but in another Region: %s", s.Name, s.Seen)
	case s.State == Unreadable && s.AccountRegional:
		return s.unproved(fault.OwnershipUnproved, "bucket %s, a name that only this account can have, can't be looked at: %s; the role lacks the permission, or the bucket's policy denies it", s.Name, s.Seen)
	}
	return s.unproved(fault.OwnershipUnproved, "bucket %s is in this account, but nothing proves whose it is: %s", s.Name, s.Seen)
}

// Owned returns the sighting of an unreadable bucket once it is known to be in this
// account. If it answered with a redirect, it is in another Region; otherwise its
// owner is unproved. A name that only this account can have stays unreadable, since
// nothing new is known.
func (s Sighting) Owned() Sighting {
	switch {
	case s.State != Unreadable:
	case s.Redirected:
		s.State = Elsewhere
	case !s.AccountRegional:
		s.State = Unproved
	}
	return s
}

// NoName returns the failure of an organization whose candidates are all taken.
func NoName(sightings []Sighting) error {
	seen := make([]string, 0, len(sightings))
	for _, s := range sightings {
		seen = append(seen, fmt.Sprintf("%s (%s)", s.Name, s.Seen))
	}
	return fault.New(fault.NoBucketNameAvailable, "every name is taken: %s", strings.Join(seen, ", "))
}
