package watch_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/operator/watch"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// TestAStateThatMakesNoSenseHidesNothing, but for the run that it cuts short.
func TestAStateThatMakesNoSenseHidesNothing(t *testing.T) {
	for _, state := range []string{
		"null", "[]", `"x"`, "{}", `{"version":1}x`, `{"version":1,"found":[1]}`, `{"version":1,"found":"a"}`, `{"version":1,"started":"soon"}`, `{"version":2,"found":["a"]}`, "\x00\xff",
		`{"version":1,"position":{"summary":null}}`,
		`{"version":1,"position":{"bucket":"zzzz","told":["../..","",null],"summary":{"done":-7,"errors":-1,"rowsByStatus":null,"findingsByCode":{"Drift":-9}}}}`,
		`{"version":1,"position":{"claim":"zzzz","summary":{"listed":9223372036854775807}}}`,
		`{"version":1,"held":"0001-01-01T00:00:01Z","position":{},"unpublished":-4}`,
		`{"version":1,"started":"9999-12-31T23:59:59Z","told":"9999-12-31T23:59:59Z","before":["",""],"position":{}}`,
	} {
		t.Run(fmt.Sprintf("%.40q", state), func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.s3.Change(w.ready("alpha"), func(b *s3fake.Bucket) { b.Tags = nil })
				w.remember(state)
				w.run()
				time.Sleep(time.Hour)
				if got := numbers(w.run(), "examined", "unmarked", "findings"); got != "examined=1 unmarked=1 findings=1" {
					w.t.Error(got)
				}
			})
		})
	}
}

// TestAStateThatIsLostInTheMiddleIsANewRun.
func TestAStateThatIsLostInTheMiddleIsANewRun(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.s3.Change(w.ready("alpha"), func(b *s3fake.Bucket) { b.Tags = nil })
		w.onceLookedAt("alpha", func() {
			w.s3.Change(functiontest.HomesBucket, func(b *s3fake.Bucket) { delete(b.Objects, bucket.AuditKey) })
		})
		for range 2 {
			if got := numbers(w.run(), "examined", "findings", "newFindings"); got != "examined=1 findings=1 newFindings=1" {
				w.t.Error(got)
			}
			time.Sleep(watch.Tick)
		}
	})
}

// TestNamesAndPoliciesAtTheirLimits.
func TestNamesAndPoliciesAtTheirLimits(t *testing.T) {
	inWorld(t, map[string]string{"AUDIT_EVENTS": "true"}, func(w *world) {
		long := org.ID(strings.Repeat("a", 52))
		spec, err := w.naming.Spec(long)
		if err != nil {
			w.t.Fatal(err)
		}
		w.made(long, spec.Candidates[1].Name) // a shortened name
		full, public := w.ready("full"), 0
		w.s3.Change(full, func(b *s3fake.Bucket) {
			for i := range 49 {
				b.Tags[fmt.Sprintf("%d%s", i, strings.Repeat("k", 120))] = strings.Repeat("v", 256)
			}
			for ; len(b.Policy) < 20_000; public++ {
				b.Policy = strings.Replace(b.Policy, `"Statement":[`, fmt.Sprintf(`"Statement":[{"Sid":"Others%d","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::%s/%d\u001b[2J*"},`, public, full, public), 1)
			}
		})
		run := w.run()
		if got := numbers(run, "examined", "findings", "notExamined", "foreignPublic"); got != fmt.Sprintf("examined=2 findings=%d notExamined=0 foreignPublic=%[1]d", public) || len(w.events) != public {
			w.t.Errorf("of %d statements: %s, and %d events", public, got, len(w.events))
		}
		for _, e := range w.events {
			if len(e.Message) > 4<<10 || strings.ContainsRune(e.Message, 27) {
				w.t.Errorf("an event has %d bytes: %.200s", len(e.Message), e.Message)
			}
		}
	})
}

// TestAnotherStatementThatIsPublicIsNew in a bucket that had one: a finding's text tells
// them apart.
func TestAnotherStatementThatIsPublicIsNew(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		home := w.ready("alpha")
		for _, sid := range []string{"First", "Second"} {
			w.s3.Change(home, func(b *s3fake.Bucket) {
				b.Policy = strings.Replace(b.Policy, `"Statement":[`, `"Statement":[{"Sid":"`+sid+`","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::`+home+`/`+sid+`/*"},`, 1)
			})
			if got := w.run()["newFindings"]; got == 0.0 {
				w.t.Errorf("the %s isn't new", sid)
			}
			time.Sleep(time.Hour)
		}
	})
}
