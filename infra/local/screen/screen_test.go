package screen_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/fusionpos/orgbucket/infra/local/scenario"
	"github.com/fusionpos/orgbucket/infra/local/screen"
	"github.com/fusionpos/orgbucket/infra/local/system"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/outcome"
)

var update = flag.Bool("update", false, "write the golden files")

var long = strings.Repeat("quite long ", 20)

// play prints one of everything.
func play(s *screen.Screen) {
	s.Title("The system on this machine")
	s.Fact("S3", "http://127.0.0.1:1  versitygw")
	s.Fact("its rights", long)
	s.Point("a difference: " + long)
	s.StepBegins(1, scenario.Step{Title: "A new organization"})
	s.Did("something was prepared: " + long)
	s.Sent(`{"orgId":"xmsqa1","note":"` + long + `"}`)
	s.ComesAgain(system.Record{ReceiveCount: 1, Code: "ClientUserNotFound", Step: "policy", Visible: "after 2s"})
	s.Ended(ending("created", "fusion-rms-xmsqa1", nil, 35*time.Millisecond))
	s.Ended(ending("created", "fusion-rms-latecomer-000000000000-us-east-1-an", []string{"somebody's: " + long}, 1250*time.Millisecond))
	s.Ended(failure())
	s.Checked(scenario.Check{Claim: "a claim that holds"})
	s.Checked(scenario.Check{Claim: "a long claim that holds: " + long})
	s.Checked(scenario.Check{Claim: "a claim that doesn't", Wrong: []scenario.Mismatch{{What: "GET sync/", Expected: "403 AccessDenied", Got: "takings"}, {Expected: "1", Got: "2"}}})
	s.DeadLetter(system.DeadLetter{MessageID: "0d1e", Body: "two\nlines " + long})
	s.Ran("orgbucket dead-letters list", []string{"ID  ORGANIZATION", "x   " + long})
	s.Trouble(errors.New("poll the queue: refused\nand more"))
	s.Table(results())
	s.Verdict(results(), 3*time.Second)
	s.Verdict(results()[:1], 3*time.Second)
}

func ending(status, name string, warnings []string, took time.Duration) scenario.Ending {
	changes := []bucket.Facet{bucket.FacetBucket, bucket.FacetAccessBlock, bucket.FacetFolder, bucket.FacetPolicy}
	return scenario.Ending{Took: took, Outcome: system.Outcome{Event: outcome.Event{
		Status: status, Bucket: &outcome.Bucket{Name: name}, Changes: &changes, Warnings: &warnings,
	}}}
}

func failure() scenario.Ending {
	return scenario.Ending{Took: 6 * time.Second, Outcome: system.Outcome{Event: outcome.Event{
		Status: "failed", Error: &outcome.Error{Code: "ClientUserNotFound", Step: "policy", Message: "put the policy: " + long},
	}}}
}

func results() []scenario.Result {
	held, wrong := scenario.Check{}, scenario.Check{Wrong: []scenario.Mismatch{{}}}
	return []scenario.Result{
		{Number: 1, Step: scenario.Step{Title: "The name is another organization's"}, Endings: "created, unchanged", Checks: []scenario.Check{held, held}, Took: 40 * time.Millisecond},
		{Number: 12, Step: scenario.Step{Title: long}, Endings: long, Checks: []scenario.Check{held, wrong}, Took: 75 * time.Second},
	}
}

func TestTheScreenLooksAsItDid(t *testing.T) {
	for name, color := range map[string]bool{"plain": false, "color": true} {
		var out bytes.Buffer
		play(screen.New(&out, color))
		file := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if out.String() != string(want) {
			t.Errorf("the screen differs from %s (go test -update, then look at the difference):\n%s", file, out.String())
		}
	}
}

func TestNoLineIsWiderThanTheScreen(t *testing.T) {
	var out bytes.Buffer
	play(screen.New(&out, false))
	for line := range strings.Lines(out.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

func TestTheVerdictTellsWhetherEveryCheckHeld(t *testing.T) {
	s := screen.New(&bytes.Buffer{}, false)
	if s.Verdict(results(), time.Second) {
		t.Error("a check didn't hold")
	}
	if !s.Verdict(results()[:1], time.Second) {
		t.Error("every check held")
	}
}
