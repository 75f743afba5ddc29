package adoption_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/adoption"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
)

func ours() map[string]string { return map[string]string{"OrgId": string(id)} }

const hidden = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetBucketTagging","Resource":"arn:aws:s3:::` + n1 + `"}]}`

// hiddenHome is the organization's bucket with a policy that denies reading its tags.
func hiddenHome(t *testing.T, name string) s3fake.Bucket {
	deny := `{"Effect":"Deny","Principal":"*","Action":"s3:GetBucketTagging","Resource":"arn:aws:s3:::` + name + `"}`
	policy := strings.Replace(policyOf(t, name), `"Statement":[`, `"Statement":[`+deny+`,`, 1)
	if !strings.Contains(policy, deny) {
		t.Fatalf("the policy is %s", policy)
	}
	return s3fake.Bucket{Tags: ours(), Policy: policy}
}

func TestNoBucketIsAdoptedBesideOneThatMayBeTheHome(t *testing.T) {
	lacks := s3fake.Identity{Lacks: []string{"s3:ListAllMyBuckets"}}
	for name, c := range map[string]struct {
		adopt, beside string
		bucket        s3fake.Bucket
		operator      s3fake.Identity
		reason        adoption.Reason // none: it may be adopted
	}{
		"hidden in the account's namespace": {n1, n2, hiddenHome(t, n2), s3fake.Identity{}, adoption.Hidden},
		"hidden":                            {n2, n1, hiddenHome(t, n1), s3fake.Identity{}, adoption.Hidden},
		"in another Region":                 {n2, n1, s3fake.Bucket{Region: "eu-west-1", Tags: ours()}, s3fake.Identity{}, adoption.InAnotherRegion},
		"whose it is can't be told":         {n2, n1, s3fake.Bucket{Owner: stranger}, lacks, adoption.Hidden},
		"a stranger's":                      {n2, n1, s3fake.Bucket{Owner: stranger}, s3fake.Identity{}, ""},
		"a stranger's in another Region":    {n2, n1, s3fake.Bucket{Owner: stranger, Region: "eu-west-1"}, s3fake.Identity{}, ""},
		"another organization's":            {n1, n2, s3fake.Bucket{Tags: map[string]string{"OrgId": "other"}}, s3fake.Identity{}, ""},
	} {
		check := func(t *testing.T, err error) {
			t.Helper()
			refusal, ok := errors.AsType[*adoption.Refusal](err)
			if c.reason == "" && err == nil {
				return
			}
			if !ok || refusal.Reason != c.reason || !strings.Contains(refusal.Message, c.beside+" ") || !strings.Contains(refusal.Message, "adopting "+c.adopt+" would") {
				t.Errorf("got %v, want %q", err, c.reason)
			}
		}
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.SetIdentity("operator", c.operator)
				w.s3.Put(c.adopt, s3fake.Bucket{})
				w.s3.Put(c.beside, c.bucket)
				_, err := w.propose("")
				check(t, err)
			})
		})
		t.Run(name+", and came meanwhile", func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.SetIdentity("operator", c.operator)
				w.s3.Put(c.adopt, s3fake.Bucket{})
				p := w.mustPropose()
				w.s3.Put(c.beside, c.bucket)
				check(t, w.adopt(p))
				if c.reason != "" {
					w.noWrite()
				}
			})
		})
	}
}

