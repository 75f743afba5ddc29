package bucket

import (
	"fmt"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// State is what is known of a candidate's ownership.
type State int

// The states. The zero value knows nothing.
const (
	// Unreadable: the answer says nothing (403, a redirect, another Region's
	// 400). The bucket may be a stranger's or ours; only creating it decides.
	Unreadable State = iota
	// Absent: there is no such bucket.
	Absent
	// Ours: our account, our Region, tagged for this organization.
	Ours
	// Taken: another organization's, or another account's.
	Taken
	// Unproved: in our account, but nothing says whose it is.
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
	// Seen says what the state was concluded from.
	Seen string
	// Redirected: an unreadable bucket's answer pointed to another Region.
	Redirected bool
}

// Tagged returns the sighting of a bucket in our account and Region by its tags.
// A value that can't be an organization's id is no proof that the bucket is
// another organization's: somebody may have mistyped this one's.
func Tagged(c Candidate, id org.ID, tags map[string]string) Sighting {
	value, tagged := tags[TagKey]
	s := Sighting{Candidate: c, State: Unproved}
	_, err := org.ParseID(value)
	switch {
	case !tagged:
		s.Seen = "it has no tag " + TagKey
	case value == string(id):
		s.State, s.Seen = Ours, "it is tagged for this organization"
	case err != nil:
		s.Seen = fmt.Sprintf("its tag %s is %+.60q, which is no organization's id", TagKey, value)
	default:
		s.State, s.Seen = Taken, "it is tagged for another organization"
	}
	return s
}

// Decision is what follows from the sightings of all candidates.
type Decision struct {
	// Homes are the buckets that are this organization's, in the candidates'
	// order. One is what should be; with two, their policies decide.
	Homes []Candidate
	// Create, if there is no home, are the names to create, in this order, until one
	// could be created. Those that couldn't be read come first: only creating tells
	// whether one of them is a home that can't be seen right now.
	Create []Candidate
}

// Decide decides by the sightings of all candidates, in their order. Doubt is for
// a person to resolve: the error is OwnershipUnproved or BucketInAnotherRegion if a
// candidate may be a home that lost its mark, and NoBucketNameAvailable.
func Decide(sightings []Sighting) (Decision, error) {
	var d Decision
	var absent []Candidate
	var doubt error
	for _, s := range sightings {
		switch {
		case s.State == Ours:
			d.Homes = append(d.Homes, s.Candidate)
		case s.State == Absent:
			absent = append(absent, s.Candidate)
		case s.Doubtful():
			if doubt == nil {
				doubt = s.Doubt()
			}
		case s.State == Unreadable:
			d.Create = append(d.Create, s.Candidate)
		}
	}
	switch {
	case len(d.Homes) > 0:
		return Decision{Homes: d.Homes}, nil
	case doubt != nil:
		return Decision{}, doubt
	case len(d.Create)+len(absent) == 0:
		return Decision{}, NoName(sightings)
	}
	d.Create = append(d.Create, absent...)
	return d, nil
}

// Doubtful reports whether the bucket may be this organization's home although that
// can't be seen. An unreadable bucket in the account-regional namespace is doubtful,
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
		return fault.New(fault.OwnershipUnproved, "bucket %s, a name that only this account can have, can't be looked at: %s; the role lacks the permission, or the bucket's policy denies it", s.Name, s.Seen)
	}
	return fault.New(fault.OwnershipUnproved, "bucket %s is in this account, but nothing proves whose it is: %s", s.Name, s.Seen)
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
