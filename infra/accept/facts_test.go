package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/bucketstest"
)

// fact is a row of docs/aws-facts.md.
type fact struct{ fact, sources, shownBy, verdict, seen string }

func facts(t *testing.T) (all []fact) {
	t.Helper()
	text, err := os.ReadFile("../../docs/aws-facts.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if strings.HasPrefix(line, "| ") && cells[0] != "fact" {
			if len(cells) != seen+1 {
				t.Fatalf("this row has %d cells: %s", len(cells), line)
			}
			all = append(all, fact{cells[0], cells[1], cells[shownBy], cells[verdict], cells[seen]})
		}
	}
	if len(all) < 50 {
		t.Fatalf("only %d facts were read", len(all))
	}
	return all
}

// source is a page about AWS that code or a row names.
var source = regexp.MustCompile(`https://(?:docs\.aws\.amazon\.com|repost\.aws|github\.com/(?:hashicorp|aws|cloudevents))/[^\s)"` + "`" + `,;|]*[\w]`)

// syntax parses the files of the repository's folders that are deployed or run by people.
func syntax(t *testing.T, folders ...string) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join("../..", folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			for _, other := range []string{"pkg/fake/", "pkg/proof/", "infra/accept/", "infra/local/"} {
				if strings.HasPrefix(filepath.ToSlash(path), "../../"+other) && !strings.HasPrefix(folder+"/", other) {
					return nil
				}
			}
			files[path], err = parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// literal returns a string literal's text.
func literal(n ast.Node) (string, bool) {
	l, is := n.(*ast.BasicLit)
	if !is || l.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}

// TestEverySourceInTheCodeHasItsFact: the code names what it takes for granted of AWS by the
// page that says so.
func TestEverySourceInTheCodeHasItsFact(t *testing.T) {
	rows := map[string]bool{}
	for _, f := range facts(t) {
		for _, page := range source.FindAllString(f.sources, -1) {
			rows[page] = false
		}
	}
	for path, file := range syntax(t, "cmd", "functions", "infra", "pkg") {
		for _, group := range file.Comments {
			for _, page := range source.FindAllString(group.Text(), -1) {
				if _, is := rows[page]; !is {
					t.Errorf("%s depends on what %s says: docs/aws-facts.md has no row with that source", path, page)
				}
				rows[page] = true
			}
		}
	}
	for page, used := range rows {
		if !used {
			t.Logf("only a row names %s", page)
		}
	}
}

// TestEveryCodeOfAWSHasItsFact: the codes by which the function tells S3's errors apart.
func TestEveryCodeOfAWSHasItsFact(t *testing.T) {
	codes := map[string]string{}
	for path, file := range syntax(t, "pkg/s3store") {
		ast.Inspect(file, func(n ast.Node) bool {
			var compared []ast.Expr
			switch n := n.(type) {
			case *ast.CaseClause:
				compared = n.List
			case *ast.BinaryExpr:
				compared = []ast.Expr{n.X, n.Y}
			case *ast.KeyValueExpr:
				if to, is := n.Value.(*ast.SelectorExpr); is && fmt.Sprint(to.X) == "fault" {
					compared = []ast.Expr{n.Key}
				}
			}
			for _, e := range compared {
				if text, is := literal(e); is && regexp.MustCompile(`^[A-Z][A-Za-z]+$`).MatchString(text) {
					codes[text] = path
				}
			}
			return true
		})
	}
	if len(codes) < 30 {
		t.Fatalf("only %d codes were found in pkg/s3store: mend this test", len(codes))
	}
	var told strings.Builder
	for _, f := range facts(t) {
		told.WriteString(f.fact)
	}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		if !strings.Contains(told.String(), "`"+code+"`") {
			t.Errorf("%s tells %s apart: docs/aws-facts.md has no row that names it", codes[code], code)
		}
	}
}

// claims are all that a run can show: cases, questions and the checks of this package.
func claims(t *testing.T) map[string]bool {
	all := map[string]bool{}
	for _, file := range syntax(t, "infra/accept") {
		ast.Inspect(file, func(n ast.Node) bool {
			if text, is := literal(n); is {
				all[text] = true
			}
			return true
		})
	}
	for _, c := range bucketstest.Cases() {
		all[c.Name] = true
	}
	for _, q := range bucketstest.Questions() {
		all[q.Name] = true
	}
	r := run{settings: settings{root: "../..", region: "us-east-1", account: "123456789012"}}
	tables, err := r.decisions("arn:aws:iam::123456789012:user/any")
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range tables.Groups {
		all[group.claim()] = true
	}
	return all
}

// TestEachFactSaysHowItIsKnown: by its source, and by checks that exist.
func TestEachFactSaysHowItIsKnown(t *testing.T) {
	known, asked := claims(t), map[string]bool{}
	for _, f := range facts(t) {
		pages := source.FindAllString(f.sources, -1)
		if len(pages) == 0 {
			t.Errorf("%s: names no source", f.fact)
		}
		if f.shownBy != "–" {
			for name := range strings.SplitSeq(f.shownBy, "; ") {
				asked[name] = true
				if !known[name] {
					t.Errorf("%s: %q is no check of the run", f.fact, name)
				}
			}
		}
		official := slices.ContainsFunc(pages, func(page string) bool { return !strings.Contains(page, "github.com/hashicorp") })
		inAWS := regexp.MustCompile(`^\d{4}-\d\d-\d\d, [a-z]+(-[a-z]+)+-\d$`).MatchString(f.seen)
		switch f.verdict {
		case "real", contradicted:
			if !inAWS || f.shownBy == "–" {
				t.Errorf("%s: is %s, but seen %q by %s", f.fact, f.verdict, f.seen, f.shownBy)
			}
		case "documented", "recalled":
			if inAWS || !regexp.MustCompile(`^\d{4}-\d\d-\d\d, not in AWS$`).MatchString(f.seen) || f.verdict == "documented" && !official {
				t.Errorf("%s: is %s by %s, and seen %q", f.fact, f.verdict, f.sources, f.seen)
			}
		default:
			t.Errorf("%s: %q is no verdict", f.fact, f.verdict)
		}
	}
	for _, q := range bucketstest.Questions() {
		if !asked[q.Name] {
			t.Errorf("what S3 answers to %q shows no fact", q.Name)
		}
	}
}

// TestARunWritesItsVerdicts: a fact is real if all that shows it held. What the run didn't come
// to stays as it was.
func TestARunWritesItsVerdicts(t *testing.T) {
	const table = "| fact | sources | shown by | verdict | seen |\n|---|---|---|---|---|\n" +
		"| a | [s](u) | one; two | documented | 2026-11-28, not in AWS |\n" +
		"| b | [s](u) | one; three | recalled | 2026-11-28, not in AWS |\n" +
		"| c | [s](u) | one; four | documented | 2026-11-28, not in AWS |\n" +
		"| d | [s](u) | – | documented | 2026-11-28, not in AWS |\n"
	want := strings.NewReplacer(
		"one; two | documented | 2026-11-28, not in AWS", "one; two | real | 2027-01-02, eu-west-1",
		"one; three | recalled | 2026-11-28, not in AWS", "one; three | **contradicted** | 2027-01-02, eu-west-1",
	).Replace(table)
	if got := withVerdicts(table, map[string]bool{"one": true, "two": true, "three": false}, "2027-01-02", "eu-west-1"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
