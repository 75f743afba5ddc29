package bucket_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

func TestWarningsAreOneShortLineEach(t *testing.T) {
	hostile := strings.Replace(foreignPublic, "Everything", strings.Repeat(`x\n\u202e\u0000`, 800), 1)
	plan, err := xmsqa1(t).Plan(observed(t, "....", policyText(hostile, ourRead), true))
	if err != nil || len(plan.Warnings) != 1 {
		t.Fatalf("%v, %q", err, plan.Warnings)
	}
	text := plan.Warnings[0].String()
	for _, r := range text {
		if r < 0x20 || r > 0x7e {
			t.Fatalf("%U is in the warning %q", r, text)
		}
	}
	if len(text) > 800 {
		t.Errorf("%d bytes: %q", len(text), text)
	}
}

// manyPatterns is a list of about 20 KB of different patterns.
func manyPatterns() string {
	var b strings.Builder
	for i := 0; b.Len() < 19_000; i++ {
		fmt.Fprintf(&b, `"*%x",`, i)
	}
	return "[" + b.String() + `"x"]`
}

func TestHostilePoliciesOf20KBArePlannedInBoundedTime(t *testing.T) {
	fill := func(unit string) string { return strings.Repeat(unit, 20_000/len(unit)) }
	deny := func(action string) string {
		return with(`"Effect":"Deny","Principal":"*","Resource":"*","Action":` + action)
	}
	for name, statement := range map[string]string{
		"a pattern of stars":           deny(`"` + fill("*") + `"`),
		"a pattern of question marks":  deny(`"` + fill("?") + `"`),
		"a pattern of stars and words": deny(`"` + fill("*e") + `"`),
		"very many patterns":           deny(manyPatterns()),
		"very many statements":         fill(`{"Effect":"Deny","Principal":"*","Action":"s*"},`) + `"x"`,
		"nested lists":                 with(`"Effect":"Allow","Action":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000)),
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			_, err := xmsqa1(t).Plan(bucket.Observed{Name: home, Policy: document(t, policyText(statement, ourRead, ourObjects, ourList))})
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("took %s (%v)", took, err)
			} else {
				t.Logf("took %s", took)
			}
		})
	}
}