func TestWhatMayNotBeAdoptedIsRefusedWithItsReason(t *testing.T) {
	for name, c := range map[string]struct {
		put    map[string]s3fake.Bucket
		name   string
		reason adoption.Reason
		says   string
	}{
		"a bucket of another name":                       {nil, "fusion-xmsqa1", adoption.NotACandidate, "begin with fusion-rms-"},
		"nothing is there":                               {nil, "", adoption.NothingToAdopt, n1 + " is absent"},
		"the named one isn't there":                      {nil, n1, adoption.NothingToAdopt, n1},
		"tagged for another organization":                {map[string]s3fake.Bucket{n1: {Tags: map[string]string{"OrgId": "other"}}}, n1, adoption.TaggedForAnother, "OrgId=other"},
		"nothing but another organization's":             {map[string]s3fake.Bucket{n1: {Tags: map[string]string{"OrgId": "other"}}}, "", adoption.NothingToAdopt, "another organization"},
		"in another Region":                              {map[string]s3fake.Bucket{n1: {Region: "eu-west-1"}}, n1, adoption.InAnotherRegion, "eu-west-1"},
		"another account's":                              {map[string]s3fake.Bucket{n1: {Owner: stranger}}, n1, adoption.InAnotherAccount, n1},
		"another account's, far off":                     {map[string]s3fake.Bucket{n1: {Owner: stranger, Region: "eu-west-1"}}, n1, adoption.InAnotherAccount, n1},
		"hidden by its policy":                           {map[string]s3fake.Bucket{n1: {Policy: hidden}}, n1, adoption.Hidden, "can't be looked at"},
		"beside the home":                                {map[string]s3fake.Bucket{n1: {}, n2: {Tags: ours()}}, n1, adoption.HomeExists, n2},
		"two could be":                                   {map[string]s3fake.Bucket{n1: {}, n2: {}}, "", adoption.SeveralToAdopt, n2},
		"no tag more":                                    {map[string]s3fake.Bucket{n1: {Tags: many(50)}}, "", adoption.TooManyTags, "50"},
		"a stranger's bucket beside, and no other there": {map[string]s3fake.Bucket{n1: {Owner: stranger}}, "", adoption.NothingToAdopt, "unreadable"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				for name, b := range c.put {
					w.s3.Put(name, b)
				}
				_, err := w.propose(c.name)
				refusal, ok := errors.AsType[*adoption.Refusal](err)
				if !ok || refusal.Reason != c.reason || !strings.Contains(refusal.Message, c.says) {
					t.Errorf("got %v, want %s with %q", err, c.reason, c.says)
				}
			})
		})
	}
}

func TestTheOtherBucketThatCouldBeAdoptedIsShown(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{})
		w.s3.Put(n2, s3fake.Bucket{})
		p, err := w.propose(n1)
		if err != nil || !slices.ContainsFunc(p.Unread, func(u string) bool { return strings.Contains(u, n2) }) {
			t.Errorf("got %+v, %v", p, err)
		}
	})
}

func TestWhatIsTheOrganizationsAlreadyIsSaidSo(t *testing.T) {
	for _, name := range []string{"", n1} {
		inWorld(t, func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Tags: ours(), Policy: policyOf(t, n1), Objects: map[string]s3fake.Object{"pub/": {}}})
			w.claim(n1)
			p, err := w.propose(name)
			if err != nil || !p.Already || p.Name != n1 || p.Outlook.Diagnosis.Verdict != diagnosis.Healthy {
				t.Fatalf("got %+v, %v", p, err)
			}
			if err := w.adopt(p); err != nil {
				t.Error(err)
			}
			w.noWrite()
		})
	}
}

