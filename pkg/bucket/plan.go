package bucket

import (
	"slices"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
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

// Change is one write. AccessBlock or Policy is set if that is the facet.
type Change struct {
	Facet       Facet
	AccessBlock AccessBlock
	Policy      policy.Document
}

// Plan is what has to be written, in stages. The changes of a stage may be made
// concurrently; a stage begins when the one before has ended. No two changes of a
// stage write the bucket's configuration, since S3 refuses overlapping writes
// (OperationAborted).
type Plan struct {
	Stages   [][]Change
	Warnings []fault.Warning
}

// Empty reports whether nothing has to be written.
func (p Plan) Empty() bool { return len(p.Stages) == 0 }

// Writes reports whether the facet has to be written.
func (p Plan) Writes(f Facet) bool {
	for _, stage := range p.Stages {
		if slices.ContainsFunc(stage, func(c Change) bool { return c.Facet == f }) {
			return true
		}
	}
	return false
}

// SplitAtPolicy returns the stages before the one that puts the policy, and the
// rest. If the policy isn't put, all stages are before.
func (p Plan) SplitAtPolicy() (before, from [][]Change) {
	i := slices.IndexFunc(p.Stages, func(stage []Change) bool { return stage[0].Facet == FacetPolicy })
	if i < 0 {
		return p.Stages, nil
	}
	return p.Stages[:i], p.Stages[i:]
}

// Plan returns what has to be written so that the bucket is what it shall be. It
// is an error if that isn't safe or S3 would refuse it: ForeignPublicStatement, ForeignPrincipalInvalid, PolicyConflict or
// PolicyTooLarge.
func (s Spec) Plan(o Observed) (Plan, error) {
	compared := s.Compare(o)
	merged, policyChanges, err := compared.merge()
	if err != nil {
		return Plan{}, err
	}
	if err := compared.checkSleeping(); err != nil {
		return Plan{}, err
	}
	var first, second, third []Change
	open := o.AccessBlock.opened()
	halfway := o.AccessBlock
	if policyChanges && o.AccessBlock.RestrictPublicBuckets && !o.Policy.IsZero() {
		// The stored policy is wrong and the block keeps it from having effect. It
		// is put right before the block goes off.
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
	return Plan{Stages: nonEmpty(first, second, third), Warnings: compared.Warnings()}, nil
}

// opened returns the access block without the flags that act on public policies.
// The flags about ACLs stay as they are: access is granted by policy only.
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
