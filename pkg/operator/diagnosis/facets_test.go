package diagnosis_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
)

// TestWhatIsForetoldOfAFacetIsWhatIsSeenAfterwards: what a plan says it will be
// then is what the next plan says it is now, and statements of others stay.
func TestWhatIsForetoldOfAFacetIsWhatIsSeenAfterwards(t *testing.T) {
	compared := 0
	for _, sight := range slices.Sorted(maps.Keys(sights)) {
		t.Run(sight, func(t *testing.T) {
			inWorld(t, func(w *world) {
				sights[sight](w, n1)
				before := w.diagnoser.Explain(w.t.Context(), id)
				if _, err := w.provision(); err != nil {
					return
				}
				after := w.diagnoser.Explain(w.t.Context(), id)
				compared++
				is := after.Facets()
				for i, was := range before.Facets() {
					w.became(was, is[i])
				}
			})
		})
	}
	if compared < 8 {
		t.Errorf("only %d sights could be compared", compared)
	}
}

func (w *world) became(was, is diagnosis.FacetView) {
	w.t.Helper()
	want := was.Now
	if was.Changes {
		want = was.Then
	}
	if was.Facet == bucket.FacetBucket {
		want, _, _ = strings.Cut(want, ",")
	}
	if is.Now != want || is.Changes || is.Then != "" {
		w.t.Errorf("%s was foretold as %q, but is %+v", was.Facet, want, is)
	}
	if is.Others != was.Others {
		w.t.Errorf("there were %d statements of others, and are %d", was.Others, is.Others)
	}
	for _, s := range is.Statements {
		if s.State != diagnosis.Right {
			w.t.Errorf("afterwards %s is %s", s.Sid, s.State)
		}
	}
}

func TestWhatIsSoOfEachStatementIsTold(t *testing.T) {
	theirs := grants(account, n1)
	for name, c := range map[string]struct {
		policy func(ready string) string
		states string
		others int
	}{
		"no policy":            {func(string) string { return "" }, "absent absent absent", 0},
		"as it shall be":       {func(p string) string { return p }, "right right right", 0},
		"by hand, without Sid": {func(p string) string { return strings.ReplaceAll(p, `"Sid":"Orgbucket`, `"Sid":"Hand`) }, "right right right", 0},
		"beside others'":       {func(p string) string { return with(with(p, theirs), strings.Replace(theirs, "Theirs", "More", 1)) }, "right right right", 2},
		"others' alone":        {func(string) string { return alone(theirs) }, "absent absent absent", 1},
		"another resource":     {func(p string) string { return strings.Replace(p, "/pub/*", "/pub/old/*", 1) }, "damaged right right", 0},
		"another user":         {func(p string) string { return strings.ReplaceAll(p, user, "AIDAEXAMPLE000000002") }, "right damaged damaged", 0},
		"damaged beside right": {func(p string) string { return with(p, publicRead(bucket.SidPublicRead, n1)) }, "right right right", 0},
		"another action":       {func(p string) string { return strings.Replace(p, "s3:ListBucket", "s3:GetBucketLocation", 1) }, "right right conflict", 1},
		"not understood": {func(p string) string {
			return strings.Replace(p, `"Action":"s3:ListBucket"`, `"Action":"s3:ListBucket","Fancy":1`, 1)
		}, "right right conflict", 1},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				b := w.ready(n1)
				b.Policy = c.policy(b.Policy)
				w.s3.Put(n1, b)
				facets := w.diagnoser.Explain(w.t.Context(), id).Facets()
				policy := facets[len(facets)-1]
				var states []string
				for _, s := range policy.Statements {
					states = append(states, string(s.State))
				}
				if got := strings.Join(states, " "); got != c.states || policy.Others != c.others {
					t.Errorf("%s with %d of others, want %s with %d", got, policy.Others, c.states, c.others)
				}
			})
		})
	}
}

func TestNothingIsSaidOfWhatCouldNotBeRead(t *testing.T) {
	for name, prepare := range map[string]func(w *world){
		"whose it is isn't known": func(w *world) { w.s3.Put(n1, s3fake.Bucket{}) },
		"its policy isn't read":   func(w *world) { w.s3.Put(n1, w.ready(n1)); w.lacks("s3:GetBucketPolicy") },
	} {
		inWorld(t, func(w *world) {
			prepare(w)
			if facets := w.diagnoser.Explain(w.t.Context(), id).Facets(); facets != nil {
				t.Errorf("%s: facets %+v", name, facets)
			}
		})
	}
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ours(), Policy: `{"Version":"2012-10-17","statement":[]}`})
		facets := w.diagnoser.Explain(w.t.Context(), id).Facets()
		if policy := facets[len(facets)-1]; policy.Now != "can't be read" || policy.Statements != nil {
			t.Errorf("a policy that can't be read is %+v", policy)
		}
	})
}
