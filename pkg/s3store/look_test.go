package s3store_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

const tagging = `<Tagging><TagSet><Tag><Key>OrgId</Key><Value>xmsqa1</Value></Tag></TagSet></Tagging>`

func TestLookConcludesFromTheAnswer(t *testing.T) {
	in := func(region string) http.Header { return http.Header{"X-Amz-Bucket-Region": {region}} }
	cases := []struct {
		name       string
		fault      s3fake.Fault
		want       bucket.State
		redirected bool
		seen       string
	}{
		{"a refusal says nothing", s3fake.Fault{Status: 403, Code: "AccessDenied"}, bucket.Unreadable, false, "403 AccessDenied"},
		{"a bucket that S3 has closed says nothing", s3fake.Fault{Status: 403, Code: "AllAccessDisabled"}, bucket.Unreadable, false, "403 AllAccessDisabled"},
		{"a permanent redirect says nothing, but where the bucket is", s3fake.Fault{Status: 301, Code: "PermanentRedirect", Header: in("eu-west-3")}, bucket.Unreadable, true, "eu-west-3"},
		{"a redirect without a Region says nothing", s3fake.Fault{Status: 301, Code: "PermanentRedirect"}, bucket.Unreadable, true, "301"},
		{"a temporary redirect says nothing", s3fake.Fault{Status: 307, Code: "TemporaryRedirect"}, bucket.Unreadable, true, "307"},
		{"a signature for the wrong Region says nothing", s3fake.Fault{Status: 400, Code: "AuthorizationHeaderMalformed"}, bucket.Unreadable, true, "400"},
		{"the wrong endpoint says nothing", s3fake.Fault{Status: 400, Code: "IllegalLocationConstraintException"}, bucket.Unreadable, true, "400"},
		{"no bucket", s3fake.Fault{Status: 404, Code: "NoSuchBucket"}, bucket.Absent, false, ""},
		{"no tags", s3fake.Fault{Status: 404, Code: "NoSuchTagSet"}, bucket.Unproved, false, ""},
		{"tags, and no word of the Region", s3fake.Fault{Status: 200, Body: tagging}, bucket.Ours, false, ""},
		{"tags from our Region", s3fake.Fault{Status: 200, Body: tagging, Header: in("us-east-1")}, bucket.Ours, false, ""},
		{"tags from another Region", s3fake.Fault{Status: 200, Body: tagging, Header: in("eu-west-3")}, bucket.Elsewhere, false, "eu-west-3"},
		{"no tags, in another Region", s3fake.Fault{Status: 404, Code: "NoSuchTagSet", Header: in("eu-west-3")}, bucket.Elsewhere, false, "eu-west-3"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, fake, spec := newStore(t)
				fake.SetFault(s3fake.Always("", c.fault))
				got, err := store.Look(t.Context(), spec, spec.Candidates[0])
				if err != nil {
					t.Fatal(err)
				}
				if denied := c.fault.Status == 403; got.Denied != denied {
					t.Errorf("denied %t, want %t", got.Denied, denied)
				}
				if got.State != c.want || got.Redirected != c.redirected || !strings.Contains(got.Seen, c.seen) {
					t.Errorf("%+v (%s), want %s, redirected %t, with %q", got, got.State, c.want, c.redirected, c.seen)
				}
			})
		})
	}
}

// TestABucketHasTheTagsOfTheRulesOrLacksThem: it is created with them, and one of before is
// told from it.
func TestABucketHasTheTagsOfTheRulesOrLacksThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, fake, spec := newStore(t)
		spec.Tags = map[string]string{"Owner": "media", "Tier": "1"}
		if got, err := store.Look(t.Context(), spec, spec.Candidates[0]); err != nil || got.State != bucket.Ours || got.Lacks != "Owner=media,Tier=1" {
			t.Errorf("of before: %+v, %v", got, err)
		}
		fake.Remove(home)
		if _, err := store.Create(t.Context(), spec, spec.Candidates[0]); err != nil {
			t.Fatal(err)
		}
		if got, err := store.Look(t.Context(), spec, spec.Candidates[0]); err != nil || got.State != bucket.Ours || got.Lacks != "" {
			t.Errorf("created: %+v, %v", got, err)
		}
	})
}

// TestLostAnswers: the SDK repeats a request whose answer got lost, so S3 sees
// the second one when the first has been done already.
func TestLostAnswers(t *testing.T) {
	for name, f := range map[string]s3fake.Fault{
		"the connection broke":   {Works: true, Drop: true},
		"S3 had a fault at last": {Works: true, Status: 500, Code: "InternalError"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, fake, spec := newStore(t)
				fake.Remove(home)
				fake.SetFault(s3fake.First(1, "CreateBucket", f))
				if end, err := store.Create(t.Context(), spec, spec.Candidates[0]); err != nil || end != provision.AlreadyOwned {
					t.Errorf("Create ends with %d, %v; want AlreadyOwned", end, err)
				}
				fake.SetFault(s3fake.First(1, "PutObject", f))
				if created, err := store.PutFolder(t.Context(), home); err != nil || created {
					t.Errorf("PutFolder: created %t, %v; want that it's there", created, err)
				}
				if b, _ := fake.Bucket(home); b.Tags["OrgId"] != "xmsqa1" || len(b.Objects) != 1 {
					t.Errorf("the bucket is %+v, want its tag and folder", b)
				}
			})
		})
	}
}

func TestHasFolderTakesWhatItCantSeeForAbsent(t *testing.T) {
	for status, want := range map[int]bool{200: true, 403: false, 404: false} {
		store, fake, _ := newStore(t)
		fake.SetFault(s3fake.Always("HeadObject", s3fake.Fault{Status: status}))
		if got, err := store.HasFolder(t.Context(), home); err != nil || got != want {
			t.Errorf("answered with %d: %t, %v; want %t", status, got, err, want)
		}
	}
}

func TestPutFolderTakesAPreconditionForThere(t *testing.T) {
	store, fake, _ := newStore(t)
	fake.SetFault(s3fake.Always("PutObject", s3fake.Fault{Status: 412, Code: "PreconditionFailed"}))
	if created, err := store.PutFolder(t.Context(), home); err != nil || created {
		t.Errorf("created %t, %v; want that it's there", created, err)
	}
}
