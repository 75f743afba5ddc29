package bucket_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

func rawList(t failer, d policy.Document) []json.RawMessage {
	t.Helper()
	var doc struct{ Statement json.RawMessage }
	if err := json.Unmarshal(d.JSON(), &doc); err != nil {
		t.Fatalf("%s isn't JSON: %v", d.JSON(), err)
	}
	var list []json.RawMessage
	if json.Unmarshal(doc.Statement, &list) != nil {
		list = []json.RawMessage{doc.Statement}
	}
	return list
}

// meanings reads the statements and documents of pkg/policy's corpus.
func meanings(t testing.TB) (all []string) {
	t.Helper()
	files, err := filepath.Glob("../policy/testdata/meaning/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, pair := range strings.Split("\n"+string(data), "\n=== ")[1:] {
			_, texts, _ := strings.Cut(pair, "\n")
			all = append(all, strings.Split(texts, "\n---\n")...)
		}
	}
	return all
}

// policyOf makes a document of a single statement.
func policyOf(text string) string {
	if strings.Contains(text, `"Statement"`) {
		return text
	}
	return policyText(text)
}

// FuzzPlan: no stored policy makes reading, merging or planning panic; what a
// merge returns can be read and settles, others' statements are kept, a plan that
// is carried out leaves nothing to do, and what it opens is the folder alone.
func FuzzPlan(f *testing.F) {
	for i, text := range meanings(f) {
		f.Add([]byte(policyOf(text)), byte(i), i%2 == 0)
	}
	for _, text := range []string{
		ours, policyText(ourRead, deadObjects, ourList), policyText(foreignAllow, foreignDeny, foreignUnknown), policyText(wideRead, ourObjects, ourList, foreignPublic),
		policyText(ourRead, ourObjects, ourList, foreignPublicWhen, foreignDead), policyText(conflictingActions),
	} {
		f.Add([]byte(text), byte(8), true)
	}
	f.Fuzz(func(t *testing.T, text []byte, block byte, folder bool) {
		d, err := policy.Parse(text)
		if err != nil {
			return
		}
		if len(text) > 20<<10 {
			return // S3 stores no such policy
		}
		checkMerge(t, d)
		o := bucket.Observed{Name: home, Folder: folder, Policy: d, AccessBlock: bucket.AccessBlock{
			BlockPublicACLs: block&1 > 0, IgnorePublicACLs: block&2 > 0, BlockPublicPolicy: block&4 > 0, RestrictPublicBuckets: block&8 > 0,
		}}
		plan, err := xmsqa1(t).Plan(o)
		if err != nil {
			return
		}
		o = o.After(plan)
		if again, err := xmsqa1(t).Plan(o); err != nil || !again.Empty() {
			t.Fatalf("after the plan there is still %q to do (%v): %s", written(again), err, o.Policy.JSON())
		}
	})
}
