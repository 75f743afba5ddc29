package bucket_test

import (
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
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
	ours     = policyText(ourRead, ourObjects, ourList)
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
		"the user was made anew":                    {"AI..", policyText(ourRead, deadObjects, ourList), true, "policy"},
		"a policy too narrow behind a block":        {"AIPR", policyText(narrowRead, ourObjects, ourList), true, "block(AI.R), policy, block(AI..)"},
		"a policy too wide behind a block":          {"AIPR", policyText(wideRead, ourObjects, ourList), false, "block(AI.R)+folder, policy, block(AI..)"},
		"a policy for anyone behind a block":        {"...R", policyText(ourRead, wideObjects, ourList), true, "policy, block(....)"},
		"a listing for anyone behind a block":       {"A.PR", policyText(ourRead, ourObjects, wideList), true, "block(A..R), policy, block(A...)"},
		"a policy too wide beside the right one":    {"AIPR", policyText(ourRead, wideRead, ourObjects, ourList), true, "block(AI.R), policy, block(AI..)"},
		"a policy too wide without a block":         {"AI..", policyText(wideRead, ourObjects, ourList), true, "policy"},
		"a policy too wide, new ones blocked":       {"AIP.", policyText(wideRead, ourObjects, ourList), true, "block(AI..), policy"},
		"others' statements of no public interest":  {"AIPR", policyText(foreignAllow, foreignVariables, foreignDeny), true, "block(AI.R), policy, block(AI..)"},
		"another's public statement in the folder":  {"AIPR", policyText(foreignFolder), true, "block(AI.R), policy, block(AI..)"},
		"another's public statement, already alive": {"AIP.", policyText(foreignPublic), false, "block(AI..)+folder, policy"},
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

func TestSplitAtPolicyPartsThePlan(t *testing.T) {
	for name, c := range map[string]struct {
		block, stored, before, from string
	}{
		"nothing to do":        {"....", ours, "", ""},
		"no policy to put":     {"AIPR", ours, "block(AI..)", ""},
		"a policy alone":       {"....", noPolicy, "", "policy"},
		"a policy after block": {"AIPR", noPolicy, "block(AI..)", "policy"},
		"a policy in between":  {"AIPR", policyText(wideRead), "block(AI.R)", "policy, block(AI..)"},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := xmsqa1(t).Plan(observed(t, c.block, c.stored, true))
			if err != nil {
				t.Fatal(err)
			}
			before, from := plan.SplitAtPolicy()
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
