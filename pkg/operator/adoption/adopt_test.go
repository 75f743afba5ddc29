package adoption_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/adoption"
)

func TestAnAdoptionAddsTheTagAndKeepsAllOthers(t *testing.T) {
	for name, before := range map[string]map[string]string{
		"no tags":          nil,
		"other tags":       {"Cost": "42", "Owner": "web team"},
		"tags of AWS":      {"aws:cloudformation:stack-name": "old", "aws:cloudformation:logical-id": "B", "Cost": "42"},
		"an unusable tag":  {"OrgId": "xmsqa1 ", "Cost": "42"},
		"an empty tag":     {"OrgId": ""},
		"in another case":  {"orgid": "xmsqa1", "ORGID": "other"},
		"nearly too many":  many(49),
		"all that may be":  with(many(49), "OrgId", "?"),
		"signs and spaces": {"a b": "c d", "x+y=z": "._:/@-", "Größe": "é"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.Put(n1, s3fake.Bucket{Tags: before, AccessBlock: &allOn})
				if err := w.adopt(w.mustPropose()); err != nil {
					t.Fatal(err)
				}
				want := maps.Clone(before)
				if want == nil {
					want = map[string]string{}
				}
				want["OrgId"] = string(id)
				if got := w.tags(n1); !maps.Equal(got, want) {
					t.Errorf("tags %v, want %v", got, want)
				}
				for _, c := range w.s3.Calls() {
					if c.ExpectedOwner() != account {
						t.Errorf("%s names %q as the expected owner", c.Operation, c.ExpectedOwner())
					}
				}
				if wrote := w.wrote(); !slices.Equal(wrote, []string{"TagResource", "PutObject"}) {
					t.Errorf("wrote %v", wrote)
				}
				if result, err := w.service.Provision(w.t.Context(), id, "m", nil); err != nil || result.Bucket != n1 {
					t.Errorf("a message then ends as %v of %s", err, result.Bucket)
				}
			})
		})
	}
}

func many(n int) map[string]string {
	tags := map[string]string{}
	for i := range n {
		tags[fmt.Sprintf("k%d", i)] = "v"
	}
	return tags
}

func with(tags map[string]string, key, value string) map[string]string {
	tags[key] = value
	return tags
}

func TestWhatChangedSinceItWasShownStopsTheAdoption(t *testing.T) {
	for name, c := range map[string]struct {
		change func(w *world)
		reason adoption.Reason
		says   string
	}{
		"tagged for another organization":  {func(w *world) { w.retag(map[string]string{"OrgId": "other"}) }, adoption.Changed, "taken"},
		"tagged for this one by somebody":  {func(w *world) { w.retag(ours()) }, adoption.Changed, "ours"},
		"tagged just so by somebody":       {func(w *world) { w.retag(with(ours(), "Cost", "42")) }, adoption.Changed, "ours"},
		"deleted":                          {func(w *world) { w.s3.Remove(n1) }, adoption.Changed, "absent"},
		"deleted, and taken by a stranger": {func(w *world) { w.s3.Put(n1, s3fake.Bucket{Owner: stranger}) }, adoption.Changed, "unreadable"},
		"another home came":                {func(w *world) { w.s3.Put(n2, s3fake.Bucket{Tags: ours()}) }, adoption.HomeExists, n2},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.Put(n1, s3fake.Bucket{Tags: map[string]string{"Cost": "42"}})
				p := w.mustPropose()
				c.change(w)
				err := w.adopt(p)
				refusal, ok := errors.AsType[*adoption.Refusal](err)
				if !ok || refusal.Reason != c.reason || !strings.Contains(refusal.Message, c.says) {
					t.Errorf("got %v, want %s with %q", err, c.reason, c.says)
				}
				w.noWrite()
			})
		})
	}
}

func (w *world) retag(tags map[string]string) {
	b, _ := w.s3.Bucket(n1)
	b.Tags = tags
	w.s3.Put(n1, b)
}

// TestAStrangerWhoChangesTagsAtTheSameTime puts somebody else's tag in before every
// call of an adoption: it's never lost, and never a reason to stop.
func TestAStrangerWhoChangesTagsAtTheSameTime(t *testing.T) {
	for at := range 4 {
		inWorld(t, func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Tags: map[string]string{"Cost": "42"}})
			p := w.mustPropose()
			var seen atomic.Int64
			w.s3.SetFault(func(s3fake.Request) *s3fake.Fault {
				if int(seen.Add(1)) == at+1 {
					b, _ := w.s3.Bucket(n1)
					b.Tags["Stranger"] = "here"
					w.s3.Put(n1, b)
				}
				return nil
			})
			err := w.adopt(p)
			if want := map[string]string{"Cost": "42", "Stranger": "here", "OrgId": string(id)}; err != nil || !maps.Equal(w.tags(n1), want) {
				t.Errorf("at call %d: %v, %v", at, w.tags(n1), err)
			}
		})
	}
}

