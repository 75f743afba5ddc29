package bucket_test

import (
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

// stages are a plan's writes, those of a stage at once.
func stages(p bucket.Plan) (all [][]bucket.Plan) {
	var first []bucket.Plan
	if p.Before != nil {
		first = append(first, bucket.Plan{Before: p.Before})
	}
	if p.Folder {
		first = append(first, bucket.Plan{Folder: true})
	}
	if len(first) > 0 {
		all = append(all, first)
	}
	if p.Policy != nil {
		all = append(all, []bucket.Plan{{Policy: p.Policy}})
	}
	if p.Open != nil {
		all = append(all, []bucket.Plan{{Open: p.Open}})
	}
	return all
}

// written writes a plan as "block(AI..)+folder, policy".
func written(p bucket.Plan) string {
	var out []string
	for _, stage := range stages(p) {
		var changes []string
		for _, c := range stage {
			switch {
			case c.Folder:
				changes = append(changes, "folder")
			case c.Policy != nil:
				changes = append(changes, "policy")
			case c.Before != nil:
				changes = append(changes, "block("+flags(*c.Before)+")")
			default:
				changes = append(changes, "block("+flags(*c.Open)+")")
			}
		}
		out = append(out, strings.Join(changes, "+"))
	}
	return strings.Join(out, ", ")
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
		"a bucket that was only created":            {"AIPR", noPolicy, false, "block(AI.R)+folder, policy, block(AI..)"},
		"a finished one":                            {"AI..", ours, true, ""},
		"a finished one, made by hand":              {"....", file(t, "policy-example.json"), true, ""},
		"a run that stopped before the policy":      {"AI..", noPolicy, true, "policy"},
		"a run that stopped before the folder":      {"AI..", noPolicy, false, "folder, policy"},
		"a run that stopped before the block":       {"AIPR", noPolicy, true, "block(AI.R), policy, block(AI..)"},
		"the folder was deleted":                    {"AI..", ours, false, "folder"},
		"somebody switched the block on":            {"AIPR", ours, true, "block(AI..)"},
		"somebody switched new policies off":        {"..P.", ours, true, "block(....)"},
		"somebody switched stored policies off":     {"...R", ours, true, "block(....)"},
		"the ACL flags stay as found":               {".I.R", ours, false, "folder, block(.I..)"},
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

func TestANewBucketIsOpenedBeforeItsPolicyIsPut(t *testing.T) {
	plan, err := xmsqa1(t).Plan(bucket.JustCreated(home))
	if err != nil || written(plan) != "block(AI..)+folder, policy" {
		t.Errorf("got %q, %v", written(plan), err)
	}
}

// TestWhatADeliveryFoundRestrictedIsJudgedSo: what a policy opens once the delivery
// switched the block off is the delivery's doing.
func TestWhatADeliveryFoundRestrictedIsJudgedSo(t *testing.T) {
	o := observed(t, "....", policyText(`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`), true)
	o.Restricted = true
	if plan, err := xmsqa1(t).Plan(o); !fault.Is(err, fault.ForeignPublicStatement) {
		t.Errorf("got %q, %v", written(plan), err)
	}
}

func TestANewBucketBlocksEverything(t *testing.T) {
	if o := bucket.JustCreated("b"); o.Name != "b" || flags(o.AccessBlock) != "AIPR" || o.Folder || !o.Policy.IsZero() {
		t.Errorf("got %+v", o)
	}
}
