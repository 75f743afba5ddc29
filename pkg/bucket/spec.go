// Package bucket defines the desired state of an organization's bucket (names, tag,
// public access block, folder and policy), decides from what was seen whose a bucket
// is, and plans what has to change. It is pure: no AWS, no clock, no input or output.
//
// A [Candidate] is a name that the bucket may have, a [Sighting] what was seen of it,
// and the home the one bucket that is the organization's for good.
package bucket

import (
	"fmt"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// TagKey is the key of the tag whose value is the organization's id. Billing
// reports are split by it. Of a bucket in this account and Region, it is the only
// proof of whose bucket it is.
const TagKey = "OrgId"

// HoldTagKey is the key of a tag that keeps this system from writing to a bucket, for
// example in an incident. Its value is the reason.
const HoldTagKey = "OrgbucketHold"

// ClaimPrefix begins the key of a claim, the object that names an organization's
// home. The organization's id follows.
const ClaimPrefix = "homes/"

// AuditKey is the key of the object, beside the claims, in which the scheduled audit
// remembers how far it has come.
const AuditKey = "audit/state.json"

// FolderKey is the key of the object that makes the public folder visible.
const FolderKey = "pub/"

// Candidate is a name that the organization's bucket may have.
type Candidate struct {
	Name string
	// AccountRegional: the name is in the account-regional namespace, where no
	// other account can create buckets.
	AccountRegional bool
}

// Spec is the desired state of an organization's bucket. [Naming.Spec] returns it.
type Spec struct {
	OrgID   org.ID
	Account string
	Region  string
	// Candidates are the names in the order in which they are tried; the first is the
	// one that the bucket usually has.
	Candidates []Candidate
	// ClientUserARN is the organization's IAM user, which signup creates.
	ClientUserARN string
	// Rules are those for a new bucket.
	Rules

	partition arn.Partition
}

// ARN returns the bucket's ARN in the spec's partition.
func (s Spec) ARN(name string) string { return fmt.Sprintf("arn:%s:s3:::%s", s.partition.ID, name) }

// Candidate returns the candidate of that name. Another name, which only a claim that
// an operator wrote can have, counts as one of the global namespace.
func (s Spec) Candidate(name string) Candidate {
	for _, c := range s.Candidates {
		if c.Name == name {
			return c
		}
	}
	return Candidate{Name: name}
}

// Alternative reports whether name isn't the first of the candidates.
func (s Spec) Alternative(name string) bool { return name != s.Candidates[0].Name }

// PublicURL returns the https address of the bucket's public folder.
func (s Spec) PublicURL(name string) string {
	return fmt.Sprintf("https://%s.s3.%s.%s/%s", name, s.Region, s.partition.DNSSuffix, FolderKey)
}
