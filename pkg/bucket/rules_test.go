package bucket_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

var (
	global = bucket.Candidate{Name: "g"}
	own    = bucket.Candidate{Name: "o", AccountRegional: true}
)

// A bucket whose tags may not be read may well be tagged: whoever tags it may take it from
// another organization.
func TestWhatIsDeniedIsNotToBeTagged(t *testing.T) {
	for _, s := range []bucket.Sighting{{Candidate: global, Denied: true}, {Candidate: own, Denied: true}} {
		for name, err := range map[string]error{"owned": s.Owned().Doubt(), "claimed": s.ClaimDoubt()} {
			if hint := fault.Of(err).Hint(); !strings.Contains(hint, "don't tag it") || strings.Contains(hint, "adopt") || len(hint) > 300 {
				t.Errorf("%s, %s: the hint is %q", s.Name, name, hint)
			}
		}
	}
	if hint := fault.Of(bucket.Sighting{Candidate: global, State: bucket.Unproved}.Doubt()).Hint(); !strings.Contains(hint, "orgbucket adopt") {
		t.Errorf("without a tag: the hint is %q", hint)
	}
}

// TestWhatIsDoubtfulAndWhy goes through all states of both kinds of names.
func TestWhatIsDoubtfulAndWhy(t *testing.T) {
	for name, c := range map[string]struct {
		s                   bucket.Sighting
		doubtful, creatable bool
		code                fault.Code // of Doubt
		claim               fault.Code // of ClaimDoubt
		owned               bucket.State
		says                string // Doubt's words
	}{
		"unproved":                     {bucket.Sighting{Candidate: global, State: bucket.Unproved}, true, false, fault.OwnershipUnproved, fault.OwnershipUnproved, bucket.Unproved, "nothing proves whose it is"},
		"elsewhere":                    {bucket.Sighting{Candidate: global, State: bucket.Elsewhere}, true, false, fault.BucketInAnotherRegion, fault.BucketInAnotherRegion, bucket.Elsewhere, "in another Region"},
		"unreadable":                   {bucket.Sighting{Candidate: global, State: bucket.Unreadable}, false, true, fault.OwnershipUnproved, fault.OwnershipUnproved, bucket.Unproved, "nothing proves whose it is"},
		"unreadable, redirected":       {bucket.Sighting{Candidate: global, State: bucket.Unreadable, Redirected: true}, false, true, fault.OwnershipUnproved, fault.BucketInAnotherRegion, bucket.Elsewhere, "nothing proves whose it is"},
		"unreadable own name":          {bucket.Sighting{Candidate: own, State: bucket.Unreadable}, true, false, fault.OwnershipUnproved, fault.OwnershipUnproved, bucket.Unreadable, "that only this account can have"},
		"absent own name":              {bucket.Sighting{Candidate: own, State: bucket.Absent}, false, true, fault.OwnershipUnproved, fault.OwnershipUnproved, bucket.Absent, "nothing proves whose it is"},
		"own name that isn't readable": {bucket.Sighting{Candidate: own, State: bucket.Unreadable, Redirected: true}, true, false, fault.OwnershipUnproved, fault.BucketInAnotherRegion, bucket.Elsewhere, "that only this account can have"},
		"taken":                        {bucket.Sighting{Candidate: global, State: bucket.Taken}, false, false, fault.OwnershipUnproved, fault.OwnershipUnproved, bucket.Taken, "nothing proves whose it is"},
	} {
		if got := c.s.Doubtful(); got != c.doubtful {
			t.Errorf("%s: doubtful %v", name, got)
		}
		if got := len(bucket.Creatable([]bucket.Sighting{c.s})) == 1; got != c.creatable {
			t.Errorf("%s: creatable %v", name, got)
		}
		if err := c.s.Doubt(); !fault.Is(err, c.code) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: doubt %v, want %s", name, err, c.code)
		}
		if err := c.s.ClaimDoubt(); !fault.Is(err, c.claim) {
			t.Errorf("%s: doubt of the claimed %v, want %s", name, err, c.claim)
		}
		if got := c.s.Owned().State; got != c.owned {
			t.Errorf("%s: owned it is %v, want %v", name, got, c.owned)
		}
	}
}

