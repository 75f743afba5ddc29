package pkg_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// namedTest is how docs/security.md names one: `pkg/org.FuzzParse`.
var namedTest = regexp.MustCompile("`([a-z0-9/-]+)\\.((?:Test|Fuzz)[A-Za-z0-9_]+)`")

func TestEveryThreatNamesTestsThatExist(t *testing.T) {
	text, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	threats := strings.Split(string(text), "\n### ")[1:]
	if len(threats) < 10 {
		t.Fatalf("%d threats", len(threats))
	}
	for _, threat := range threats {
		name, rest, _ := strings.Cut(threat, "\n")
		_, shown, _ := strings.Cut(rest, "\nShown by ")
		named := namedTest.FindAllStringSubmatch(shown, -1)
		if len(named) == 0 {
			t.Errorf("%q names no test", name)
		}
		for _, n := range named {
			if !hasTest(t, n[1], n[2]) {
				t.Errorf("%q names %s of %s, which isn't there", name, n[2], n[1])
			}
		}
	}
}

// hasTest reports whether a package of the repository has a test function.
func hasTest(t *testing.T, dir, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nfunc "+name+"(") {
			return true
		}
	}
	return false
}

// TestTheFunctionHasNoCallThatDeletesOrTagsABucket holds what the S3 adapter can
// call to the nine operations that the role allows.
func TestTheFunctionHasNoCallThatDeletesOrTagsABucket(t *testing.T) {
	want := map[string]bool{
		"CreateBucket": true, "GetBucketTagging": true, "GetPublicAccessBlock": true, "PutPublicAccessBlock": true,
		"GetBucketPolicy": true, "PutBucketPolicy": true, "HeadObject": true, "GetObject": true, "PutObject": true,
	}
	api := reflect.TypeFor[s3store.API]()
	for i := range api.NumMethod() {
		if name := api.Method(i).Name; !want[name] {
			t.Errorf("the function can call %s", name)
		}
	}
	if api.NumMethod() != len(want) {
		t.Errorf("the function has %d calls, the role is for %d", api.NumMethod(), len(want))
	}
}
