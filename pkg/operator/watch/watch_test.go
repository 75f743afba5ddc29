package watch_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/operator/watch"
)

func inWorld(t *testing.T, changes map[string]string, test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(newWorld(t, changes)) })
}

// counts are the fields that metrics are made of.
var counts = []string{"examined", "drifted", "foreignPublic", "twoHomes", "unmarked", "notReadable", "notExamined", "findings", "newFindings", "findingsToTell"}

func TestEachKindOfFindingIsFoundCountedAndTold(t *testing.T) {
	open := s3fake.AccessBlock{}
	closed := s3fake.AccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}
	for name, c := range map[string]struct {
		change func(w *world, home string)
		codes  string
		want   string
	}{
		"nothing": {func(*world, string) {}, "", "examined=2 drifted=0 foreignPublic=0 twoHomes=0 unmarked=0 notReadable=0 notExamined=0 findings=0 newFindings=0 findingsToTell=0"},
		"a bucket that somebody closed": {func(w *world, home string) {
			w.s3.Change(home, func(b *s3fake.Bucket) { b.AccessBlock = &closed })
		}, "Drift Reopened NotReadable", "examined=2 drifted=1 foreignPublic=0 twoHomes=0 unmarked=0 notReadable=1 notExamined=0 findings=3 newFindings=3 findingsToTell=3"},
		"an account that keeps the public out": {func(w *world, _ string) {
			w.s3.SetAccountBlock(functiontest.Account, s3fake.AccessBlock{RestrictPublicBuckets: true})
		}, "RestrictPublicBuckets NotReadable RestrictPublicBuckets NotReadable", "examined=2 drifted=0 foreignPublic=0 twoHomes=0 unmarked=0 notReadable=2 notExamined=0 findings=4 newFindings=4 findingsToTell=4"},
		"a second home": {func(w *world, _ string) {
			w.s3.Put("fusion-rms-alpha-2", s3fake.Bucket{Tags: map[string]string{"OrgId": "alpha"}})
		}, "TagNameMismatch", "examined=3 drifted=0 foreignPublic=0 twoHomes=0 unmarked=1 notReadable=0 notExamined=0 findings=1 newFindings=1 findingsToTell=1"},
		"a second home under its other name": {func(w *world, _ string) {
			w.s3.Put("fusion-rms-alpha-"+functiontest.Account+"-us-east-1-an", s3fake.Bucket{Tags: map[string]string{"OrgId": "alpha"}})
		}, "MultipleHomes", "examined=3 drifted=0 foreignPublic=0 twoHomes=1 unmarked=0 notReadable=0 notExamined=0 findings=1 newFindings=1 findingsToTell=1"},
		"a public statement of others": {func(w *world, home string) {
			w.s3.Change(home, func(b *s3fake.Bucket) {
				b.AccessBlock = &open
				b.Policy = strings.Replace(b.Policy, `"Statement":[`, `"Statement":[{"Sid":"Others","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::`+home+`/*"},`, 1)
			})
		}, "ForeignPublicStatement", "examined=2 drifted=0 foreignPublic=1 twoHomes=0 unmarked=0 notReadable=0 notExamined=0 findings=1 newFindings=1 findingsToTell=1"},
		"a bucket whose tag is gone": {func(w *world, home string) {
			w.s3.Change(home, func(b *s3fake.Bucket) { b.Tags = nil })
		}, "OwnershipUnproved", "examined=2 drifted=0 foreignPublic=0 twoHomes=0 unmarked=1 notReadable=0 notExamined=0 findings=1 newFindings=1 findingsToTell=1"},
		"a bucket that can't be read": {func(w *world, home string) {
			w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
				if r.Bucket == home && r.Operation == "GetBucketPolicy" {
					return &s3fake.Fault{Status: 403, Code: "AccessDenied"}
				}
				return nil
			})
		}, "", "examined=2 drifted=0 foreignPublic=0 twoHomes=0 unmarked=0 notReadable=0 notExamined=1 findings=0 newFindings=0 findingsToTell=0"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				home := w.ready("alpha")
				w.ready("zeta")
				c.change(w, home)
				w.s3.ForgetCalls()
				if got := numbers(w.run(), counts...); got != c.want {
					w.t.Errorf("the run's line has\n%s\nnot\n%s", got, c.want)
				}
				var codes []string
				for _, line := range w.log.of("finding") {
					codes = append(codes, line["code"].(string))
					if line["new"] != true || line["text"] == "" || line["hint"] == "" || line["bucket"] == "" {
						w.t.Errorf("a finding's line is %v", line)
					}
				}
				if got := strings.Join(codes, " "); got != c.codes {
					w.t.Errorf("found %s, not %s", got, c.codes)
				}
				for _, call := range w.s3.Writes() {
					if call.Key != bucket.AuditKey {
						w.t.Errorf("it wrote %v", call)
					}
				}
			})
		})
	}
}

