package bucket_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// statementOf draws a statement: ours in every form, those of the tables, and
// any mixture of elements.
var statementOf = rapid.OneOf(
	rapid.SampledFrom([]string{ourRead, ourObjects, ourList, handRead, handObjects, handList}),
	rapid.SampledFrom([]string{wideRead, wideObjects, wideList, narrowRead, deadObjects}),
	rapid.SampledFrom([]string{
		foreignAllow, foreignVariables, foreignEscapes, foreignUnknown, foreignDeny, foreignFolder, foreignPublic, foreignPublicWhen,
		foreignDead, conflictingActions,
	}),
	rapid.Custom(mixedStatement), rapid.Custom(mixedStatement),
)

func mixedStatement(t *rapid.T) string {
	pick := func(name string, choices ...string) string { return rapid.SampledFrom(choices).Draw(t, name) }
	elements := []string{
		pick("sid", ``, `"Sid":"OrgbucketPublicRead"`, `"Sid":"OrgbucketClientObjects"`, `"Sid":"OrgbucketClientList"`, `"Sid":"Other"`),
		pick("effect", `"Effect":"Allow"`, `"Effect":"Allow"`, `"Effect":"Deny"`),
		pick("principal", `"Principal":"*"`, `"Principal":{"AWS":["*"]}`, `"Principal":{"AWS":"`+client+`"}`, `"Principal":{"AWS":"111122223333"}`,
			`"NotPrincipal":{"AWS":"111122223333"}`, `"Principal":{"AWS":["`+client+`","*"]}`),
		pick("action", `"Action":"s3:GetObject"`, `"Action":["s3:DeleteObject","s3:GetObject","s3:PutObject"]`, `"Action":"s3:ListBucket"`,
			`"Action":"s3:*"`, `"Action":"s3:get*"`, `"NotAction":"s3:GetObject"`, `"Action":"*"`),
		pick("resource", `"Resource":"`+homeARN+`/pub/*"`, `"Resource":"`+homeARN+`/*"`, `"Resource":"`+homeARN+`"`, `"Resource":"`+homeARN+`/pub*"`,
			`"Resource":["`+homeARN+`/pub/a/*","`+homeARN+`/private/*"]`, `"NotResource":"`+homeARN+`/pub/*"`, `"Resource":"*"`),
		pick("condition", ``, ``, `"Condition":{}`, `"Condition":{"Bool":{"aws:SecureTransport":"false"}}`),
	}
	elements = slices.DeleteFunc(elements, func(e string) bool { return e == "" })
	return "{" + strings.Join(rapid.Permutation(elements).Draw(t, "order"), ",") + "}"
}

var documentOf = rapid.Custom(func(t *rapid.T) bucket.Document {
	if rapid.IntRange(0, 9).Draw(t, "no policy if 0") == 0 {
		return bucket.Document{}
	}
	head := rapid.SampledFrom([]string{`"Version":"2012-10-17",`, `"Version":"2008-10-17","Id":"x",`, ``}).Draw(t, "head")
	statements := rapid.SliceOfN(statementOf, 0, 5).Draw(t, "statements")
	d, err := bucket.ParseDocument([]byte("{" + head + `"Statement":[` + strings.Join(statements, ",") + "]}"))
	if err != nil {
		t.Fatal(err)
	}
	return d
})

var observedOf = rapid.Custom(func(t *rapid.T) bucket.Observed {
	return bucket.Observed{
		Name:        home,
		AccessBlock: blockOf(rapid.SampledFrom([]string{"", "R", "P", "PR", "AIPR", "AI", "IR"}).Draw(t, "block")),
		Folder:      rapid.Bool().Draw(t, "folder"),
		Policy:      documentOf.Draw(t, "policy"),
	}
})

// TestNoPlanOpensMoreThanTheFolderEvenOnTheWay is R6 and "not even for a moment":
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
	denied := slices.ContainsFunc(plan.Warnings, func(w string) bool { return strings.HasPrefix(w, "ForeignDeny") })
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
		"too wide":                            {policy(wideRead), "", world{}, outside, true},
		"all resources but the folder":        {policy(`{"Effect":"Allow","Principal":"*","Action":"S3:g*t","NotResource":"` + homeARN + `/pub/*"}`), "", world{}, outside, true},
		"denied":                              {policy(wideRead, `{"Effect":"Deny","NotPrincipal":{"AWS":"1"},"Action":"*","Resource":"*"}`), "", world{}, outside, false},
		"a condition that holds":              {policy(foreignPublicWhen), "", world{holds: true}, outside, true},
		"a condition that doesn't":            {policy(foreignPublicWhen), "", world{}, outside, false},
		"a condition that isn't public":       {policy(foreignPublicWhen), "R", world{holds: true}, outside, true},
		"a condition that is public":          {policy(foreignPublicWhen), "R", world{true, true}, outside, false},
	} {
		if got := anonymous(document(t, c.text), blockOf(c.block), c.w, c.r); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestMergeSettlesAndKeepsOthersWord: whatever is stored, a merge either refuses
// or gives a policy that needs no other merge and still has every statement that
// isn't ours, as it was written and in its order.
func TestMergeSettlesAndKeepsOthersWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkMerge(t, documentOf.Draw(t, "stored"))
	})
}

type failer interface {
	Helper()
	Fatalf(string, ...any)
}

func checkMerge(t failer, stored bucket.Document) {
	t.Helper()
	merged, changed, err := xmsqa1(t).Merge(home, stored)
	if err != nil {
		if k := fault.Of(err).Kind(); k != fault.Blocked || !merged.IsZero() || changed {
			t.Fatalf("%v (%s), %v, %s", err, k, changed, merged.JSON())
		}
		return
	}
	if !changed && !bytes.Equal(merged.JSON(), stored.JSON()) {
		t.Fatalf("unchanged, but %s became %s", stored.JSON(), merged.JSON())
	}
	checkSettled(t, merged)
	if stored.IsZero() {
		return
	}
	had, has := rawStatements(t, stored), rawStatements(t, merged)
	for _, s := range had {
		at := slices.Index(has, s)
		switch {
		case at >= 0:
			has = has[at+1:]
		case !strings.Contains(s, `rgbucket`):
			t.Fatalf("%s lost %s or its place: %s", stored.JSON(), s, merged.JSON())
		}
	}
}

// rawStatements gives the statements as they are written.
func rawStatements(t failer, d bucket.Document) []string {
	t.Helper()
	var all []string
	for _, s := range rawList(t, d) {
		all = append(all, string(s))
	}
	return all
}
