package bucket_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// flags writes an access block as four letters: A, I about ACLs, P
// BlockPublicPolicy, R RestrictPublicBuckets; a dot is off.
func flags(b bucket.AccessBlock) string {
	out := []byte("....")
	for i, on := range []bool{b.BlockPublicACLs, b.IgnorePublicACLs, b.BlockPublicPolicy, b.RestrictPublicBuckets} {
		if on {
			out[i] = "AIPR"[i]
		}
	}
	return string(out)
}

func blockOf(text string) bucket.AccessBlock {
	has := func(letter string) bool { return strings.Contains(text, letter) }
	return bucket.AccessBlock{BlockPublicACLs: has("A"), IgnorePublicACLs: has("I"), BlockPublicPolicy: has("P"), RestrictPublicBuckets: has("R")}
}

// written writes a plan as "block(AI..)+folder, policy".
func written(p bucket.Plan) string {
	var stages []string
	for _, stage := range p.Stages {
		var changes []string
		for _, c := range stage {
			switch c.Facet {
			case bucket.FacetAccessBlock:
				changes = append(changes, "block("+flags(c.AccessBlock)+")")
			default:
				changes = append(changes, string(c.Facet))
			}
		}
		stages = append(stages, strings.Join(changes, "+"))
	}
	return strings.Join(stages, ", ")
}

var (
	noPolicy = "" // a stored policy that isn't there
	ours     = policy(ourRead, ourObjects, ourList)
)

func observed(t testing.TB, block, stored string, folder bool) bucket.Observed {
	t.Helper()
	o := bucket.Observed{Name: home, AccessBlock: blockOf(block), Folder: folder}
	if stored != noPolicy {
		o.Policy = document(t, stored)
	}
	return o
}

func TestPlanWritesWhatIsMissingInASafeOrder(t *testing.T) {
	for name, c := range map[string]struct {
		block, stored string
		folder        bool
		want          string
	}{
		"a new bucket":                              {"AIPR", noPolicy, false, "block(AI..)+folder, policy"},
		"a finished one":                            {"AI..", ours, true, ""},
		"a finished one, made by hand":              {"....", file(t, "policy-example.json"), true, ""},
		"a run that stopped before the policy":      {"AI..", noPolicy, true, "policy"},
		"a run that stopped before the folder":      {"AI..", noPolicy, false, "folder, policy"},
		"a run that stopped before the block":       {"AIPR", noPolicy, true, "block(AI..), policy"},
		"the folder was deleted":                    {"AI..", ours, false, "folder"},
		"somebody switched the block on":            {"AIPR", ours, true, "block(AI..)"},
		"somebody switched new policies off":        {"..P.", ours, true, "block(....)"},
		"somebody switched stored policies off":     {"...R", ours, true, "block(....)"},
		"the ACL flags stay as found":               {".I.R", ours, false, "block(.I..)+folder"},
		"the user was made anew":                    {"AI..", policy(ourRead, deadObjects, ourList), true, "policy"},
		"a policy too narrow behind a block":        {"AIPR", policy(narrowRead, ourObjects, ourList), true, "block(AI..), policy"},
		"a policy too wide behind a block":          {"AIPR", policy(wideRead, ourObjects, ourList), false, "block(AI.R)+folder, policy, block(AI..)"},
		"a policy for anyone behind a block":        {"...R", policy(ourRead, wideObjects, ourList), true, "policy, block(....)"},
		"a listing for anyone behind a block":       {"A.PR", policy(ourRead, ourObjects, wideList), true, "block(A..R), policy, block(A...)"},
		"a policy too wide beside the right one":    {"AIPR", policy(ourRead, wideRead, ourObjects, ourList), true, "block(AI.R), policy, block(AI..)"},
		"a policy too wide without a block":         {"AI..", policy(wideRead, ourObjects, ourList), true, "policy"},
		"a policy too wide, new ones blocked":       {"AIP.", policy(wideRead, ourObjects, ourList), true, "block(AI..), policy"},
		"others' statements of no public interest":  {"AIPR", policy(foreignAllow, foreignVariables, foreignDeny), true, "block(AI..), policy"},
		"another's public statement in the folder":  {"AIPR", policy(foreignFolder), true, "block(AI..), policy"},
		"another's public statement, already alive": {"AIP.", policy(foreignPublic), false, "block(AI..)+folder, policy"},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := xmsqa1(t).Plan(observed(t, c.block, c.stored, c.folder))
			if err != nil || written(plan) != c.want {
				t.Errorf("got %q, %v; want %q", written(plan), err, c.want)
			}
			if plan.Empty() != (c.want == "") {
				t.Errorf("Empty is %v", plan.Empty())
			}
		})
	}
}

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
	"ours damaged":              {text: policy(ourRead, deadObjects, ourList)},
	"ours missing":              {text: policy(handObjects)},
	"others'":                   {text: policy(foreignAllow, foreignDeny)},
	"others' beside ours":       {text: policy(foreignAllow, ourRead, ourObjects, ourList), right: true},
	"others' public":            {text: policy(foreignPublic), wakes: true},
	"others' public with ours":  {text: policy(ourRead, ourObjects, ourList, foreignPublicWhen), right: true, wakes: true},
	"others' undecidable":       {text: policy(foreignUnknown), wakes: true},
	"ours too wide":             {text: policy(wideRead, ourObjects, ourList), wideOurs: true},
	"ours and others' too wide": {text: policy(wideRead, ourObjects, ourList, foreignPublic), wideOurs: true, wakes: true},
	"ours and a dead one":       {text: policy(ourRead, ourObjects, ourList, foreignDead), right: true},
	"a dead one":                {text: policy(foreignDead), impossible: fault.ForeignPrincipalInvalid},
	"a conflict":                {text: policy(conflictingActions), impossible: fault.PolicyConflict},
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

func TestAroundPolicyPartsThePlan(t *testing.T) {
	for name, c := range map[string]struct {
		block, stored, before, from string
	}{
		"nothing to do":        {"....", ours, "", ""},
		"no policy to put":     {"AIPR", ours, "block(AI..)", ""},
		"a policy alone":       {"....", noPolicy, "", "policy"},
		"a policy after block": {"AIPR", noPolicy, "block(AI..)", "policy"},
		"a policy in between":  {"AIPR", policy(wideRead), "block(AI.R)", "policy, block(AI..)"},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := xmsqa1(t).Plan(observed(t, c.block, c.stored, true))
			if err != nil {
				t.Fatal(err)
			}
			before, from := plan.AroundPolicy()
			if b, f := written(bucket.Plan{Stages: before}), written(bucket.Plan{Stages: from}); b != c.before || f != c.from {
				t.Errorf("got %q and %q, want %q and %q", b, f, c.before, c.from)
			}
		})
	}
}

func TestANewBucketBlocksEverything(t *testing.T) {
	if o := bucket.JustCreated("b"); o.Name != "b" || flags(o.AccessBlock) != "AIPR" || o.Folder || !o.Policy.IsZero() {
		t.Errorf("got %+v", o)
	}
}
