package pkg_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/dependencies.md anew")

// dependency is a module that the function's binary has code of.
type dependency struct {
	Path, Version, Sum, Dir string
	licences                []string
}

// linked lists the modules of other people in the binaries that are deployed.
func linked(t *testing.T) (all []dependency) {
	t.Helper()
	command := exec.Command("go", "list", "-deps", "-tags", "lambda.norpc,nethttpomithttp2", "-json=Dir,Module", module+"functions/provision-bucket", module+"functions/audit-buckets")
	command.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	at := map[string]int{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p struct {
			Dir    string
			Module *struct {
				dependency
				Main bool
			}
		}
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		if p.Module == nil || p.Module.Main {
			continue
		}
		i, known := at[p.Module.Path]
		if !known {
			i = len(all)
			at[p.Module.Path], all = i, append(all, p.Module.dependency)
		}
		all[i].licences = append(all[i].licences, licencesOf(t, p.Dir, p.Module.Dir)...)
	}
	slices.SortFunc(all, func(a, b dependency) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// licencesOf names the licences of a package: those in its directory and in the
// ones above, up to its module's.
func licencesOf(t *testing.T, dir, root string) (names []string) {
	t.Helper()
	for ; strings.HasPrefix(dir, root); dir = filepath.Dir(dir) {
		files, err := filepath.Glob(filepath.Join(dir, "LICEN[CS]E*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Base(file) != "LICENSE-SUMMARY" {
				names = append(names, licence(string(text)))
			}
		}
	}
	return names
}

// licence tells a licence by words that only it has.
func licence(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	for _, l := range []struct{ name, has string }{
		{"Apache-2.0", "Apache License Version 2.0"},
		{"MIT-0", "MIT No Attribution"},
		{"MIT", "The above copyright notice and this permission notice shall be included"},
		{"BSD-3-Clause", "Neither the name of"},
	} {
		if strings.Contains(text, l.has) {
			return l.name
		}
	}
	return fmt.Sprintf("unknown (%.40q)", text)
}

// known are the licences that ask for no more than that their text goes along.
var known = []string{"Apache-2.0", "MIT-0", "MIT", "BSD-3-Clause"}

// dependencies writes the document.
func dependencies(t *testing.T) string {
	var b strings.Builder
	b.WriteString("# Dependencies of the functions' binaries\n\n" +
		"Everything that `make build` links for Lambda, beside this repository's own code and the standard library of the Go that builds it (BSD-3-Clause). s3control and time are the audit's alone.\n" +
		"Written by `go test ./pkg -run Dependencies -update`; a test holds it to what is linked. `make vuln` looks for known vulnerabilities in it.\n\n" +
		"| module | version | licences | checksum |\n|---|---|---|---|\n")
	for _, d := range linked(t) {
		slices.Sort(d.licences)
		licences := slices.Compact(d.licences)
		if unknown := slices.DeleteFunc(slices.Clone(licences), func(l string) bool { return slices.Contains(known, l) }); len(unknown) > 0 || len(licences) == 0 {
			t.Errorf("%s has licences that nobody has looked at: %v", d.Path, unknown)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | `%s` |\n", d.Path, d.Version, strings.Join(licences, ", "), d.Sum)
	}
	return b.String()
}

func TestTheDependenciesAndTheirLicencesAreListed(t *testing.T) {
	const path = "../docs/dependencies.md"
	want := dependencies(t)
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(written) != want {
		t.Errorf("%s isn't what the binary links (go test ./pkg -run Dependencies -update writes it anew):\n%s", path, want)
	}
}
