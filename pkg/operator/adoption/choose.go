package adoption

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
)

// choose finds the bucket that is meant: the named one, the claimed one, or the only one
// that is tagged, or that could be.
func choose(p *Proposal, sightings []bucket.Sighting, name string) (bucket.Sighting, error) {
	if name == "" {
		name = p.Claim.Bucket
	}
	var tagged, unproved []bucket.Sighting
	for _, s := range sightings {
		switch {
		case s.Name == name:
			return s, nil
		case s.State == bucket.Ours:
			tagged = append(tagged, s)
		case s.State == bucket.Unproved:
			unproved = append(unproved, s)
		}
	}
	if len(tagged) > 0 {
		unproved = tagged
	}
	switch len(unproved) {
	case 1:
		return unproved[0], nil
	case 0:
		return bucket.Sighting{}, refuse(NothingToAdopt, "there's no bucket to adopt for %s: %s", p.Spec.OrgID, seen(sightings))
	}
	return bucket.Sighting{}, refuse(SeveralToAdopt, "more than one bucket could be adopted for %s: %s", p.Spec.OrgID, seen(unproved)).
		advise("Say which one: --bucket NAME. Look what is in the other one first.")
}

// seen says what each candidate is.
func seen(sightings []bucket.Sighting) string {
	var all []string
	for _, s := range sightings {
		text := s.Name + " is " + s.State.String()
		if s.Seen != "" {
			text += " (" + s.Seen + ")"
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}

// settled reports that whichever other buckets the organization has are no reason to
// refuse: a person chose among them with a claim, or chooses now among tagged ones.
func (p *Proposal) settled() bool { return p.Claim.Bucket != "" || p.Tagged }

// adoptable refuses a bucket that may not become the organization's.
func (a *Adopter) adoptable(ctx context.Context, p *Proposal, sightings []bucket.Sighting, s bucket.Sighting) error {
	spec := p.Spec
	if p.settled() {
		sightings = nil
	}
	if i := slices.IndexFunc(sightings, func(s bucket.Sighting) bool { return s.State == bucket.Ours }); i >= 0 {
		return refuse(HomeExists, "bucket %s is the home of %s already; adopting %s would make a second one", sightings[i].Name, spec.OrgID, s.Name).
			advise("To change homes, claim %[1]s first (`orgbucket adopt %[2]s --bucket %[1]s`), move the files, then adopt this one.", sightings[i].Name, spec.OrgID)
	}
	switch s.State {
	case bucket.Ours:
		return nil
	case bucket.Unproved:
		return a.noHomeBeside(ctx, spec, sightings, s.Name)
	case bucket.Taken:
		return refuse(TaggedForAnother, "bucket %s is another organization's: it is tagged %s=%s", s.Name, bucket.TagKey, s.TaggedFor).
			advise("If that tag is wrong, remove it by hand first: this is never done for you.")
	case bucket.Elsewhere:
		return inAnotherRegion(spec, s)
	case bucket.Absent:
		return refuse(NothingToAdopt, "there's no bucket %s", s.Name).advise("A message creates it: `orgbucket send %s`", spec.OrgID)
	}
	return a.whyHidden(ctx, spec, s)
}

// noHomeBeside returns a refusal if another candidate may be the home but can't be
// read. A candidate that is only unproved isn't the home: it has no OrgId tag.
func (a *Adopter) noHomeBeside(ctx context.Context, spec bucket.Spec, sightings []bucket.Sighting, name string) error {
	for _, s := range sightings {
		var refusal *Refusal
		switch {
		case s.Name == name:
		case s.State == bucket.Elsewhere:
			refusal = inAnotherRegion(spec, s)
		case s.State == bucket.Unreadable:
			refusal = a.whyHidden(ctx, spec, s)
		}
		if refusal != nil && refusal.Reason != InAnotherAccount {
			refusal.Message += fmt.Sprintf("; it may be the home of %s, and adopting %s would then make a second one", spec.OrgID, name)
			return refusal
		}
	}
	return nil
}

// unproved lists the other candidates that could have been adopted.
func unproved(sightings []bucket.Sighting, name string) (all []string) {
	for _, s := range sightings {
		if s.Name != name && s.State == bucket.Unproved {
			all = append(all, fmt.Sprintf("whose bucket %s is, which could be adopted, too: %s", s.Name, s.Seen))
		}
	}
	return all
}

// othersName tells if the bucket has another organization's name.
func (a *Adopter) othersName(p *Proposal) []string {
	id, ok := audit.OrganizationOf(a.naming, p.Name)
	if !ok || id == p.Spec.OrgID {
		return nil
	}
	return []string{fmt.Sprintf("whether there is an organization %s, whose bucket would have this name", id)}
}

func inAnotherRegion(spec bucket.Spec, s bucket.Sighting) *Refusal {
	return refuse(InAnotherRegion, "bucket %s is this account's, but not in %s: %s", s.Name, spec.Region, s.Seen).
		advise("A bucket can't be moved. docs/runbook.md, BucketInAnotherRegion, has the two ways out.")
}

// whyHidden returns the refusal of a bucket that can't be read.
func (a *Adopter) whyHidden(ctx context.Context, spec bucket.Spec, s bucket.Sighting) *Refusal {
	owns := s.AccountRegional
	if !owns {
		var err error
		if owns, err = a.store.Owns(ctx, s.Name); err != nil {
			return refuse(Hidden, "bucket %s can't be looked at (%s), and whose it is can't be told: %v", s.Name, s.Seen, err)
		}
	}
	switch {
	case !owns:
		return refuse(InAnotherAccount, "bucket %s is another account's", s.Name)
	case s.Redirected:
		return inAnotherRegion(spec, s)
	}
	refusal := refuse(Hidden, "bucket %s is this account's, but can't be looked at: %s", s.Name, s.Seen)
	switch denial, err := a.store.Denial(ctx, s.Name); {
	case err != nil:
		return refusal.advise("%v", err)
	case denial == diagnosis.DenialOfBucket:
		return refusal.advise("The bucket's own policy denies reading its tags. Remove that statement first.")
	}
	return refusal.advise("These credentials need s3:GetBucketTagging on %s, or the bucket's own policy denies it.", spec.ARN(s.Name))
}
