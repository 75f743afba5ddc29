package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// mutant is one change of the source. Its number is its place in the list, from 1.
type mutant struct {
	folder   string // the package's, below the module
	at       token.Position
	operator string
	old, new string
}

// String tells where the mutant is and what it changes.
func (m mutant) String() string {
	short := func(s string) string {
		s = strings.Join(strings.Fields(s), " ")
		if len(s) > 100 {
			s = s[:100] + "…"
		}
		return "`" + s + "`"
	}
	return fmt.Sprintf("%s/%s:%d: %s: %s → %s", m.folder, filepath.Base(m.at.Filename), m.at.Line, m.operator, short(m.old), short(m.new))
}

// helpers is what the mutated source calls. The number is read once.
const helpers = `package %s

import (
	"os"
	"strconv"
)

var mutantNumber, _ = strconv.Atoi(os.Getenv("MUTANT"))

func mutantOn(n int) bool { return n == mutantNumber }

func mutantPick[T any](n int, original, changed T) T {
	if mutantOn(n) {
		return changed
	}
	return original
}

func mutantLazy[T any](n int, original, changed func() T) T {
	if mutantOn(n) {
		return changed()
	}
	return original()
}
`

// listed is a package as go list describes it.
type listed struct {
	Dir, ImportPath, Name, Export string
	GoFiles                       []string
	DepOnly                       bool
}

// mutate finds all mutants of the packages, and writes into dir the source that has
// them all, each switched on by its number in $MUTANT, and an overlay of it for go build.
func mutate(module string, folders []string, dir string) (all []mutant, overlay string, err error) {
	packages, err := list(module, folders)
	if err != nil {
		return nil, "", err
	}
	replace := map[string]string{}
	write := func(path, text string) error {
		to := filepath.Join(dir, fmt.Sprintf("%d.go", len(replace)))
		replace[path] = to
		return os.WriteFile(to, []byte(text), 0o600)
	}
	add := func(m mutant) int { all = append(all, m); return len(all) }
	for _, p := range packages {
		if p.DepOnly {
			continue
		}
		if err := p.mutate(module, packages, add, write); err != nil {
			return nil, "", fmt.Errorf("mutate %s: %w", p.ImportPath, err)
		}
	}
	overlay = filepath.Join(dir, "overlay.json")
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, "", err
	}
	return all, overlay, os.WriteFile(overlay, data, 0o600)
}

// list returns the packages, and all that they need as it was compiled.
func list(module string, folders []string) (map[string]listed, error) {
	args := []string{"list", "-trimpath", "-export", "-deps", "-json=Dir,ImportPath,Name,Export,GoFiles,DepOnly"}
	for _, f := range folders {
		args = append(args, "./"+f)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Stderr = module, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	all := map[string]listed{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p listed
		if err := dec.Decode(&p); err != nil {
			return nil, err
		}
		all[p.ImportPath] = p
	}
	return all, nil
}

// mutate adds the package's mutants and writes its files.
func (p listed) mutate(module string, packages map[string]listed, add func(mutant) int, write func(path, text string) error) error {
	fset := token.NewFileSet()
	var files []*ast.File
	var texts []string
	for _, name := range p.GoFiles {
		text, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files, texts = append(files, f), append(texts, string(text))
	}
	exported := func(path string) (io.ReadCloser, error) { return os.Open(packages[path].Export) }
	info := types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Scopes: map[ast.Node]*types.Scope{}}
	checked, err := (&types.Config{Importer: importer.ForCompiler(fset, "gc", exported)}).Check(p.ImportPath, fset, files, &info)
	if err != nil {
		return err
	}
	folder, err := filepath.Rel(module, p.Dir)
	if err != nil {
		return err
	}
	for i, f := range files {
		m := mutator{text: texts[i], file: f, fset: fset, info: &info, pkg: checked, skip: map[ast.Node]bool{}, bools: map[ast.Node]bool{}}
		m.add = func(found mutant) int { found.folder = filepath.ToSlash(folder); return add(found) }
		ast.Inspect(f, m.visit)
		if err := write(filepath.Join(p.Dir, p.GoFiles[i]), m.mutated()); err != nil {
			return err
		}
	}
	return write(filepath.Join(p.Dir, "mutants_helpers.go"), fmt.Sprintf(helpers, p.Name))
}
