package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the files that tests compare with anew")

// A permission, alarm or setting that changes shows up here. The golden files
// are for reviewers: `go test ./infra -run Golden -update`, then read git diff.
func TestGoldenTemplatesOfEveryStage(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		path := filepath.Join("testdata", stage+".template.json")
		sameAsFile(t, path, pretty(t, tpl.text), "Golden")
	})
}

// sameAsFile compares with a file that reviewers read, or writes it anew. run is the test.
func sameAsFile(t *testing.T, path string, got []byte, run string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(readFile(t, path)), string(got)); diff != "" {
		t.Errorf("it isn't %s any more (-file +now); if it shall be so: go test ./infra -run %s -update\n%s", path, run, diff)
	}
}

// pretty sorts keys, so that only what means something differs.
func pretty(t *testing.T, text []byte) []byte {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(v); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
