package bucket_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// stored are the kinds of policies that a bucket of ours may have.
var stored = map[string]struct {
	text       string
	right      bool // needs no change
	wakes      bool // others' public statement
	wideOurs   bool
	impossible fault.Code
}{
	"none":                      {text: noPolicy},
	"ours":                      {text: ours, right: true},
	"ours damaged":              {text: policyText(ourRead, deadObjects, ourList)},
	"ours missing":              {text: policyText(handObjects)},
	"others'":                   {text: policyText(foreignAllow, foreignDeny)},
	"others' beside ours":       {text: policyText(foreignAllow, ourRead, ourObjects, ourList), right: true},
	"others' public":            {text: policyText(foreignPublic), wakes: true},
	"others' public with ours":  {text: policyText(ourRead, ourObjects, ourList, foreignPublicWhen), right: true, wakes: true},
	"others' undecidable":       {text: policyText(foreignUnknown), wakes: true},
	"ours too wide":             {text: policyText(wideRead, ourObjects, ourList), wideOurs: true},
	"ours and others' too wide": {text: policyText(wideRead, ourObjects, ourList, foreignPublic), wideOurs: true, wakes: true},
	"ours and a dead one":       {text: policyText(ourRead, ourObjects, ourList, foreignDead), right: true},
	"a dead one":                {text: policyText(foreignDead), impossible: fault.ForeignPrincipalInvalid},
	"a conflict":                {text: policyText(conflictingActions), impossible: fault.PolicyConflict},
}

// TestPlanOfEveryObservedState says the rules of planning a second time over all
// access blocks, with and without the folder, and all kinds of policies.
func TestPlanOfEveryObservedState(t *testing.T) {
	for kind, s := range stored {
		for i := range 16 {
			for _, folder := range []bool{false, true} {
				block := flags(bucket.AccessBlock{BlockPublicACLs: i&1 > 0, IgnorePublicACLs: i&2 > 0, BlockPublicPolicy: i&4 > 0, RestrictPublicBuckets: i&8 > 0})
				o := observed(t, block, s.text, folder)
				plan, err := xmsqa1(t).Plan(o)
				want, code := s.impossible, fault.Code("")
				if err != nil {
					code = fault.Of(err).Code
				}
				if want == "" && s.wakes && o.AccessBlock.RestrictPublicBuckets {
					want = fault.ForeignPublicStatement
				}
				if code != want {
					t.Errorf("%s, %s: got %v, want %q", kind, block, err, want)
				}
				if err != nil {
					if !plan.Empty() || plan.Warnings != nil {
						t.Errorf("%s, %s: a plan that failed is %+v", kind, block, plan)
					}
					continue
				}
				for _, problem := range problems(plan, o, s.right, s.wideOurs) {
					t.Errorf("%s, %s, folder %v: %s: %s", kind, block, folder, written(plan), problem)
				}
			}
		}
	}
}

// problems tells what's wrong with a plan that succeeded.
func problems(plan bucket.Plan, o bucket.Observed, right, wideOurs bool) (all []string) {
	block, folder, policies := o.AccessBlock, 0, 0
	var order []bucket.Facet
	for _, stage := range plan.Stages {
		configuration := 0
		for _, c := range stage {
			order = append(order, c.Facet)
			switch c.Facet {
			case bucket.FacetFolder:
				folder++
				continue
			case bucket.FacetAccessBlock:
				if policies == 0 && wideOurs && block.RestrictPublicBuckets && !c.AccessBlock.RestrictPublicBuckets {
					all = append(all, "wakes ours before it's put right")
				}
				block = c.AccessBlock
			case bucket.FacetPolicy:
				if policies++; block.BlockPublicPolicy {
					all = append(all, "S3 would refuse the policy")
				}
			}
			configuration++
		}
		if configuration > 1 || len(stage) == 0 {
			all = append(all, fmt.Sprintf("a stage with %d writes of the configuration, %d changes", configuration, len(stage)))
		}
	}
	want := o.AccessBlock
	want.BlockPublicPolicy, want.RestrictPublicBuckets = false, false
	writes := len(order)
	switch {
	case block != want:
		all = append(all, "ends with the block "+flags(block))
	case (policies == 1) == right || policies > 1:
		all = append(all, fmt.Sprintf("writes the policy %d times", policies))
	case (folder == 1) == o.Folder || folder > 1:
		all = append(all, fmt.Sprintf("writes the folder %d times", folder))
	case slices.Index(order, bucket.FacetFolder) > 1, folder == 1 && slices.ContainsFunc(plan.Stages[1:], func(s []bucket.Change) bool { return s[0].Facet == bucket.FacetFolder }):
		all = append(all, "the folder waits for others")
	case block == o.AccessBlock && writes != folder+policies:
		all = append(all, "writes a block that's right")
	case plan.Empty() != (writes == 0):
		all = append(all, "Empty is wrong")
	}
	return all
}