func TestWhatTheBucketIsIsShown(t *testing.T) {
	const policy = `{"Version":"2012-10-17","Statement":[
		{"Sid":"Web","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + n1 + `/*"},
		{"Effect":"Deny","NotPrincipal":{"AWS":"` + account + `"},"NotAction":"s3:GetObject","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}},
		{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::` + n1 + `/logs/*"}]}`
	inWorld(t, func(w *world) {
		objects := map[string]s3fake.Object{}
		for i := range 7 {
			objects[fmt.Sprintf("file%d", i)] = s3fake.Object{}
		}
		w.s3.Put(n1, s3fake.Bucket{Tags: map[string]string{"Cost": "42", "OrgId": "xmsqa1 ", "aws:cloudformation:stack-name": "old"}, AccessBlock: &allOn, Policy: policy, Objects: objects})
		p := w.mustPropose()
		if p.Name != n1 || p.Spec.Region != "us-east-1" || !p.Created.Equal(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("it's %s in %s of %s", p.Name, p.Spec.Region, p.Created)
		}
		then := fmt.Sprint(p.Adopted)
		if len(p.Tags) != 3 || len(p.Adopted) != 3 || !strings.Contains(then, "{Cost 42}") || !strings.Contains(then, "{OrgId xmsqa1}") || !strings.Contains(then, "{aws:cloudformation:stack-name old}") {
			t.Errorf("tags %v would become %v", p.Tags, p.Adopted)
		}
		if !p.AccessBlock.RestrictPublicBuckets || !p.AccessBlock.BlockPublicACLs {
			t.Errorf("access block %+v", p.AccessBlock)
		}
		want := []adoption.Line{
			{Sid: "Web", Effect: "Allow", Who: "everyone", What: "s3:getobject", Where: "arn:aws:s3:::" + n1 + "/*", Public: true},
			{Effect: "Deny", Who: "everyone but " + account, What: "all but s3:getobject", Where: "*", Conditions: 1},
			{Effect: "Allow", Who: "Service logging.s3.amazonaws.com", What: "s3:putobject", Where: "arn:aws:s3:::" + n1 + "/logs/*"},
		}
		if !slices.Equal(p.Policy, want) {
			t.Errorf("policy %+v\nwant   %+v", p.Policy, want)
		}
		if len(p.Objects) != 5 || p.Objects[0] != "file0" || !p.More {
			t.Errorf("objects %q, more %t", p.Objects, p.More)
		}
		if d := p.Outlook.Diagnosis; d.Code != fault.ForeignPublicStatement {
			t.Errorf("the outlook is %s %s", d.Verdict, d.Code)
		}
	})
}

func TestTheOutlookIsOfTheBucketAsAdopted(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{AccessBlock: &allOn})
		d := w.mustPropose().Outlook.Diagnosis
		if d.Verdict != diagnosis.WouldWork || d.Bucket != n1 || !slices.Equal(d.Changes, []bucket.Facet{bucket.FacetAccessBlock, bucket.FacetFolder, bucket.FacetPolicy}) {
			t.Errorf("the outlook is %s of %s, changes %v", d.Verdict, d.Bucket, d.Changes)
		}
	})
}

func TestWhatCannotBeShownIsSaidAndIsNoReasonToRefuse(t *testing.T) {
	for action, what := range map[string]string{
		"s3:ListBucket on fusion-rms-":  "its objects: ",
		"s3:ListAllMyBuckets":           "when it was created: ",
		"s3:GetBucketPublicAccessBlock": "its public access block: ",
		"s3:GetBucketPolicy":            "its policy: ",
	} {
		t.Run(action, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.Put(n1, s3fake.Bucket{})
				w.s3.SetIdentity("operator", s3fake.Identity{Lacks: []string{action}})
				p := w.mustPropose()
				if !slices.ContainsFunc(p.Unread, func(u string) bool {
					return strings.HasPrefix(u, what) && strings.Contains(u, "403") || strings.Contains(u, "needs permission "+strings.TrimSuffix(action, " on fusion-rms-"))
				}) {
					t.Errorf("unread %q", p.Unread)
				}
			})
		})
	}
}

func TestALookThatFailsIsNoRefusal(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{})
		w.s3.SetFault(s3fake.Always("GetBucketTagging", s3fake.Fault{Status: 503, Code: "SlowDown"}))
		_, err := w.propose("")
		if _, ok := errors.AsType[*adoption.Refusal](err); ok || !fault.Is(err, fault.Throttled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestAnIllegalIDIsNotLookedFor(t *testing.T) {
	inWorld(t, func(w *world) {
		if _, err := w.adopter.Propose(w.t.Context(), "x-an", ""); !fault.Is(err, fault.InvalidOrganizationID) || len(w.s3.Calls()) > 0 {
			t.Errorf("got %v after %d calls", err, len(w.s3.Calls()))
		}
	})
}
