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

var update = flag.Bool("update", false, "write the golden templates anew")

// A permission, alarm or setting that changes shows up here. The golden files
// are for reviewers: `go test ./infra -run Golden -update`, then read git diff.
func TestGoldenTemplatesOfEveryStage(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		path := filepath.Join("testdata", stage+".template.json")
		got := pretty(t, tpl.text)
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("the template isn't %s any more (-golden +now); if it shall be so: go test ./infra -run Golden -update\n%s", path, diff)
		}
	})
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
