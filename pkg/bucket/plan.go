package bucket

import (
	"fmt"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

// Facet is a part of what a bucket shall be, as outcomes name it.
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

// Change is one write. The field that its facet speaks of is set.
type Change struct {
	Facet       Facet
	AccessBlock AccessBlock
	Policy      Document
}

// Plan is what has to be written, in stages: the changes of a stage may be made
// at once, a stage begins when the one before has ended. No two changes of one
// stage write the bucket's configuration, since S3 refuses overlapping ones
// (OperationAborted).
type Plan struct {
	Stages   [][]Change
	Warnings []string
}

// Empty tells whether nothing has to be written.
func (p Plan) Empty() bool { return len(p.Stages) == 0 }

// Writes tells whether the facet has to be written.
func (p Plan) Writes(f Facet) bool {
	for _, stage := range p.Stages {
		if slices.ContainsFunc(stage, func(c Change) bool { return c.Facet == f }) {
			return true
		}
	}
	return false
}

// SplitAtPolicy parts the stages into those before the policy is put and those
// from there on. If the policy stays, all stages are before.
func (p Plan) SplitAtPolicy() (before, from [][]Change) {
	i := slices.IndexFunc(p.Stages, func(stage []Change) bool { return stage[0].Facet == FacetPolicy })
	if i < 0 {
		return p.Stages, nil
	}
	return p.Stages[:i], p.Stages[i:]
}

// Plan finds out what has to be written so that the bucket is what it shall be.
// If that isn't safe or S3 would refuse it, it fails before anything is
// written: ForeignPublicStatement, ForeignPrincipalInvalid, PolicyConflict or
// PolicyTooLarge.
func (s Spec) Plan(o Observed) (Plan, error) {
	merged, policyChanges, err := s.Merge(o.Name, o.Policy)
	if err != nil {
		return Plan{}, err
	}
	if err := s.checkWakesNothing(o, merged); err != nil {
		return Plan{}, err
	}
	var first, second, third []Change
	open := o.AccessBlock.opened()
	halfway := o.AccessBlock
	if policyChanges && o.AccessBlock.RestrictPublicBuckets && !o.Policy.IsZero() {
		// The stored policy is wrong and sleeps. It is put right first, and only
		// then woken.
		halfway.BlockPublicPolicy = false
	} else {
		halfway = open
	}
	if halfway != o.AccessBlock {
		first = append(first, Change{Facet: FacetAccessBlock, AccessBlock: halfway})
	}
	if !o.Folder {
		first = append(first, Change{Facet: FacetFolder})
	}
	if policyChanges {
		second = append(second, Change{Facet: FacetPolicy, Policy: merged})
	}
	if open != halfway {
		third = append(third, Change{Facet: FacetAccessBlock, AccessBlock: open})
	}
	return Plan{Stages: nonEmpty(first, second, third), Warnings: s.warnings(o, merged)}, nil
}

// opened is the access block with what neutralises a public policy off. The
// flags about ACLs stay as they are: access is by policy only.
func (b AccessBlock) opened() AccessBlock {
	b.BlockPublicPolicy, b.RestrictPublicBuckets = false, false
	return b
}

func nonEmpty(stages ...[]Change) [][]Change {
	var out [][]Change
	for _, stage := range stages {
		if len(stage) > 0 {
			out = append(out, stage)
		}
	}
	return out
}

// checkWakesNothing refuses to switch a flag off that keeps others' statement
// from making more than the folder public. The merged policy has ours put right
// already, so what still opens more is others'.
func (s Spec) checkWakesNothing(o Observed, merged Document) error {
	if !o.AccessBlock.RestrictPublicBuckets {
		return nil
	}
	for i, st := range merged.Statements {
		if st.opensMore(s.ARN(o.Name)) {
			return fault.New(fault.ForeignPublicStatement, "the policy of %s has a statement, %s, that would make more than %s public if the public access block were switched off",
				o.Name, merged.name(i), FolderKey)
		}
	}
	return nil
}

// warnings tells of others' statements that this system leaves alone.
func (s Spec) warnings(o Observed, merged Document) []string {
	var all []string
	for i, st := range merged.Statements {
		if st.opensMore(s.ARN(o.Name)) {
			all = append(all, fmt.Sprintf("%s: the bucket policy's statement %s lets the public do more than read %s; it did so before and was left alone", fault.ForeignPublicStatement, merged.name(i), FolderKey))
		}
		if st.deniesOurs(s.ClientUserARN) {
			all = append(all, fmt.Sprintf("ForeignDeny: the bucket policy's statement %s may deny what the client's user or the public shall be allowed; it was left alone", merged.name(i)))
		}
		if dead := st.deadPrincipal(); dead != "" {
			all = append(all, fmt.Sprintf("%s: the bucket policy's statement %s names %s, a deleted user or role; no policy can be stored until it's removed", fault.ForeignPrincipalInvalid, merged.name(i), dead))
		}
	}
	return all
}
