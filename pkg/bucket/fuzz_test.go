package bucket_test

import (
	"encoding/json"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

func rawList(t failer, d bucket.Document) []json.RawMessage {
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

// FuzzPlan: no stored policy makes reading, merging or planning panic; what a
// merge gives can be read and settles, others' statements are kept, a plan that
// is carried out leaves nothing to do, and what it opens is the folder alone.
func FuzzPlan(f *testing.F) {
	for _, p := range corpus(f) {
		f.Add([]byte(p.a), byte(15), false)
		f.Add([]byte(p.b), byte(0), true)
	}
	for _, s := range stored {
		f.Add([]byte(s.text), byte(8), true)
	}
	f.Fuzz(func(t *testing.T, text []byte, block byte, folder bool) {
		d, err := bucket.ParseDocument(text)
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
		for _, stage := range plan.Stages {
			for _, c := range stage {
				o = after(o, c)
			}
		}
		if again, err := xmsqa1(t).Plan(o); err != nil || !again.Empty() {
			t.Fatalf("after the plan there is still %q to do (%v): %s", written(again), err, o.Policy.JSON())
		}
	})
}