func TestTheTagDecidesAndItsAbsenceIsSaid(t *testing.T) {
	for value, c := range map[string]struct {
		state bucket.State
		says  string
	}{
		"xmsqa1": {bucket.Ours, "for this organization"}, "xmsqa2": {bucket.Taken, "another organization"}, "XMSQA1": {bucket.Unproved, "its tag OrgId is"}, "": {bucket.Unproved, "its tag OrgId is"},
	} {
		if s := bucket.Tagged(global, "xmsqa1", map[string]string{"OrgId": value}); s.State != c.state || !strings.Contains(s.Seen, c.says) || s.Held {
			t.Errorf("%q: %+v", value, s)
		}
	}
	if s := bucket.Tagged(global, "xmsqa1", map[string]string{"orgid": "xmsqa1", "OrgbucketHold": "why"}); s.State != bucket.Unproved || s.Seen != "it has no tag OrgId" || !s.Held || s.Hold != "why" {
		t.Errorf("without the tag, on hold: %+v", s)
	}
}

func TestAHoldCountsUnlessTheBucketIsAnothersAndNamesItsTag(t *testing.T) {
	for state, want := range map[bucket.State]bool{bucket.Ours: true, bucket.Unproved: true, bucket.Elsewhere: true, bucket.Taken: false} {
		err := bucket.Held([]bucket.Sighting{{Candidate: own}, {Candidate: global, State: state, Held: true, Hold: "why"}})
		if got := fault.Is(err, fault.OnHold); got != want || got && !strings.Contains(err.Error(), `bucket g has the tag OrgbucketHold: "why"`) {
			t.Errorf("%v: %v", state, err)
		}
	}
}

func TestWhenAllNamesAreTakenEachIsNamed(t *testing.T) {
	_, err := bucket.Decide([]bucket.Sighting{{Candidate: global, State: bucket.Taken, Seen: "x"}, {Candidate: own, State: bucket.Taken, Seen: "y"}})
	if !fault.Is(err, fault.NoBucketNameAvailable) || !strings.HasSuffix(err.Error(), "every name is taken: g (x), o (y)") {
		t.Errorf("got %v", err)
	}
}

func TestAPlanSaysWhichFacetsItWrites(t *testing.T) {
	for name, c := range map[string]struct {
		p    bucket.Plan
		want []bucket.Facet
	}{
		"nothing": {bucket.Plan{}, nil}, "before": {bucket.Plan{Before: &bucket.AccessBlock{}}, []bucket.Facet{"publicAccessBlock"}}, "open": {bucket.Plan{Open: &bucket.AccessBlock{}}, []bucket.Facet{"publicAccessBlock"}},
		"folder": {bucket.Plan{Folder: true}, []bucket.Facet{"folder"}}, "policy": {bucket.Plan{Policy: &policy.Document{}}, []bucket.Facet{"policy"}},
	} {
		var got []bucket.Facet
		for _, f := range append(bucket.Facets(), "nonsense") {
			if c.p.Writes(f) {
				got = append(got, f)
			}
		}
		if !slices.Equal(got, c.want) || c.p.Empty() != (c.want == nil) {
			t.Errorf("%s: writes %v, empty %v", name, got, c.p.Empty())
		}
	}
	if got := bucket.Facets(); !slices.Equal(got, []bucket.Facet{"bucket", "publicAccessBlock", "folder", "policy"}) {
		t.Errorf("facets %v", got)
	}
}

