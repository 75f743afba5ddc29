package bucket_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// TestMergeSettlesAndKeepsOthersWord: whatever is stored, a merge either refuses
// or returns a policy that needs no other merge and still has every statement that
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

func checkMerge(t failer, stored policy.Document) {
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

// rawStatements returns the statements as they are written.
func rawStatements(t failer, d policy.Document) []string {
	t.Helper()
	var all []string
	for _, s := range rawList(t, d) {
		all = append(all, string(s))
	}
	return all
}
