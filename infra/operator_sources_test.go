package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// toolSources are where the operators' tool talks to AWS. s3store is the
// function's, too: what writes in it the tool doesn't call.
var toolSources = []string{"../cmd/orgbucket", "../pkg/operator", "../pkg/s3store"}

// needNothing are the requests of the sources that are no operator's: of s3store
// those that only the function makes, and one that IAM lets everybody make
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).
var needNothing = []string{
	"s3.CreateBucket", "s3.PutPublicAccessBlock", "s3.PutBucketPolicy", "sts.GetCallerIdentity",
}

// TestEveryCallInTheSourcesIsAmongTheOperatorsCalls: a new request of the tool
// needs a right, or operators find out at night.
func TestEveryCallInTheSourcesIsAmongTheOperatorsCalls(t *testing.T) {
	listed := slices.Clone(needNothing)
	for _, calls := range operatorsCalls(shared().stacks["prod"]) {
		for _, c := range calls {
			if _, request, ok := strings.Cut(c.name, ": "); ok {
				listed = append(listed, request)
			}
		}
	}
	made := map[string]string{}
	for _, dir := range toolSources {
		maps.Copy(made, requests(t, dir))
	}
	for request, where := range made {
		if !slices.Contains(listed, request) {
			t.Errorf("%s makes the request %s, which no operator's policy is tested for", where, request)
		}
	}
	for _, request := range listed {
		if _, ok := made[request]; !ok && !strings.HasPrefix(request, "with ") {
			t.Errorf("nothing in the sources makes the request %s; does any operator need the right?", request)
		}
	}
}

// TestTheCallsOfTheScheduledAuditAreAmongThoseOfItsRole: its own, beside those that it
// makes as the tool does.
func TestTheCallsOfTheScheduledAuditAreAmongThoseOfItsRole(t *testing.T) {
	var listed []string
	for _, c := range auditsCalls(shared().stacks[everything.Stage]) {
		if _, request, ok := strings.Cut(c.name, ": "); ok {
			listed = append(listed, request)
		}
	}
	for request, where := range requests(t, "../pkg/operator/watch") {
		if !slices.Contains(listed, request) {
			t.Errorf("%s makes the request %s, which the role isn't tested for", where, request)
		}
	}
}

// requests finds the inputs of the SDK's operations below a directory, as
// "sqs.ReceiveMessage", with the file that they're in.
func requests(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (strings.HasSuffix(path, "fake") || strings.HasSuffix(path, "test") || strings.HasSuffix(path, "operator/watch") && dir != path):
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		services := servicesOf(file)
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if typed, ok := literal.Type.(*ast.SelectorExpr); ok {
				operation, isInput := strings.CutSuffix(typed.Sel.Name, "Input")
				if from, ok := typed.X.(*ast.Ident); ok && isInput && services[from.Name] != "" {
					found[services[from.Name]+"."+operation] = path
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// servicesOf returns the SDK's services that a file imports, by the names that it
// has for them.
func servicesOf(file *ast.File) map[string]string {
	services := map[string]string{}
	for _, i := range file.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		service, ok := strings.CutPrefix(path, "github.com/aws/aws-sdk-go-v2/service/")
		if err != nil || !ok || strings.Contains(service, "/") {
			continue
		}
		name := service
		if i.Name != nil {
			name = i.Name.Name
		}
		services[name] = service
	}
	return services
}
