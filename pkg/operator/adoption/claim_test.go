package adoption_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/adoption"
)

const given = "fusion-rms-xmsqa1-2" // a name that a person gave

// tagged is a bucket of the organization that was never finished.
func tagged() s3fake.Bucket { return s3fake.Bucket{Tags: ours(), AccessBlock: &allOn} }

func TestAnAdoptionWritesOnlyWhatIsMissing(t *testing.T) {
	for name, c := range map[string]struct {
		put   map[string]s3fake.Bucket
		claim string
		named string
		home  string
		wrote string
	}{
		"the claim":                              {map[string]s3fake.Bucket{n1: tagged()}, "", "", n1, "PutObject"},
		"the tag":                                {map[string]s3fake.Bucket{n1: {}}, n1, "", n1, "TagResource"},
		"both, of any name with the prefix":      {map[string]s3fake.Bucket{given: {}}, "", given, given, "TagResource PutObject"},
		"one of two tagged ones":                 {map[string]s3fake.Bucket{n1: tagged(), n2: tagged()}, "", n2, n2, "PutObject"},
		"the claim of another":                   {map[string]s3fake.Bucket{n1: tagged(), given: tagged()}, n1, given, given, "PutObject"},
		"the claim of another, and the tag":      {map[string]s3fake.Bucket{n1: tagged(), given: {}}, n1, given, given, "TagResource PutObject"},
		"the claim of one that isn't there":      {map[string]s3fake.Bucket{n1: tagged()}, given, n1, n1, "PutObject"},
		"nothing of the claimed one beside more": {map[string]s3fake.Bucket{n1: tagged(), given: tagged()}, given, "", given, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				for name, b := range c.put {
					w.s3.Put(name, b)
				}
				if c.claim != "" {
					w.claim(c.claim)
				}
				p, err := w.propose(c.named)
				if err != nil {
					t.Fatal(err)
				}
				if other := p.Claim.Bucket != "" && p.Claim.Bucket != c.home; other != (p.ClaimSeen != "") {
					t.Errorf("of the claimed bucket %q it says %q", p.Claim.Bucket, p.ClaimSeen)
				}
				if err := w.adopt(p); err != nil {
					t.Fatal(err)
				}
				if wrote := strings.Join(w.wrote(), " "); wrote != c.wrote || w.claimed() != c.home || w.tags(c.home)["OrgId"] != string(id) {
					t.Errorf("wrote %s; claimed is %s, its tags %v", wrote, w.claimed(), w.tags(c.home))
				}
				if got := p.Outlook.Diagnosis; got.Bucket != c.home {
					t.Errorf("the outlook is %+v", got)
				}
				if result, err := w.service.Provision(w.t.Context(), id, "m", nil); err != nil || result.Bucket != c.home {
					t.Errorf("a message then ends as %v of %s", err, result.Bucket)
				}
			})
		})
	}
}

func TestTwoTaggedBucketsHaveToBeChosenFrom(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, tagged())
		w.s3.Put(n2, tagged())
		_, err := w.propose("")
		if refusal, ok := errors.AsType[*adoption.Refusal](err); !ok || refusal.Reason != adoption.SeveralToAdopt {
			t.Errorf("got %v", err)
		}
	})
}

// TestAClaimThatChangedMeanwhileStays: what was shown is what is replaced.
func TestAClaimThatChangedMeanwhileStays(t *testing.T) {
	for name, c := range map[string]struct{ shown, meanwhile string }{
		"none was there":   {"", n2},
		"another was":      {given, n2},
		"it was taken off": {given, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.Put(n1, tagged())
				if c.shown != "" {
					w.claim(c.shown)
				}
				p, err := w.propose(n1)
				if err != nil {
					t.Fatal(err)
				}
				if w.s3.Put(homes, s3fake.Bucket{}); c.meanwhile != "" {
					w.claim(c.meanwhile)
				}
				if err := w.adopt(p); !fault.Is(err, fault.OperationConflict) || w.claimed() != c.meanwhile {
					t.Errorf("got %v; claimed is %q", err, w.claimed())
				}
			})
		})
	}
}

func TestAClaimWhoseAnswerGotLostIsThere(t *testing.T) {
	for _, shown := range []string{"", given} {
		inWorld(t, func(w *world) {
			w.s3.Put(n1, tagged())
			if shown != "" {
				w.claim(shown)
			}
			p, err := w.propose(n1)
			if err != nil {
				t.Fatal(err)
			}
			w.s3.SetFault(s3fake.First(1, "PutObject", s3fake.Fault{Works: true, Drop: true}))
			if err := w.adopt(p); err != nil || w.claimed() != n1 {
				t.Errorf("instead of %q: %v, claimed is %s", shown, err, w.claimed())
			}
		})
	}
}