// TestOnlyABucketThatWasOpenIsReopened: a warning says so, once.
func TestOnlyABucketThatWasOpenIsReopened(t *testing.T) {
	spec := mustSpec(t, naming("us-east-1"), "xmsqa1")
	name := spec.Candidates[0].Name
	whole, _, err := spec.Merge(name, policy.Document{})
	if err != nil {
		t.Fatal(err)
	}
	part := func(n ...int) policy.Document {
		d := policy.New()
		for _, i := range n {
			d.Statements = append(d.Statements, whole.Statements[i])
		}
		return d
	}
	blocked := bucket.AccessBlock{BlockPublicPolicy: true}
	restricted := bucket.AccessBlock{RestrictPublicBuckets: true}
	for label, c := range map[string]struct {
		o    bucket.Observed
		want bool
	}{
		"open":                         {bucket.Observed{Policy: whole}, false},
		"blocked":                      {bucket.Observed{Policy: whole, AccessBlock: blocked}, true},
		"restricted":                   {bucket.Observed{Policy: whole, AccessBlock: restricted}, true},
		"the ACLs' flags alone":        {bucket.Observed{Policy: whole, AccessBlock: bucket.AccessBlock{BlockPublicACLs: true, IgnorePublicACLs: true}}, false},
		"without the public statement": {bucket.Observed{Policy: part(1, 2)}, true},
		"only the public statement":    {bucket.Observed{Policy: part(0)}, false},
		"the public one, damaged":      {bucket.Observed{Policy: document(t, policyText(wideRead))}, false},
		"one statement, blocked":       {bucket.Observed{Policy: part(0), AccessBlock: blocked}, true},
		"no policy":                    {bucket.Observed{AccessBlock: restricted}, false},
		"no policy, open":              {bucket.Observed{}, false},
	} {
		c.o.Name, c.o.Folder = name, true
		p, err := spec.Plan(c.o)
		if err != nil {
			t.Fatalf("%s: %v", label, err)
		}
		i := slices.IndexFunc(p.Warnings, func(w fault.Warning) bool { return w.Code == "Reopened" })
		if (i >= 0) != c.want || i >= 0 && !strings.Contains(p.Warnings[i].Text, "a tag OrgbucketHold keeps it closed") {
			t.Errorf("%s: warnings %v, want Reopened: %v", label, p.Warnings, c.want)
		}
	}
}

func TestANameIsACandidatesOrAGlobalOne(t *testing.T) {
	spec := mustSpec(t, naming("us-east-1"), "xmsqa1")
	for _, c := range append(slices.Clone(spec.Candidates), bucket.Candidate{Name: "fusion-rms-other"}) {
		if got := spec.Candidate(c.Name); got != c {
			t.Errorf("%+v became %+v", c, got)
		}
	}
	if spec.Alternative(spec.Candidates[0].Name) || !spec.Alternative(spec.Candidates[1].Name) {
		t.Error("which name is the conventional one")
	}
}

// TestForeignStatementsAreJudgedByWhatOursAllow: each of our actions, and our folder.
func TestForeignStatementsAreJudgedByWhatOursAllow(t *testing.T) {
	spec := mustSpec(t, naming("us-east-1"), "xmsqa1")
	name := spec.Candidates[0].Name
	compare := func(statement string, o bucket.Observed) bucket.Comparison {
		d, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":[` + statement + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		o.Name, o.Policy = name, d
		return spec.Compare(o)
	}
	for _, action := range []string{"GetObject", "PutObject", "DeleteObject", "ListBucket"} {
		if c := compare(`{"Effect":"Deny","Principal":"*","Action":"s3:`+action+`","Resource":"*"}`, bucket.Observed{}); !c.Foreign[0].MayDeny || c.Warnings()[0].Code != fault.ForeignDeny {
			t.Errorf("%s is denied without a word", action)
		}
	}
	allow := func(resource string) string {
		return `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + name + `/` + resource + `"}`
	}
	if c := compare(allow("pub/x/*"), bucket.Observed{}); c.Foreign[0].OpensMore || len(c.Warnings()) != 0 {
		t.Errorf("in the folder: %v", c.Warnings())
	}
	for _, resource := range []string{"pub*", "*", "pu/*"} {
		c := compare(allow(resource), bucket.Observed{})
		if w := c.Warnings(); !c.Foreign[0].OpensMore || len(w) != 1 || !strings.Contains(w[0].Text, "it did so before") {
			t.Errorf("%s: %v", resource, w)
		}
		c = compare(allow(resource), bucket.Observed{AccessBlock: bucket.AccessBlock{RestrictPublicBuckets: true}})
		if w := c.Warnings(); len(w) != 1 || w[0].Code != fault.ForeignPublicStatement || !strings.Contains(w[0].Text, "would make more than pub/ public") {
			t.Errorf("%s, asleep: %v", resource, w)
		}
	}
	if c := compare(allow("pub/x"), bucket.Observed{}); c.MentionsOurs() {
		t.Error("nothing of ours is mentioned")
	}
}