// TestAFindingIsToldOnceAndEachDayThatItStays, beside new ones.
func TestAFindingIsToldOnceAndEachDayThatItStays(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		home := w.ready("alpha")
		other := w.ready("zeta")
		strip := func(name string) { w.s3.Change(name, func(b *s3fake.Bucket) { b.Tags = nil }) }
		strip(home)
		told := func(hour int, want string) {
			w.t.Helper()
			if got := numbers(w.run(), "findings", "newFindings", "findingsToTell"); got != want {
				w.t.Errorf("hour %d: %s, not %s", hour, got, want)
			}
			time.Sleep(time.Hour)
		}
		told(0, "findings=1 newFindings=1 findingsToTell=1")
		told(1, "findings=1 newFindings=0 findingsToTell=0")
		strip(other)
		told(2, "findings=2 newFindings=1 findingsToTell=1")
		for hour := 3; hour < 24; hour++ {
			told(hour, "findings=2 newFindings=0 findingsToTell=0")
		}
		told(24, "findings=2 newFindings=0 findingsToTell=2")
		w.s3.Change(home, func(b *s3fake.Bucket) { b.Tags = map[string]string{"OrgId": "alpha"} })
		told(25, "findings=1 newFindings=0 findingsToTell=0")
		strip(home)
		told(26, "findings=2 newFindings=1 findingsToTell=1")
	})
}

func TestARunBeginsWhenItIsTime(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.ready("alpha")
		began := time.Now()
		for time.Since(began) < 3*time.Hour-time.Minute {
			if err := w.invoke(); err != nil {
				w.t.Fatal(err)
			}
			time.Sleep(time.Until(began.Add(time.Since(began).Truncate(watch.Tick) + watch.Tick)))
		}
		if n := len(w.log.of("audit")); n != 3 {
			w.t.Errorf("%d runs in three hours", n)
		}
	})
}

// TestWhatIsRememberedButCannotBeReadIsNoEnd: the audit begins anew.
func TestWhatIsRememberedButCannotBeReadIsNoEnd(t *testing.T) {
	for _, kept := range []string{"", "no JSON", `{"version":99,"position":{"bucket":"zzz"}}`} {
		inWorld(t, nil, func(w *world) {
			w.ready("alpha")
			w.s3.Change(functiontest.HomesBucket, func(b *s3fake.Bucket) { b.Objects[bucket.AuditKey] = s3fake.Object{Body: []byte(kept)} })
			if got := numbers(w.run(), "examined", "findings"); got != "examined=1 findings=0" {
				w.t.Errorf("after %q: %s", kept, got)
			}
		})
	}
}

// TestOneVersionOfTheStateIsKept: the bucket of the claims keeps all, and would for ever.
func TestOneVersionOfTheStateIsKept(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.ready("alpha")
		for range 3 {
			w.run()
			time.Sleep(time.Hour)
		}
		if got := strings.Join(w.deleted, " "); got != "v1 v2 v3 v4 v5" || w.version != 6 { // each run has two
			w.t.Errorf("of %d versions %q were deleted", w.version, got)
		}
	})
}

