package bucket

import (
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// Facet is a part of a bucket's desired state, as outcomes name it.
type Facet string

// The facets, in the order in which outcomes list them.
const (
	FacetBucket      Facet = "bucket"
	FacetAccessBlock Facet = "publicAccessBlock"
	FacetFolder      Facet = "folder"
	FacetPolicy      Facet = "policy"
)

// Facets lists all facets in their order.
func Facets() []Facet { return []Facet{FacetBucket, FacetAccessBlock, FacetFolder, FacetPolicy} }

// Plan is what has to be written. S3 refuses overlapping writes of a bucket's
// configuration (OperationAborted), so they are made one after the other, in the
// order of the fields. Folder is an object and may be written at the same time.
type Plan struct {
	// Before is the access block that is written before the policy. It opens nothing
	// that wasn't open: no policy is stored, or RestrictPublicBuckets stays as it is.
	Before *AccessBlock
	// Folder: the folder's object has to be created.
	Folder bool
	// Policy is the policy to put.
	Policy *policy.Document
	// Open is the access block that lets the stored policy take effect. Before it is
	// written, the policy has to be read and the bucket planned again.
	Open *AccessBlock

	Warnings []fault.Warning
}

// Empty reports whether nothing has to be written.
func (p Plan) Empty() bool { return p.Before == nil && !p.Folder && p.Policy == nil && p.Open == nil }

// Writes reports whether the facet has to be written.
func (p Plan) Writes(f Facet) bool {
	switch f {
	case FacetAccessBlock:
		return p.Before != nil || p.Open != nil
	case FacetFolder:
		return p.Folder
	case FacetPolicy:
		return p.Policy != nil
	}
	return false
}

// Plan returns what has to be written to bring the bucket to its desired state. The
// error is ForeignPublicStatement, PolicyConflict or PolicyTooLarge if that isn't safe or S3 would refuse it.
//
// While RestrictPublicBuckets is on, a stored policy that is public has no effect
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
// So that flag is switched off last, except on a new bucket, which has no policy.
func (s Spec) Plan(o Observed) (Plan, error) {
	compared := s.Compare(o)
	merged, changes, err := compared.merge()
	if err == nil {
		err = compared.checkSleeping()
	}
	if err != nil {
		return Plan{}, err
	}
	p := Plan{Folder: !o.Folder, Warnings: compared.Warnings()}
	if compared.closed() {
		p.Warnings = append(p.Warnings, fault.Warning{Code: fault.Reopened, Text: "bucket " + o.Name + " was closed to the public, though it had this system's policy; a message opens it again (a tag " + HoldTagKey + " keeps it closed)"})
	}
	if changes {
		p.Policy = &merged
	}
	open, halfway := o.AccessBlock.opened(), o.AccessBlock
	halfway.BlockPublicPolicy = false
	switch {
	case o.New, !o.AccessBlock.RestrictPublicBuckets:
		p.Before = &open
	case changes:
		p.Before, p.Open = &halfway, &open
	default:
		p.Open = &open
	}
	if p.Before != nil && *p.Before == o.AccessBlock {
		p.Before = nil
	}
	return p, nil
}

// opened returns the access block without the flags that act on public policies.
// The flags about ACLs stay as they are: access is granted by policy only.
func (b AccessBlock) opened() AccessBlock {
	b.BlockPublicPolicy, b.RestrictPublicBuckets = false, false
	return b
}
