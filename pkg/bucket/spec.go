// Package bucket says what an organization's bucket is: its names, its tag, its
// public access block, its folder and its policy; and, given what was observed,
// what has to change. It is pure: no AWS, no clock, no input or output.
package bucket

import (
	"fmt"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// TagKey is the key of the tag whose value is the organization's id. Billing
// reports are split by it, and it is the only proof of whose bucket it is.
const TagKey = "OrgId"

// FolderKey is the key of the object that makes the public folder visible.
const FolderKey = "pub/"

// Candidate is a name that the organization's bucket may have.
type Candidate struct {
	Name string
	// AccountRegional: the name is in the account-regional namespace, where no
	// other account can create buckets.
	AccountRegional bool
}

// Spec is what an organization shall have. [Naming.Spec] makes it.
type Spec struct {
	OrgID   org.ID
	Account string
	Region  string
	// Candidates are the names in the order in which they are tried; the first
	// is the conventional one.
	Candidates []Candidate
	// ClientUserARN is the organization's IAM user, made elsewhere in signup.
	ClientUserARN string

	partition arn.Partition
}

// ARN returns the bucket's ARN in the spec's partition.
func (s Spec) ARN(name string) string { return fmt.Sprintf("arn:%s:s3:::%s", s.partition.ID, name) }

// Alternative reports whether name isn't the conventional one.
func (s Spec) Alternative(name string) bool { return name != s.Candidates[0].Name }

// PublicURL returns the https address of the bucket's public folder.
func (s Spec) PublicURL(name string) string {
	return fmt.Sprintf("https://%s.s3.%s.%s/%s", name, s.Region, s.partition.DNSSuffix, FolderKey)
}
