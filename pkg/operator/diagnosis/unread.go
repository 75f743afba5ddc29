package diagnosis

import (
	"context"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// concludeUnread decides whose the unreadable candidates are, which a message would
// find out by creating them. It does so only where that matters to a message. The
// error is that it can't be decided.
func (d *Diagnoser) concludeUnread(ctx context.Context, x *Explanation) error {
	e := &x.Examination
	for i := range e.Sightings {
		if !cares(*e, i) {
			continue
		}
		concluded, err := d.conclude(ctx, e.Spec, e.Sightings[i])
		if err != nil {
			return err
		}
		e.Sightings[i] = concluded
		// A message asks for such a bucket before it plans for the home.
		if (e.Blocked == nil || e.Bucket != "") && concluded.Doubtful() {
			e.Blocked = fault.Of(fault.At(fault.StepCreate, concluded.Doubt()))
		}
	}
	if e.Blocked != nil && e.Bucket == "" {
		e.Create, e.Plan, e.Changes = nil, bucket.Plan{}, nil // nothing would be created
		return nil
	}
	return forgetTaken(e)
}

// cares reports whether it matters to a message whose the candidate is. With a claim
// only the claimed bucket matters; without one every candidate does unless there is a
// home with our policy. A doubtful candidate earlier in the order is what the message
// would fail for.
func cares(e provision.Examination, i int) bool {
	s := e.Sightings[i]
	switch {
	case s.State != bucket.Unreadable || s.Name == e.Bucket:
		return false
	case e.Claim.Bucket != "":
		return s.Name == e.Claim.Bucket && e.Blocked != nil && e.Blocked.Code == fault.OwnershipUnproved
	case slices.ContainsFunc(e.Sightings[:i], bucket.Sighting.Doubtful):
		return false
	case e.Blocked != nil && e.Bucket == "":
		// Of a name that only this account can have, being unreadable is what blocks it.
		return s.AccountRegional && fault.Is(e.Blocked, fault.OwnershipUnproved)
	case e.Bucket == "":
		return true
	}
	return !e.Spec.MentionsOurs(e.Bucket, e.Observed.Policy)
}

// conclude decides about one candidate by further evidence.
func (d *Diagnoser) conclude(ctx context.Context, spec bucket.Spec, s bucket.Sighting) (bucket.Sighting, error) {
	if !s.AccountRegional {
		owns, err := d.evidence.Owns(ctx, s.Name)
		if err != nil {
			return s, cannotTell(err, "bucket %s can't be looked at (%s), and whether it's another account's or hidden from these credentials can't be told", s.Name, s.Seen)
		}
		if !owns {
			s.State, s.Seen = bucket.Taken, "another account has it"
			return s, nil
		}
	}
	if s.Redirected {
		return s.Owned(), nil
	}
	arn := spec.ARN(s.Name)
	switch denial, err := d.evidence.Denial(ctx, s.Name); {
	case err != nil:
		return s, cannotTell(err, "the tags of bucket %s, which is this account's, can't be read", s.Name)
	case denial == DenialOfBucket:
		s = s.Owned()
		s.Seen += "; the bucket's own policy denies it"
		return s, nil
	case denial == DenialOfCaller:
		return s, fault.New(fault.AccessDenied, "the tags of bucket %s can't be read: these credentials need s3:GetBucketTagging on %s", s.Name, arn)
	}
	return s, fault.New(fault.AccessDenied, "the tags of bucket %s can't be read: these credentials need s3:GetBucketTagging on %s, or the bucket's policy denies it; S3 doesn't say which", s.Name, arn)
}

// cannotTell returns what couldn't be decided, with the code of its cause.
func cannotTell(err error, format string, args ...any) error {
	return fault.Wrap(fault.Of(err).Code, err, format, args...)
}

// forgetTaken removes the names that turned out to be taken from those to create,
// and plans for the first of the rest.
func forgetTaken(e *provision.Examination) error {
	if e.Blocked != nil || e.Bucket != "" {
		return nil
	}
	taken := func(c bucket.Candidate) bool {
		return slices.ContainsFunc(e.Sightings, func(s bucket.Sighting) bool { return s.Candidate == c && s.State == bucket.Taken })
	}
	if e.Create = slices.DeleteFunc(slices.Clone(e.Create), taken); len(e.Create) == 0 {
		e.Blocked = fault.Of(fault.At(fault.StepCreate, bucket.NoName(e.Sightings)))
		e.Plan, e.Changes = bucket.Plan{}, nil
		return nil
	}
	plan, err := e.Spec.Plan(bucket.JustCreated(e.Create[0].Name))
	e.Plan = plan
	return err
}
