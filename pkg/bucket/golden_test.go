package bucket_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden holds got against a file that consumers, or buckets made last year,
// rely on.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test -update writes it anew)\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}

// TestNamesNeverChange: a name that comes out differently next year would be a
// second home. These values may not be updated once a bucket exists.
func TestNamesNeverChange(t *testing.T) {
	longest := "abcdefghijklmnopqrstuvwxyz-0123456789-abcdefghijklmn"
	hyphenated := strings.Repeat("a-", 25) + "aa" // cut at any place there may be a hyphen
	type names struct {
		Region, ID    string
		Candidates    []bucket.Candidate
		ClientUserARN string
		ARN, URL      string
	}
	var all []names
	for _, region := range []string{"us-east-1", "ap-southeast-1", "me-south-1", "cn-north-1", "us-gov-west-1"} {
		for _, id := range []string{"xmsqa1", longest, hyphenated} {
			spec := mustSpec(t, naming(region), id)
			name := spec.Candidates[0].Name
			all = append(all, names{region, id, spec.Candidates, spec.ClientUserARN, spec.ARN(name), spec.PublicURL(name)})
		}
	}
	got, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "names.json", append(got, '\n'))
}

// TestNamesDependOnTheAccountAndRegion: two deployments mustn't compete for the
// alternative names of the global namespace.
func TestNamesDependOnTheAccountAndRegion(t *testing.T) {
	seen := map[string]string{}
	for _, account := range []string{"935799716578", "000000000000"} {
		for _, region := range []string{"me-south-1", "me-central-1"} {
			n := naming(region)
			n.Account = account
			for _, c := range mustSpec(t, n, "xmsqa1").Candidates[1:] {
				if other, twice := seen[c.Name]; twice {
					t.Errorf("%s is a name both in %s and in %s", c.Name, other, account+" "+region)
				}
				seen[c.Name] = account + " " + region
			}
		}
	}
}

func TestTheDocumentedExampleIsWhatIsWritten(t *testing.T) {
	spec := mustSpec(t, naming("us-east-1"), "xmsqa1")
	merged, changed, err := spec.Merge("fusion-rms-xmsqa1", policy.Document{})
	if err != nil || !changed {
		t.Fatalf("changed %v, %v", changed, err)
	}
	golden(t, "policy-xmsqa1.json", append(merged.JSON(), '\n'))

	example := document(t, file(t, "policy-example.json"))
	if again, changed, err := spec.Merge("fusion-rms-xmsqa1", example); err != nil || changed || !bytes.Equal(again.JSON(), example.JSON()) {
		t.Errorf("the documented example itself would be changed (%v, %v) to %s", changed, err, again.JSON())
	}
}

// TestTheWrittenPolicyHasNoMoreThanTheDocumentedExample says what the README promises a second
// time, without the comparator: the JSON values but for Sid are the same.
func TestTheWrittenPolicyHasNoMoreThanTheDocumentedExample(t *testing.T) {
	merged, _, err := mustSpec(t, naming("us-east-1"), "xmsqa1").Merge("fusion-rms-xmsqa1", policy.Document{})
	if err != nil {
		t.Fatal(err)
	}
	var got, want map[string]any
	for raw, into := range map[string]*map[string]any{string(merged.JSON()): &got, file(t, "policy-example.json"): &want} {
		if err := json.Unmarshal([]byte(raw), into); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range got["Statement"].([]any) {
		delete(s.(map[string]any), "Sid")
	}
	g, _ := json.Marshal(got)
	w, _ := json.Marshal(want)
	if !bytes.Equal(g, w) {
		t.Errorf("got  %s\nwant %s", g, w)
	}
}

func file(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func document(t testing.TB, text string) policy.Document {
	t.Helper()
	d, err := policy.Parse([]byte(text))
	if err != nil {
		t.Fatalf("parse %s: %v", text, err)
	}
	return d
}
