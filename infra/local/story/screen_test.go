package story

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/fusionpos/orgbucket/infra/local/system"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/outcome"

	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

var update = flag.Bool("update", false, "write the golden file")

var long = strings.Repeat("quite long ", 20)

// printAll prints one of everything.
func printAll(s *Screen) {
	s.Title("The system on this machine")
	s.Command("orgbucket --help", "what it's for")
	s.Command("orgbucket --help", long)
	s.Command("orgbucket \\\n    --help", "what it's for")
	s.Entry("/user ORG", long)
	s.Text("one\n" + long)
	s.Fact("S3", "http://127.0.0.1:1  versitygw")
	s.Fact("its rights", long)
	s.Point("a difference: " + long)
	s.stepBegins(1, step{title: "A new organization"})
	s.Did("something was prepared: " + long)
	s.Sent(`{"orgId":"xmsqa1","note":"` + long + `"}`)
	s.ComesAgain(system.Record{OrgID: "xmsqa1", ReceiveCount: 1, Code: "ClientUserNotFound", Step: "policy", Visible: "after 2s"})
	s.Outcome(created("xmsqa1", "fusion-rms-xmsqa1"), duration(35*time.Millisecond))
	s.Outcome(created("latecomer", "fusion-rms-latecomer-000000000000-us-east-1-an", "somebody's: "+long), duration(1250*time.Millisecond))
	s.Outcome(system.Outcome{Event: outcome.Event{
		Status: "failed", Source: outcome.Source{MessageID: "0d1e2f3a-4b5c"}, Error: &outcome.Error{Code: "ClientUserNotFound", Step: "policy", Message: "put the policy: " + long},
	}}, duration(6*time.Second))
	s.checked(check{claim: "a claim that holds"})
	s.checked(check{claim: "a long claim that holds: " + long})
	s.checked(check{claim: "a claim that doesn't", wrong: []access.Mismatch{{What: "GET sync/", Expected: "403 AccessDenied", Got: "takings"}, {Expected: "1", Got: "2"}}})
	s.DeadLetter(system.DeadLetter{MessageID: "0d1e", Body: "two\nlines " + long})
	s.DeadLetter(system.DeadLetter{MessageID: "0d1e", Body: `{"orgId":"xmsqa1"}`})
	s.ran("orgbucket dead-letters list", []string{"ID  ORGANIZATION", "x   " + long})
	s.ComesAgain(system.Record{MessageID: "0d1e2f3a-4b5c", ReceiveCount: 1, Code: "MalformedMessage", Step: "parse", Visible: "after 0s"})
	s.ComesAgain(system.Record{OrgID: "xmsqa1", ReceiveCount: 5, Status: "failed", Code: "PublishFailed", Step: "publish", Visible: "unchanged"})
	s.Trouble(errors.New("poll the queue: refused\nand more"))
	s.Trouble(errors.New("something that is so long that the command comes at the end of the line, which has to stay whole: run `npm ci --prefix infra/local --more` again"))
	s.Trouble(errors.New(long + "`not closed " + long))
	results := []result{
		{1, step{title: "The name is another organization's"}, "created, unchanged", []check{{}, {}}, 40 * time.Millisecond},
		{12, step{title: long}, long, []check{{}, {wrong: []access.Mismatch{{}}}}, 75 * time.Second},
	}
	s.table(results)
	s.verdict(results, 3*time.Second)
	s.verdict(results[:1], 3*time.Second)
}

func created(id org.ID, name string, warnings ...string) system.Outcome {
	changes := []bucket.Facet{bucket.FacetBucket, bucket.FacetAccessBlock, bucket.FacetFolder, bucket.FacetPolicy}
	return system.Outcome{Event: outcome.Event{OrgID: id, Status: "created", Bucket: &outcome.Bucket{Name: name}, Changes: &changes, Warnings: &warnings}}
}

func TestTheScreenIsAlignedAndFits(t *testing.T) {
	var plain, colored bytes.Buffer
	printAll(NewScreen(&plain, false, nil))
	printAll(NewScreen(&colored, true, nil))
	const file = "testdata/plain.golden"
	if *update {
		if err := os.WriteFile(file, plain.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if plain.String() != string(want) {
		t.Errorf("the screen differs from %s (go test -update, then look at the difference):\n%s", file, plain.String())
	}
	for line := range strings.Lines(plain.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if bytes.Contains(plain.Bytes(), []byte("\x1b")) || !bytes.Contains(colored.Bytes(), []byte("\x1b[32m✓\x1b[0m a claim that holds")) {
		t.Error("color isn't there where it is wanted, or is where it isn't")
	}
}

// TestTheScreenIsAsWideAsItsTerminal: no line is wider, and names are never cut. A
// terminal that gets another width changes what comes.
func TestTheScreenIsAsWideAsItsTerminal(t *testing.T) {
	for _, width := range []int{80, 200} {
		var out bytes.Buffer
		printAll(NewScreen(&out, false, func() int { return width }))
		widest := 0
		for line := range strings.Lines(out.String()) {
			n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n"))
			widest = max(widest, n)
			if n > width {
				t.Errorf("%d of %d columns: %s", n, width, line)
			}
		}
		if widest < width-10 {
			t.Errorf("of %d columns %d are used", width, widest)
		}
		if name := "fusion-rms-latecomer-000000000000-us-east-1-an"; !strings.Contains(out.String(), name) {
			t.Errorf("%s isn't whole at %d columns", name, width)
		}
	}
	var out bytes.Buffer
	printAll(NewScreen(&out, false, func() int { return 0 }))
	var plain bytes.Buffer
	printAll(NewScreen(&plain, false, nil))
	if out.String() != plain.String() {
		t.Error("what is no terminal has another width")
	}
}

func TestTheVerdictReportsWhetherEveryCheckHeld(t *testing.T) {
	s := NewScreen(&bytes.Buffer{}, false, nil)
	good, bad := result{checks: []check{{}}}, result{checks: []check{{wrong: []access.Mismatch{{}}}}}
	if s.verdict([]result{good, bad}, time.Second) || !s.verdict([]result{good}, time.Second) {
		t.Error("the verdict is wrong")
	}
}