func TestAListThatCannotBeReadIsABrokenAuditWhichGoesOnLater(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.ready("alpha")
		w.s3.SetFault(s3fake.Always("ListBuckets", s3fake.Fault{Status: 403, Code: "AccessDenied"}))
		if err := w.invoke(); err == nil || !strings.Contains(err.Error(), "s3:ListAllMyBuckets") || len(w.log.of("audit broken")) != 1 {
			w.t.Errorf("got %v, %s", err, w.log.take())
		}
		w.s3.SetFault(nil)
		if got := numbers(w.run(), "examined"); got != "examined=1" {
			w.t.Error(got)
		}
	})
}

// TestTwoInvocationsAtOnce: one has the run, the other one lets it go.
func TestTwoInvocationsAtOnce(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.ready("alpha")
		errs := make(chan error, 2)
		for range 2 {
			go func() { errs <- w.invoke() }()
		}
		for range 2 {
			if err := <-errs; err != nil {
				w.t.Error(err)
			}
		}
		if n := strings.Count(w.log.take(), watch.ErrOvertaken.Error()); n != 1 {
			w.t.Errorf("%d were overtaken", n)
		}
		if err := w.invoke(); err != nil || w.log.take() != "" {
			w.t.Errorf("the run isn't over: %v", err)
		}
	})
}

func TestNewFindingsArePublishedOnlyIfASettingSaysSo(t *testing.T) {
	for _, on := range []string{"", "true"} {
		inWorld(t, map[string]string{"AUDIT_EVENTS": on}, func(w *world) {
			w.s3.Change(w.ready("alpha"), func(b *s3fake.Bucket) { b.Tags = nil })
			w.refuse = true
			w.run() // in vain
			time.Sleep(time.Hour)
			w.refuse = false
			w.run()
			time.Sleep(time.Hour)
			w.run()
			if on == "" {
				if len(w.events) != 0 {
					w.t.Errorf("published %v", w.events)
				}
				return
			}
			if len(w.events) != 1 {
				w.t.Fatalf("published %v", w.events)
			}
			compiler := jsonschema.NewCompiler()
			compiler.AssertFormat()
			schema, err := compiler.Compile("../../../docs/finding.schema.json")
			if err != nil {
				w.t.Fatal(err)
			}
			published, err := jsonschema.UnmarshalJSON(strings.NewReader(w.events[0].Message))
			if err != nil || schema.Validate(published) != nil {
				w.t.Errorf("%s isn't as its schema: %v, %v", w.events[0].Message, err, schema.Validate(published))
			}
			var e watch.Event
			if err := json.Unmarshal([]byte(w.events[0].Message), &e); err != nil {
				w.t.Fatal(err)
			}
			if got := fmt.Sprint(w.events[0].Attributes); got != "map[orgId:alpha status:found type:OrganizationBucketFinding]" ||
				e.Code != "OwnershipUnproved" || e.Bucket != "fusion-rms-alpha" || e.OrgID != "alpha" || e.ID == "" {
				w.t.Errorf("published %s %+v", got, e)
			}
		})
	}
}

func TestSettingsThatAreWrongAreAllNamed(t *testing.T) {
	for _, wrong := range [][3]string{
		{"5m", "0", "maybe"}, {"-24h", "NaN", "2"}, {"25h", "Inf", "yes"}, {"24", "0.5", " true"}, {"1h ", "201", "TRUE\n"}, {"9999999999h", "-1", "on"}, {"daily", "fast", "-"},
	} {
		env := map[string]string{"AUDIT_EVERY": wrong[0], "AUDIT_RATE": wrong[1], "AUDIT_EVENTS": wrong[2]}
		_, err := watch.Load(func(name string) string { return env[name] })
		for _, name := range []string{fmt.Sprintf("AUDIT_EVERY %q", wrong[0]), fmt.Sprintf("AUDIT_RATE %q", wrong[1]), fmt.Sprintf("AUDIT_EVENTS %q", wrong[2]), "HOMES_BUCKET is required"} {
			if err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%s isn't named in %v", name, err)
			}
		}
	}
}