// TestAFaultAtEveryCall: whatever fails, the tags are as before or as written,
// and what is said of it is true.
func TestAFaultAtEveryCall(t *testing.T) {
	faults := map[string]s3fake.Fault{
		"refused":            {Status: 403, Code: "AccessDenied"},
		"throttled":          {Status: 503, Code: "SlowDown"},
		"broken before":      {Drop: true},
		"broken after":       {Works: true, Drop: true},
		"conflict":           {Status: 409, Code: "OperationAborted"},
		"another bad answer": {Status: 405, Code: "MethodNotAllowed", Message: "no"},
		"expired":            {Status: 400, Code: "ExpiredToken"},
	}
	before, after := map[string]string{"Cost": "42"}, map[string]string{"Cost": "42", "OrgId": string(id)}
	for name, fault := range faults {
		for _, times := range []int{1, 2, 1000} {
			for at := range 4 {
				t.Run(fmt.Sprintf("%s %d times from call %d", name, times, at), func(t *testing.T) {
					inWorld(t, func(w *world) {
						w.s3.Put(n1, s3fake.Bucket{Tags: before})
						p := w.mustPropose()
						var seen atomic.Int64
						w.s3.SetFault(func(s3fake.Request) *s3fake.Fault {
							if n := int(seen.Add(1)); n > at && n <= at+times {
								return &fault
							}
							return nil
						})
						w.truthful(w.adopt(p), before, after)
					})
				})
			}
		}
	}
}

// truthful holds what an adoption said against what became of the tags.
func (w *world) truthful(err error, before, after map[string]string) {
	w.t.Helper()
	got := w.tags(n1)
	switch {
	case !maps.Equal(got, before) && !maps.Equal(got, after):
		w.t.Errorf("tags %v", got)
	case err == nil && !maps.Equal(got, after):
		w.t.Errorf("it said that it was done, but the tags are %v", got)
	case err == nil:
	case strings.Contains(err.Error(), "wasn't tagged") && !maps.Equal(got, before):
		w.t.Errorf("it said %v, but the tags are %v", err, got)
	case strings.Contains(err.Error(), "S3 took the tag") && !maps.Equal(got, after):
		w.t.Errorf("it said %v, but the tags are %v", err, got)
	}
	if _, refused := errors.AsType[*adoption.Refusal](err); refused && !maps.Equal(got, before) {
		w.t.Errorf("it said %v, but the tags are %v", err, got)
	}
}

// TestAnAdoptionWaitsForS3 as long as it makes sense, and otherwise says what to do.
func TestAnAdoptionWaitsForS3(t *testing.T) {
	for name, c := range map[string]struct {
		world   func(*s3fake.Server)
		code    fault.Code // none: it succeeds
		says    string
		atLeast time.Duration
	}{
		"an answer that got lost": {func(s3 *s3fake.Server) {
			s3.SetFault(s3fake.Always("TagResource", s3fake.Fault{Works: true, Drop: true}))
		}, "", "", 0},
		"a change under way": {func(s3 *s3fake.Server) {
			s3.SetFault(s3fake.First(3, "TagResource", s3fake.Fault{Status: 409, Code: "OperationAborted"}))
		}, "", "", 0},
		"reads that lag":         {func(s3 *s3fake.Server) { s3.SetLag(s3fake.Lag{Tags: 3 * time.Second}) }, "", "", 3 * time.Second},
		"a tag that never shows": {func(s3 *s3fake.Server) { s3.SetLag(s3fake.Lag{Tags: time.Hour}) }, fault.OperationConflict, "doesn't show yet", 0},
		"no right to tag": {func(s3 *s3fake.Server) {
			s3.SetIdentity("operator", s3fake.Identity{Lacks: []string{"s3:TagResource"}})
		}, fault.AccessDenied, "s3:TagResource on bucket " + n1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.Put(n1, s3fake.Bucket{Tags: map[string]string{"Cost": "42"}})
				p := w.mustPropose()
				c.world(w.s3)
				began := time.Now()
				err := w.adopt(p)
				if c.code == "" && (err != nil || w.tags(n1)["OrgId"] != string(id)) || c.code != "" && (!fault.Is(err, c.code) || !strings.Contains(err.Error(), c.says)) {
					t.Errorf("got %v and tags %v", err, w.tags(n1))
				}
				if took := time.Since(began); took < c.atLeast || took > 10*time.Second {
					t.Errorf("it took %s", took)
				}
			})
		})
	}
}

func TestWhoStopsBeforeTheWriteStopsItAndLaterDoesNot(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{})
		p := w.mustPropose()
		stopped, stop := context.WithCancel(w.t.Context())
		stop()
		if err := w.adopter.Adopt(stopped, p); !errors.Is(err, context.Canceled) || w.tags(n1)["OrgId"] != "" {
			t.Errorf("got %v and tags %v", err, w.tags(n1))
		}
		late, stop := context.WithCancel(w.t.Context())
		w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
			if r.Operation == "TagResource" {
				stop()
			}
			return nil
		})
		if err := w.adopter.Adopt(late, p); err != nil || w.tags(n1)["OrgId"] != string(id) {
			t.Errorf("got %v and tags %v", err, w.tags(n1))
		}
		synctest.Wait()
	})
}
