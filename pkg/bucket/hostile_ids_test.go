package bucket_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// hostileIDs reads the corpus: ids between white space, and comments.
func hostileIDs(t testing.TB) (ids []org.ID) {
	t.Helper()
	text, err := os.ReadFile("testdata/hostile/ids.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, word := range strings.Fields(line) {
			id, err := org.ParseID(word)
			if err != nil {
				t.Fatalf("%v: it belongs to the corpus of pkg/org", err)
			}
			ids = append(ids, id)
		}
	}
	if len(ids) < 50 {
		t.Fatalf("the corpus has %d ids", len(ids))
	}
	return ids
}

func TestHostileIDsHaveNamesOfTheirOwnOrNone(t *testing.T) {
	for _, region := range regions {
		owner := map[string]org.ID{}
		for _, id := range hostileIDs(t) {
			spec, err := naming(region).Spec(id)
			if err != nil {
				if !fault.Is(err, fault.InvalidOrganizationID) {
					t.Errorf("%s: %v", id, err)
				}
				continue
			}
			checkNotWidened(t, spec)
			names := []string{spec.ClientUserARN}
			for _, c := range spec.Candidates {
				names = append(names, c.Name)
			}
			for _, name := range names {
				if other, taken := owner[name]; taken && other != id {
					t.Errorf("in %s %s and %s share %s", region, id, other, name)
				}
				owner[name] = id
			}
		}
	}
}

// FuzzSpec: an id that is taken gives names and a policy that speak of one bucket
// and one user, letter by letter, and mean nothing more when they are read.
func FuzzSpec(f *testing.F) {
	for _, id := range hostileIDs(f) {
		f.Add(string(id))
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := org.ParseID(text)
		if err != nil {
			return
		}
		for _, region := range []string{"us-east-1", "me-south-1", "cn-north-1"} {
			spec, err := naming(region).Spec(id)
			if err != nil {
				continue
			}
			checkNotWidened(t, spec)
		}
	})
}

// checkNotWidened reads the policy of each candidate as a stranger would.
func checkNotWidened(t failer, spec bucket.Spec) {
	t.Helper()
	partition := strings.SplitN(spec.ClientUserARN, ":", 3)[1]
	if want := "arn:" + partition + ":iam::" + account + ":user/rms_" + string(spec.OrgID); spec.ClientUserARN != want || strings.ContainsAny(want, "*?${}\"\\") {
		t.Fatalf("the user of %q is %q", spec.OrgID, spec.ClientUserARN)
	}
	for _, c := range spec.Candidates {
		merged, _, err := spec.Merge(c.Name, policy.Document{})
		if err != nil {
			t.Fatalf("the policy for %q: %v", spec.OrgID, err)
		}
		var doc struct {
			Statement []struct {
				Principal any
				Resource  string
			}
		}
		if err := json.Unmarshal(merged.JSON(), &doc); err != nil || len(doc.Statement) != 3 {
			t.Fatalf("%s: %v", merged.JSON(), err)
		}
		for _, st := range doc.Statement {
			rest, own := strings.CutPrefix(st.Resource, "arn:"+partition+":s3:::"+c.Name)
			who, _ := json.Marshal(st.Principal)
			if !own || !narrow(string(who), rest, spec.ClientUserARN) {
				t.Fatalf("%q has a statement for %s on %s", spec.OrgID, who, st.Resource)
			}
		}
	}
}

// narrow reports whether everybody has the folder alone, or the client the bucket
// or its objects. rest is what follows the bucket's ARN.
func narrow(who, rest, client string) bool {
	switch who {
	case `"*"`, `{"AWS":"*"}`:
		return rest == "/pub/*"
	case `{"AWS":"` + client + `"}`:
		return rest == "" || rest == "/*"
	}
	return false
}

// FuzzTagged: a bucket is an organization's only by the very tag, and another's
// only by a tag that can be another's.
func FuzzTagged(f *testing.F) {
	for _, value := range []string{"xmsqa1", "Xmsqa1", "xmsqa1 ", "", "other", "*", "xmsqa1\x00", "xmsqа1"} {
		f.Add("xmsqa1", bucket.TagKey, value)
		f.Add("xmsqa1", "orgid", value)
	}
	f.Fuzz(func(t *testing.T, text, key, value string) {
		id, err := org.ParseID(text)
		if err != nil {
			return
		}
		s := bucket.Tagged(bucket.Candidate{Name: "b"}, id, map[string]string{key: value})
		_, notAnID := org.ParseID(value)
		want := bucket.Unproved
		switch {
		case key != bucket.TagKey:
		case value == text:
			want = bucket.Ours
		case notAnID == nil:
			want = bucket.Taken
		}
		if s.State != want {
			t.Fatalf("%q=%q is %s to %q, want %s", key, value, s.State, id, want)
		}
		for _, r := range s.Seen {
			if r < 0x20 || r > 0x7e {
				t.Fatalf("%U is in %q", r, s.Seen)
			}
		}
		if len(s.Seen) > 800 {
			t.Fatalf("%d bytes: %q", len(s.Seen), s.Seen)
		}
	})
}
