package bucket

import (
	"slices"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// The Sids of this system's statements. Statements that were made by hand have
// none and are recognised by their meaning.
const (
	SidPublicRead    = "OrgbucketPublicRead"
	SidClientObjects = "OrgbucketClientObjects"
	SidClientList    = "OrgbucketClientList"
)

// maxPolicySize is S3's limit for a bucket policy in bytes
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html).
const maxPolicySize = 20 * 1024

// Statements returns the three that the bucket's policy should have: anyone may read
// what is in the folder, the client's user may get, put and delete every object,
// and the client's user may list the bucket.
func (s Spec) Statements(name string) []policy.Statement {
	arn := s.ARN(name)
	return []policy.Statement{
		policy.Allow(SidPublicRead, policy.Anyone, arn+"/"+FolderKey+"*", "s3:GetObject"),
		policy.Allow(SidClientObjects, s.ClientUserARN, arn+"/*", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
		policy.Allow(SidClientList, s.ClientUserARN, arn, "s3:ListBucket"),
	}
}

// HasOurPolicy reports whether the policy has all of our statements, so that it
// needs no change.
func (s Spec) HasOurPolicy(name string, d policy.Document) bool {
	return s.Compare(Observed{Name: name, Policy: d}).hasOurs()
}

// MentionsOurs reports whether the policy has one of our statements, also if it is
// damaged or in conflict.
func (s Spec) MentionsOurs(name string, d policy.Document) bool {
	return s.Compare(Observed{Name: name, Policy: d}).MentionsOurs()
}

// Merge returns the stored policy with our statements repaired, and reports whether
// that changes it. Others' statements, the document's Version and its Id keep their
// text, but for the names of accounts if the policy would be too large otherwise.
//
// A statement is ours if it means the same as one of the three, or has its Sid
// and differs only in principal or resource. The errors are PolicyConflict and
// PolicyTooLarge. Whether others' principals live only S3 knows.
func (s Spec) Merge(name string, stored policy.Document) (merged policy.Document, changed bool, err error) {
	return s.Compare(Observed{Name: name, Policy: stored}).merge()
}

// merge returns the policy with each of our statements. A damaged one is replaced in
// its place, a missing one is appended, and further damaged copies are removed.
func (c Comparison) merge() (merged policy.Document, changed bool, err error) {
	stored := c.Observed.Policy
	if err := c.checkConflicts(); err != nil {
		return policy.Document{}, false, err
	}
	if c.hasOurs() {
		return stored, false, nil
	}
	merged = stored
	if stored.IsZero() {
		merged = policy.New()
	}
	merged.Statements = slices.Clone(stored.Statements)
	var extra []int
	for _, w := range c.Own {
		switch {
		case len(w.Equal) > 0:
			extra = append(extra, w.Damaged...)
		case len(w.Damaged) > 0:
			merged.Statements[w.Damaged[0]] = w.Want
			extra = append(extra, w.Damaged[1:]...)
		default:
			merged.Statements = append(merged.Statements, w.Want)
		}
	}
	slices.Sort(extra)
	for _, i := range slices.Backward(extra) {
		merged.Statements = slices.Delete(merged.Statements, i, i+1)
	}
	if len(merged.JSON()) > maxPolicySize {
		merged = merged.Shortened()
	}
	if size := len(merged.JSON()); size > maxPolicySize {
		return policy.Document{}, false, fault.New(fault.PolicyTooLarge, "the policy of %s would have %d bytes with this system's statements, at most %d are allowed", c.Observed.Name, size, maxPolicySize)
	}
	return merged, true, nil
}

// checkConflicts returns an error if somebody else's statement has one of our Sids.
func (c Comparison) checkConflicts() error {
	for _, w := range c.Own {
		if len(w.Conflicting) > 0 {
			return fault.New(fault.PolicyConflict, "the bucket policy's statement %s has a Sid of this system's, but says something else", c.name(w.Conflicting[0]))
		}
	}
	return nil
}
