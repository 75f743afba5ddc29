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

var (
	domain   = []string{"pkg/fault", "pkg/rawjson", "pkg/org", "pkg/bucket"}
	service  = []string{"pkg/provision"}
	adapters = []string{"pkg/s3store", "pkg/outcome", "pkg/sqsbatch", "pkg/config"}
	// operators is what the operators' tool is made of. Its packages may use each
	// other and all that is below; nothing else uses them.
	operators = []string{
		"pkg/wholebody", "pkg/queue", "pkg/lockfile", "pkg/journal", "pkg/deployment", "pkg/account", "pkg/account/refusal", "pkg/diagnosis",
		"pkg/adoption", "pkg/adoption/s3operator",
		"pkg/deadletter", "pkg/intake", "pkg/follow", "pkg/audit", "pkg/audit/s3source", "pkg/doctor",
	}
	// support is what only tests and the local system may link.
	support = []string{"pkg/s3store/s3fake", "pkg/provision/bucketstest", "pkg/account/awsfake", "pkg/queue/queuetest", "pkg/storm", "pkg/prove"}
)

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

// own gives the packages of this module that p links.
func (p listed) own() []string {
	var own []string
	for _, dep := range p.Deps {
		if name, ok := strings.CutPrefix(dep, module); ok {
			own = append(own, name)
		}
	}
	return own
}

// third gives the packages of other modules that p links.
func (p listed) third() []string {
	return slices.DeleteFunc(slices.Clone(p.Deps), func(dep string) bool {
		return !strings.Contains(strings.SplitN(dep, "/", 2)[0], ".") || strings.HasPrefix(dep, module)
	})
}

func TestImportsRunOneWay(t *testing.T) {
	all := list(t)
	onlyOwn := func(names, allowed []string) {
		for _, name := range names {
			for _, dep := range all[name].own() {
				if !slices.Contains(allowed, dep) {
					t.Errorf("%s links %s, which isn't below it", name, dep)
				}
			}
		}
	}
	onlyOwn(domain, domain)
	onlyOwn(service, domain)
	onlyOwn(adapters, slices.Concat(domain, service))
	onlyOwn([]string{"infra/permissions"}, domain)
	onlyOwn(operators, slices.Concat(domain, service, adapters, operators))
	for _, name := range operators {
		if _, ok := all[name]; !ok {
			t.Errorf("package %s is gone; mend this test", name)
		}
	}
	for _, name := range slices.Concat(domain, service, []string{"infra/permissions"}) {
		if _, ok := all[name]; !ok {
			t.Errorf("package %s is gone; mend this test", name)
		}
		if third := all[name].third(); len(third) > 0 {
			t.Errorf("%s links %v, but it may use the standard library only", name, third)
		}
	}
}

func TestTheFunctionLinksNoTestSupportCDKOrLocalServers(t *testing.T) {
	function, ok := list(t)["functions/provision-bucket"]
	if !ok {
		t.Fatal("the function's package is gone; mend this test")
	}
	for _, dep := range function.own() {
		if slices.Contains(support, dep) || slices.Contains(operators, dep) || strings.HasPrefix(dep, "infra/") || strings.HasPrefix(dep, "cmd/") {
			t.Errorf("the function links %s", dep)
		}
	}
	mayLink := []string{"github.com/aws/aws-sdk-go-v2/", "github.com/aws/smithy-go", "github.com/aws/aws-lambda-go/"}
	for _, dep := range function.third() {
		if !slices.ContainsFunc(mayLink, func(prefix string) bool { return strings.HasPrefix(dep, prefix) }) {
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
