package audit_test

import (
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// Without a list, an organization's candidates alone are looked at.
func TestSomeOrganizations(t *testing.T) {
	cases := []struct {
		name    string
		prepare func(w *world)
		want    []string
	}{
		{"its bucket", func(w *world) { w.made(id); w.s3.Put("fusion-rms-zeta", s3fake.Bucket{}) }, []string{n1 + " healthy xmsqa1(tag)"}},
		{"no bucket", func(*world) {}, []string{"- findings xmsqa1(), error NoBucket"}},
		{"a stranger has the name", func(w *world) { w.s3.Put(n1, s3fake.Bucket{Owner: stranger}) }, []string{"- findings xmsqa1(), error NoBucket"}},
		{"a stranger elsewhere has the name", func(w *world) { w.s3.Put(n1, s3fake.Bucket{Owner: stranger, Region: "eu-west-1"}) }, []string{"- findings xmsqa1(), error NoBucket"}},
		{"its alternative bucket", func(w *world) { w.s3.Put(n1, s3fake.Bucket{Owner: stranger}); w.made(id) }, []string{n2 + " healthy xmsqa1(tag)"}},
		{"another organization has the name", func(w *world) { w.s3.Put(n1, s3fake.Bucket{Tags: tags("other")}) }, []string{"- findings xmsqa1(), error NoBucket"}},
		{"others have both names", func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Tags: tags("other")})
			w.s3.Put(n2, s3fake.Bucket{Tags: tags("another")})
		}, []string{"- findings xmsqa1(), error NoBucketNameAvailable"}},
		{"drift", func(w *world) { w.made(id); w.change(n1, func(b *s3fake.Bucket) { b.Objects = nil }) }, []string{n1 + " findings xmsqa1(tag), error Drift[folder]"}},
		{"no tag", func(w *world) { w.s3.Put(n1, s3fake.Bucket{}) }, []string{n1 + " findings xmsqa1(name), error OwnershipUnproved"}},
		{"two homes", func(w *world) { w.made(id); w.s3.Put(n2, half("xmsqa1")) },
			[]string{n1 + " findings xmsqa1(tag), warning MultipleHomes", n2 + " covered xmsqa1(tag), see " + n1}},
		{"in another Region", func(w *world) { w.s3.Put(n1, s3fake.Bucket{Region: "eu-west-1", Tags: tags("xmsqa1")}) },
			[]string{n1 + " findings xmsqa1(tag), error BucketInAnotherRegion"}},
		{"in another Region, untagged, beside the home", func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Owner: stranger})
			w.made(id)
			w.s3.Put(n1, s3fake.Bucket{Region: "eu-west-1"})
		}, []string{n1 + " findings xmsqa1(name), warning BucketInAnotherRegion", n2 + " healthy xmsqa1(tag)"}},
		{"in another Region, another organization's", func(w *world) { w.s3.Put(n1, s3fake.Bucket{Region: "eu-west-1", Tags: tags("other")}) },
			[]string{"- findings xmsqa1(), error NoBucket"}},
		{"the alternative name can't be looked at", func(w *world) {
			w.s3.Put(n2, half("xmsqa1"))
			w.s3.SetFault(of(n2, "GetBucketTagging", refused))
		}, []string{n2 + " notExamined xmsqa1(name), unread AccessDenied(s3:GetBucketTagging)"}},
		{"a second home that denies itself", func(w *world) { w.secondHomeHidden() },
			[]string{n1 + " notExamined xmsqa1(name), unread AccessDenied(s3:GetBucketTagging)", n2 + " healthy xmsqa1(tag)"}},
		{"a bucket that denies itself, and no other", func(w *world) { w.made(id); w.denyTags(n1) },
			[]string{n1 + " notExamined xmsqa1(name), unread AccessDenied(s3:GetBucketTagging)"}},
		{"a second home in another Region that can't be looked at", func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Owner: stranger})
			w.made(id)
			w.s3.Put(n1, s3fake.Bucket{Region: "eu-west-1", Tags: tags("xmsqa1")})
			w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
				if r.Region != "eu-west-1" {
					return nil
				}
				return of(n1, "GetBucketTagging", refused)(r)
			})
		}, []string{n1 + " notExamined xmsqa1(name), warning BucketInAnotherRegion, unread AccessDenied(s3:GetBucketTagging)", n2 + " healthy xmsqa1(tag)"}},
		{"whose a hidden bucket is can't be told", func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Owner: stranger})
			w.made(id)
			w.s3.SetIdentity("auditor", s3fake.Identity{Lacks: append([]string{"s3:ListAllMyBuckets"}, operatorLacks...)})
		}, []string{n1 + " notExamined xmsqa1(name), unread AccessDenied(s3:ListAllMyBuckets)", n2 + " healthy xmsqa1(tag)"}},
		{"nothing can be looked at", func(w *world) { w.s3.SetFault(s3fake.Always("GetBucketTagging", broken)) },
			[]string{"- notExamined xmsqa1(), unread ServiceUnavailable"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				c.prepare(w)
				w.options.Organizations = []org.ID{id}
				w.reports(c.want...)
				for _, call := range w.s3.Calls() {
					if call.Operation == "ListBuckets" && call.Query.Get("prefix") != n1 {
						t.Error("it listed others' buckets")
					}
				}
			})
		})
	}
}

// secondHomeHidden makes the alternative bucket, and then the first one with a
// policy that denies reading its tags.
func (w *world) secondHomeHidden() {
	w.t.Helper()
	w.s3.Put(n1, s3fake.Bucket{Owner: stranger})
	w.made(id)
	w.s3.Put(n1, half("xmsqa1"))
	w.denyTags(n1)
}

// denyTags lets a bucket's policy deny reading its tags.
func (w *world) denyTags(name string) {
	w.t.Helper()
	w.add(name, statement{"Effect": "Deny", "Principal": "*", "Action": "s3:GetBucketTagging", "Resource": "arn:aws:s3:::" + name})
}

func TestOrganizationsComeInTheOrderInWhichTheyWereGiven(t *testing.T) {
	inWorld(t, func(w *world) {
		w.made(id)
		w.made("zeta")
		w.options.Organizations = []org.ID{"zeta", "nobody", id}
		w.reports("fusion-rms-zeta healthy zeta(tag)", "- findings nobody(), error NoBucket", n1+" healthy xmsqa1(tag)")
	})
}

func TestAnIDThatYieldsNoLegalNames(t *testing.T) {
	inWorld(t, func(w *world) {
		w.options.Organizations = []org.ID{"x-an"}
		w.reports("- findings x-an(), error InvalidOrganizationID")
	})
}
