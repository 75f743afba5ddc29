package audit

import (
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// subject is an organization that was examined.
type subject struct {
	id  org.ID
	e   provision.Examination
	err error // why the examination failed
}

// failure returns why nothing was seen.
func (s subject) failure() error {
	if s.err == nil && s.e.Blocked != nil {
		return s.e.Blocked
	}
	if s.err == nil {
		return fault.New(fault.Internal, "examine organization %s: nothing was seen", s.id)
	}
	return s.err
}

// stands reports whether the organization has a home that a message would use
// whatever the other candidates are.
func (s subject) stands() bool {
	return s.err == nil && s.e.Blocked == nil && s.e.Bucket != "" && s.e.Spec.MentionsOurs(s.e.Bucket, s.e.Observed.Policy)
}

// claimed reports whether the claim names the bucket.
func (s subject) claimed(name string) bool { return name != "" && s.e.Claim.Bucket == name }

// ifClaimed begins a finding about the claimed bucket.
func (s subject) ifClaimed(name string) string {
	if s.claimed(name) {
		return "it is claimed as the organization's home, but "
	}
	return ""
}

// weigh makes a finding about a candidate a warning if the organization's home
// stands without it.
func (s subject) weigh(f *Finding) {
	if s.stands() {
		f.Severity = Warning
	}
}

// tagged returns the buckets that are tagged for the organization.
func (s subject) tagged() (names []string) {
	for _, sighting := range s.e.Sightings {
		if sighting.State == bucket.Ours {
			names = append(names, sighting.Name)
		}
	}
	return names
}

// lead returns the bucket in whose row the organization's findings are: the home, or
// the first that is tagged for it. It is the same for every row of an organization,
// so that each finding is reported once without any memory.
func (s subject) lead() string {
	if s.e.Bucket != "" {
		return s.e.Bucket
	}
	if names := s.tagged(); len(names) > 0 {
		return names[0]
	}
	return ""
}
