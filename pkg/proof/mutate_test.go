package proof

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryMutantFitsTheSource keeps the table from rotting: each text that a
// mutant replaces is there exactly once. And no invariant is without a mutant that
// it has to notice: one that nothing can break proves nothing.
func TestEveryMutantFitsTheSource(t *testing.T) {
	names, noticed := map[string]bool{}, map[Invariant]bool{}
	for _, m := range allMutants() {
		noticed[m.must] = true
		if names[m.name] {
			t.Errorf("two mutants are called %q", m.name)
		}
		names[m.name] = true
		m.source(t)
		if m.must == "" && !strings.Contains(wiringTests(t), "func "+m.by[1]+"(") {
			t.Errorf("%s: pkg/function has no test %s; mend the table of mutants", m.name, m.by[1])
		}
	}
	for _, m := range Invariants() {
		if !noticed[m.Invariant] {
			t.Errorf("no mutant has to be noticed by %s", m.Invariant)
		}
	}
	if len(names) < 25 {
		t.Errorf("%d mutants, at least 25 are promised", len(names))
	}
}

// TestEveryMutantIsCaught compiles each mutant by an overlay, which changes
// nothing on disk, runs a part of the sample, and has the invariant that was
// named for it be violated, or the test fail. It takes minutes, so without -mutants it only takes
// the first.
func TestEveryMutantIsCaught(t *testing.T) {
	mutants := allMutants()
	if !*mutate {
		mutants = mutants[:1]
	}
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			out := m.run(t)
			notice := m.notice()
			switch {
			case strings.Contains(out, "[build failed]") || strings.Contains(out, "[setup failed]"):
				t.Errorf("the mutant doesn't compile:\n%s", out)
			case !strings.Contains(out, notice):
				t.Errorf("survived: no %q\n%s", notice, first(out, 4000))
			default:
				total.caught = append(total.caught, fmt.Sprintf("%-26s %s (pkg/%s)", m.noticedBy(), m.name, m.file))
				progress("caught: %s", m.name)
			}
		})
	}
}

// noticedBy is the invariant or the test of pkg/function that has to notice.
func (m mutant) noticedBy() string { return cmp.Or(string(m.must), m.by[1]) }

// notice is what the output of the tests says if the mutant was noticed.
func (m mutant) notice() string {
	if m.must == "" {
		return "--- FAIL: " + m.by[1]
	}
	return "violation of " + string(m.must) + ":"
}

// folder is where the tests are that are run.
func (m mutant) folder() string {
	if m.must == "" {
		return "../function"
	}
	return "."
}

// wiringTests is the source of pkg/function's tests.
func wiringTests(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("../function/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}

// source is the mutant's file with its edits.
func (m mutant) source(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(m.path())
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, e := range m.edits {
		if n := strings.Count(text, e.old); n != 1 {
			t.Errorf("%s: pkg/%s has %q %d times, not once; mend the table of mutants", m.name, m.file, e.old, n)
		}
		text = strings.Replace(text, e.old, e.new, 1)
	}
	return text
}

func (m mutant) path() string { return filepath.Join("..", filepath.FromSlash(m.file)) }

// run runs the tests that have to notice.
func (m mutant) run(t *testing.T) string {
	t.Helper()
	original, err := filepath.Abs(m.path())
	if err != nil {
		t.Fatal(err)
	}
	mutated, overlay := filepath.Join(t.TempDir(), "mutant.go"), filepath.Join(t.TempDir(), "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {original: mutated}})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{mutated: []byte(m.source(t)), overlay: replace} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := append([]string{"test", "-trimpath", "-vet=off", "-count=1", "-overlay", overlay, m.folder()}, m.by...)
	out, err := exec.Command("go", args...).CombinedOutput()
	if err == nil {
		return "all tests passed\n" + string(out)
	}
	return string(out)
}

func first(text string, most int) string {
	return text[:min(len(text), most)]
}
