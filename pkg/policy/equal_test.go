package policy_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/policy"
)

// pair is two policies and whether they mean the same.
type pair struct {
	name, a, b string
	same       bool
}

// corpus reads testdata/meaning: each pair begins with "=== same: name" or
// "=== different: name", "---" stands between the two, # begins a comment.
func corpus(t testing.TB) []pair {
	t.Helper()
	files, err := filepath.Glob("testdata/meaning/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	var all []pair
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range strings.Split("\n"+string(data), "\n=== ")[1:] {
			head, body, _ := strings.Cut(text, "\n")
			verdict, name, ok := strings.Cut(head, ": ")
			a, b, two := strings.Cut(body, "\n---\n")
			if !ok || !two || verdict != "same" && verdict != "different" {
				t.Fatalf("%s: can't read the pair %q", path, head)
			}
			all = append(all, pair{filepath.Base(path) + ": " + name, wrapped(a), wrapped(b), verdict == "same"})
		}
	}
	return all
}

// wrapped makes a document of a single statement.
func wrapped(text string) string {
	if strings.Contains(text, `"Statement"`) {
		return text
	}
	return `{"Version":"2012-10-17","Statement":[` + strings.TrimSpace(text) + `]}`
}

func TestEachPairOfTheMeaningCorpusHasItsVerdict(t *testing.T) {
	for _, p := range corpus(t) {
		t.Run(p.name, func(t *testing.T) {
			a, b := document(t, p.a), document(t, p.b)
			if got := within(a, b) && within(b, a); got != p.same {
				t.Errorf("same meaning: %v, want %v", got, p.same)
			}
		})
	}
}

// within reports whether each statement of a means the same as one of b.
func within(a, b policy.Document) bool {
	return !slices.ContainsFunc(a.Statements, func(s policy.Statement) bool { return !slices.ContainsFunc(b.Statements, s.Equal) })
}

func TestAPolicyWithoutStatementsIsOne(t *testing.T) {
	for _, d := range []policy.Document{policy.New(), document(t, `{"Statement":[]}`)} {
		if d.IsZero() || d.Same(policy.Document{}) || (policy.Document{}).Same(d) {
			t.Errorf("%s is none", d.JSON())
		}
	}
}

// TestAFormerUsersStatementNamesNobodyElse: whoever else it names would lose what it gives.
func TestAFormerUsersStatementNamesNobodyElse(t *testing.T) {
	const rest = `,"Action":"s3:x","Resource":"r"`
	ours := statement(t, `"Sid":"Ours","Effect":"Allow","Principal":{"AWS":"`+user+`"}`+rest)
	for elements, want := range map[string]bool{
		`"Effect":"Allow","Principal":{"AWS":"AIDAEXAMPLE1"}` + rest:                                     true,
		`"Sid":"X","Effect":"Allow","Principal":{"AWS":["AIDAEXAMPLE1"]}` + rest:                         true,
		`"Effect":"Allow","Principal":{"AWS":"AIDAEXAMPLE1","Service":"s3.amazonaws.com"}` + rest:        false,
		`"Effect":"Allow","Principal":{"AWS":"AIDAEXAMPLE1","CanonicalUser":"` + canonical + `"}` + rest: false,
		`"Effect":"Allow","Principal":{"AWS":["AIDAEXAMPLE1","111122223333"]}` + rest:                    false,
		`"Effect":"Allow","Principal":{"AWS":["AIDAEXAMPLE1","AIDAEXAMPLE2"]}` + rest:                    false,
		`"Effect":"Allow","Principal":{"AWS":[]}` + rest:                                                 false,
		`"Effect":"Allow","Principal":{"Service":"AIDAEXAMPLE1"}` + rest:                                 false,
		`"Effect":"Allow","Principal":{"AWS":"AROAEXAMPLE1"}` + rest:                                     false, // a role
		`"Effect":"Allow","Principal":{"AWS":"AIDA"}` + rest:                                             false, // no id
		`"Effect":"Allow","Principal":{"AWS":"AIDA-example"}` + rest:                                     false,
		`"Effect":"Allow","Principal":{"AWS":"` + user + `"}` + rest:                                     false,
		`"Effect":"Allow","Principal":{"AWS":"AIDAEXAMPLE1"},"NotPrincipal":{"AWS":"a"}` + rest:          false,
		`"Effect":"Deny","Principal":{"AWS":"AIDAEXAMPLE1"}` + rest:                                      false,
		`"Effect":"Allow","Principal":{"AWS":"AIDAEXAMPLE1"},"Action":"s3:x","Resource":"q"`:             false,
		`"Effect":"Allow","Principal":{"AWS":"AIDAEXAMPLE1"},"Action":"s3:y","Resource":"r"`:             false,
		`"Effect":"Allow","Principal":{"AWS":"AIDAEXAMPLE1"},"Unknown":1` + rest:                         false,
	} {
		if got := statement(t, elements).EqualButUser(ours); got != want {
			t.Errorf("%s: %v, want %v", elements, got, want)
		}
	}
}

func TestParseRefusesWhatCannotBeTakenApart(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"nothing":                     {"", "ends too early"},
		"no JSON":                     {"x", "isn't JSON"},
		"a list":                      {"[]", "an array"},
		"no statements":               {`{"Version":"2012-10-17"}`, `no "Statement"`},
		"statements in lower case":    {`{"statement":[]}`, `no "Statement"`},
		"Statement twice":             {`{"Statement":[],"Statement":[]}`, "more than once"},
		"Statement twice, escaped":    {`{"Statement":[],"\u0053tatement":[{"Effect":"Allow"}]}`, "more than once"},
		"Version twice":               {`{"Version":"2012-10-17","Version":"2008-10-17","Statement":[]}`, "more than once"},
		"something behind":            {`{"Statement":[]} x`, "something after"},
		"statements in two spellings": {`{"Statement":[],"statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}`, "statement"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := policy.Parse([]byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %s, %v; want an error that says %q", d.JSON(), err, c.says)
			}
		})
	}
}

func document(t testing.TB, text string) policy.Document {
	t.Helper()
	d, err := policy.Parse([]byte(text))
	if err != nil {
		t.Fatalf("parse %s: %v", text, err)
	}
	return d
}
