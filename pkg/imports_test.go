// Package pkg_test holds what is true of all packages together.
package pkg_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/fusionpos/orgbucket/"

// room returns the part of the repository that a package is in, by its folder alone:
// the function's, the operators' tool's, what is for tests only, or another.
func room(name string) string {
	switch top, rest, _ := strings.Cut(name, "/"); {
	case name == "functions/audit-buckets": // the tool's audit, on a schedule
		return "tool"
	case top == "functions", top == "pkg" && !below(rest, "operator", "fake", "proof"):
		return "function"
	case below(name, "pkg/operator", "cmd"):
		return "tool"
	case below(name, "pkg/fake", "pkg/proof"):
		return "tests"
	case name == "infra/accept":
		return "acceptance"
	default:
		return top
	}
}

// below reports whether name is one of the folders or in one of them.
func below(name string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return name == f || strings.HasPrefix(name, f+"/") })
}

// mayLink has the rooms that a room may link, besides itself.
var mayLink = map[string][]string{
	"function":   nil,
	"tool":       {"function"},
	"tests":      {"function", "tool"},
	"infra":      {"function", "tool"},
	"acceptance": {"function", "tool", "tests", "infra"},
}

// listed is what `go list` says of a package: everything it links, tests aside.
type listed struct {
	ImportPath string
	Deps       []string
}

func list(t *testing.T) map[string]listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Deps", module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := map[string]listed{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p listed
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all[strings.TrimPrefix(p.ImportPath, module)] = p
	}
	return all
}

// own returns the packages of this module that p links.
func (p listed) own() []string {
	var own []string
	for _, dep := range p.Deps {
		if name, ok := strings.CutPrefix(dep, module); ok {
			own = append(own, name)
		}
	}
	return own
}

// third returns the packages of other modules that p links.
func (p listed) third() []string {
	return slices.DeleteFunc(slices.Clone(p.Deps), func(dep string) bool {
		return !strings.Contains(strings.SplitN(dep, "/", 2)[0], ".") || strings.HasPrefix(dep, module)
	})
}

func TestImportsRunOneWay(t *testing.T) {
	for name, p := range list(t) {
		from := room(name)
		for _, dep := range p.own() {
			if to := room(dep); to != from && !slices.Contains(mayLink[from], to) {
				t.Errorf("%s (%s) links %s (%s)", name, from, dep, to)
			}
		}
	}
}

// TestCommandsShareThroughCLIOnly: a command of the tool is read without the others.
func TestCommandsShareThroughCLIOnly(t *testing.T) {
	for name, p := range list(t) {
		if !strings.HasPrefix(name, "cmd/orgbucket/") {
			continue
		}
		for _, dep := range p.own() {
			if strings.HasPrefix(dep, "cmd/") && dep != "cmd/orgbucket/cli" {
				t.Errorf("%s links %s", name, dep)
			}
		}
	}
}

// TestTheDomainLinksTheStandardLibraryOnly holds what decides, and what the role
// may do, to code that can be read without knowing AWS's libraries.
func TestTheDomainLinksTheStandardLibraryOnly(t *testing.T) {
	all := list(t)
	for _, name := range []string{"pkg/provision", "infra/permissions"} {
		p, ok := all[name]
		if !ok {
			t.Fatalf("package %s is gone; mend this test", name)
		}
		if third := p.third(); len(third) > 0 {
			t.Errorf("%s links %v", name, third)
		}
	}
}

func TestTheFunctionLinksTheSDKAndNextToNothingElse(t *testing.T) {
	function, ok := list(t)["functions/provision-bucket"]
	if !ok {
		t.Fatal("the function's package is gone; mend this test")
	}
	libraries := []string{"github.com/aws/aws-sdk-go-v2/", "github.com/aws/smithy-go", "github.com/aws/aws-lambda-go/"}
	for _, dep := range function.third() {
		if !slices.ContainsFunc(libraries, func(prefix string) bool { return strings.HasPrefix(dep, prefix) }) {
			t.Errorf("the function links %s", dep)
		}
		if strings.HasPrefix(dep, "github.com/aws/aws-sdk-go-v2/config") {
			t.Errorf("the function links %s, which costs start-up time and size for credential sources that Lambda doesn't have", dep)
		}
	}
	if slices.Contains(function.Deps, "testing") {
		t.Error("the function links testing")
	}
}
