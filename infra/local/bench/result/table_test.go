package result

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write the golden file")

func TestTheTableIsAlignedAndFitsTheScreen(t *testing.T) {
	d := sample()
	got := d.Table() + "\n" + Report(d.Targets)
	golden := filepath.Join("testdata", "table.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the table differs from %s (-update writes it):\n%s", golden, got)
	}
	for line := range strings.Lines(got) {
		if width := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); width > 100 {
			t.Errorf("%d columns: %s", width, line)
		}
	}
}

func TestAnEmptyDocumentHasNoTables(t *testing.T) {
	if lines := strings.Count(Document{}.Table(), "\n"); lines != 1 {
		t.Errorf("%d lines", lines)
	}
	if targets := Judge(Document{}); len(targets) != 0 {
		t.Errorf("targets of nothing: %v", targets)
	}
}
