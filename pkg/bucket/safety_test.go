package bucket_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// TestNoPlanOpensMoreThanTheFolderEvenOnTheWay is "public under pub/ and nowhere else, not even for a moment":
// after every single write of a plan, in any order inside a stage, an anonymous
// request can do nothing but read what is in the folder that it couldn't do before.
func TestNoPlanOpensMoreThanTheFolderEvenOnTheWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := observedOf.Draw(t, "observed")
		plan, err := xmsqa1(t).Plan(o)
		if err != nil {
			return
		}
		now := o
		for i, stage := range plan.Stages {
			for _, c := range rapid.Permutation(stage).Draw(t, "order in the stage") {
				if c.Facet == bucket.FacetPolicy && now.AccessBlock.BlockPublicPolicy {
					t.Fatalf("stage %d of %s: S3 refuses the policy", i+1, written(plan))
				}
				now = after(now, c)
				checkNothingOpened(t, o, now, written(plan))
			}
		}
		checkReady(t, now)
	})
}

func after(o bucket.Observed, c bucket.Change) bucket.Observed {
	switch c.Facet {
	case bucket.FacetAccessBlock:
		o.AccessBlock = c.AccessBlock
	case bucket.FacetFolder:
		o.Folder = true
	case bucket.FacetPolicy:
		o.Policy = c.Policy
	}
	return o
}

func checkNothingOpened(t *rapid.T, before, now bucket.Observed, plan string) {
	t.Helper()
	for _, w := range worlds {
		for _, r := range requests {
			if !r.meant() && anonymous(now.Policy, now.AccessBlock, w, r) && !anonymous(before.Policy, before.AccessBlock, w, r) {
				t.Fatalf("%s opens %+v (%+v)\nbefore: %s %s\nnow:    %s %s", plan, r, w,
					flags(before.AccessBlock), before.Policy.JSON(), flags(now.AccessBlock), now.Policy.JSON())
			}
		}
	}
}

// checkReady holds that a carried out plan leaves nothing to do, and that the
// folder can be read unless somebody denies it.
func checkReady(t *rapid.T, o bucket.Observed) {
	t.Helper()
	plan, err := xmsqa1(t).Plan(o)
	if err != nil || !plan.Empty() {
		t.Fatalf("after the plan there is still %q to do (%v): %s", written(plan), err, o.Policy.JSON())
	}
	denied := slices.ContainsFunc(plan.Warnings, func(w fault.Warning) bool { return w.Code == fault.ForeignDeny })
	for _, w := range worlds {
		if r := (request{"s3:GetObject", "pub/x"}); !denied && !anonymous(o.Policy, o.AccessBlock, w, r) {
			t.Fatalf("the folder can't be read and nobody was warned: %s %s", flags(o.AccessBlock), o.Policy.JSON())
		}
	}
}

// TestTheEvaluatorItselfTellsOpenFromClosed keeps the property above from being
// true only because the evaluator never sees anything.
func TestTheEvaluatorItselfTellsOpenFromClosed(t *testing.T) {
	outside, inside := request{"s3:GetObject", "private/x"}, request{"s3:GetObject", "pub/x"}
	for name, c := range map[string]struct {
		text, block string
		w           world
		r           request
		want        bool
	}{
		"ours opens the folder":               {ours, "", world{}, inside, true},
		"ours opens nothing else":             {ours, "", world{true, true}, outside, false},
		"the block closes it":                 {ours, "R", world{}, inside, false},
		"new policies blocked closes nothing": {ours, "P", world{}, inside, true},
		"too wide":                            {policyText(wideRead), "", world{}, outside, true},
		"all resources but the folder":        {policyText(`{"Effect":"Allow","Principal":"*","Action":"S3:g*t","NotResource":"` + homeARN + `/pub/*"}`), "", world{}, outside, true},
		"denied":                              {policyText(wideRead, `{"Effect":"Deny","NotPrincipal":{"AWS":"1"},"Action":"*","Resource":"*"}`), "", world{}, outside, false},
		"a condition that holds":              {policyText(foreignPublicWhen), "", world{holds: true}, outside, true},
		"a condition that doesn't":            {policyText(foreignPublicWhen), "", world{}, outside, false},
		"a condition that isn't public":       {policyText(foreignPublicWhen), "R", world{holds: true}, outside, true},
		"a condition that is public":          {policyText(foreignPublicWhen), "R", world{true, true}, outside, false},
	} {
		if got := anonymous(document(t, c.text), blockOf(c.block), c.w, c.r); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
