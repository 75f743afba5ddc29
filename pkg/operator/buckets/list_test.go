package buckets_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
)

// newList is a list with an operator's rights.
func newList(fake *s3fake.Server, lacks ...string) buckets.List {
	fake.SetIdentity("operator", s3fake.Identity{Lacks: lacks})
	return buckets.List{Store: buckets.New(fake.Client(s3fake.ClientOptions{}), account)}
}

// names reads a whole list.
func names(t *testing.T, l buckets.List, prefix string) (all []string, err error) {
	for b, err := range l.Buckets(t.Context(), prefix) {
		if err != nil {
			return all, err
		}
		all = append(all, b.Name+" in "+b.Region)
	}
	return all, nil
}

func TestTheListHasTheAccountsBucketsOfAllRegions(t *testing.T) {
	fake := s3fake.New(account)
	fake.Put("fusion-rms-b", s3fake.Bucket{Region: "eu-west-1"})
	fake.Put("fusion-rms-a", s3fake.Bucket{})
	fake.Put("fusion-rms-c", s3fake.Bucket{Owner: stranger})
	fake.Put("fusion-rmsdev-a", s3fake.Bucket{})
	fake.Put("another", s3fake.Bucket{})
	got, err := names(t, newList(fake), "fusion-rms-")
	if err != nil || !slices.Equal(got, []string{"fusion-rms-a in us-east-1", "fusion-rms-b in eu-west-1"}) {
		t.Errorf("got %q, %v", got, err)
	}
	for b, err := range newList(fake).Buckets(t.Context(), "fusion-rms-") {
		if want := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); err != nil || !b.Changed.Equal(want) {
			t.Errorf("%s was changed at %s, %v", b.Name, b.Changed, err)
		}
	}
}

func TestNoPageIsAskedForThatNobodyWants(t *testing.T) {
	fake := s3fake.New(account)
	for i := range 2500 {
		fake.Put(fmt.Sprintf("fusion-rms-%04d", i), s3fake.Bucket{})
	}
	l := newList(fake)
	seen := 0
	for range l.Buckets(t.Context(), "fusion-rms-") {
		if seen++; seen == 1000 {
			break
		}
	}
	if calls := fake.Calls(); len(calls) != 1 {
		t.Errorf("%d pages were asked for", len(calls))
	}
	fake.ForgetCalls()
	if got, err := names(t, l, "fusion-rms-"); err != nil || len(got) != 2500 || len(fake.Calls()) != 3 {
		t.Errorf("%d buckets on %d pages, %v", len(got), len(fake.Calls()), err)
	}
}

// page is an answer to ListBuckets.
func page(token string, names ...string) s3fake.Fault {
	var entries strings.Builder
	for _, name := range names {
		fmt.Fprintf(&entries, "<Bucket><Name>%s</Name></Bucket>", name)
	}
	return s3fake.Fault{Status: 200, Body: "<ListAllMyBucketsResult><Buckets>" + entries.String() + "</Buckets><ContinuationToken>" + token + "</ContinuationToken></ListAllMyBucketsResult>"}
}

func TestAListThatGoesRoundInCirclesIsAnErrorAndNotItsEnd(t *testing.T) {
	fake := s3fake.New(account)
	fake.SetFault(s3fake.Always("ListBuckets", page("again", "fusion-rms-a")))
	got, err := names(t, newList(fake), "fusion-rms-")
	if !fault.Is(err, fault.ServiceUnavailable) || len(got) != 2 {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestAServerThatKnowsNoPrefixAndNoRegion(t *testing.T) {
	fake := s3fake.New(account)
	fake.SetFault(s3fake.Always("ListBuckets", page("", "aaa", "fusion-rms-a", "zzz")))
	got, err := names(t, newList(fake), "fusion-rms-")
	if err != nil || !slices.Equal(got, []string{"fusion-rms-a in "}) {
		t.Errorf("got %q, %v", got, err)
	}
	for b := range newList(fake).Buckets(t.Context(), "fusion-rms-") {
		if !b.Changed.IsZero() {
			t.Errorf("it was changed at %s", b.Changed)
		}
	}
}

func TestAListThatCannotBeReadIsClassified(t *testing.T) {
	for code, want := range map[string]fault.Code{"AccessDenied": fault.AccessDenied, "SlowDown": fault.Throttled, "InternalError": fault.ServiceUnavailable} {
		synctest.Test(t, func(t *testing.T) {
			status := map[string]int{"AccessDenied": 403, "SlowDown": 503, "InternalError": 500}[code]
			fake := s3fake.New(account)
			fake.SetFault(s3fake.Always("", s3fake.Fault{Status: status, Code: code}))
			got, err := names(t, newList(fake), "fusion-rms-")
			if !fault.Is(err, want) || len(got) > 0 || !strings.Contains(err.Error(), "list the buckets fusion-rms-*") {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestTagsAreReadWhereTheBucketIs(t *testing.T) {
	fake := s3fake.New(account)
	fake.Put("here", s3fake.Bucket{Tags: map[string]string{"OrgId": "a", "x": "y"}})
	fake.Put("there", s3fake.Bucket{Region: "eu-west-1", Tags: map[string]string{"OrgId": "b"}})
	fake.Put("bare", s3fake.Bucket{Region: "eu-west-1"})
	fake.Put("theirs", s3fake.Bucket{Owner: stranger})
	fake.Put("far", s3fake.Bucket{Owner: stranger, Region: "eu-west-1"})
	cases := []struct {
		bucket, in string
		want       string
		err        fault.Code
	}{
		{"here", "", "true us-east-1 map[OrgId:a x:y]", ""},
		{"here", "us-east-1", "true us-east-1 map[OrgId:a x:y]", ""},
		{"there", "eu-west-1", "true eu-west-1 map[OrgId:b]", ""},
		{"there", "", "true eu-west-1 map[OrgId:b]", ""},
		{"bare", "eu-west-1", "true eu-west-1 map[]", ""},
		{"bare", "", "true eu-west-1 map[]", ""},
		{"absent", "", "false  map[]", ""},
		{"absent", "eu-west-1", "false  map[]", ""},
		{"theirs", "", "false  map[]", fault.AccessDenied},
		{"far", "", "false  map[]", fault.AccessDenied},
		{"there", "ap-south-1", "false  map[]", fault.Internal}, // the caller knew it, and was wrong
	}
	for _, c := range cases {
		got, err := newList(fake).Tags(t.Context(), c.bucket, c.in)
		if s := fmt.Sprint(got.Exists, " ", got.Region, " ", got.Tags); s != c.want || !fault.Is(err, c.err) && (err != nil || c.err != "") {
			t.Errorf("%s in %q: %s, %v", c.bucket, c.in, s, err)
		}
	}
	for _, call := range fake.Calls() {
		if call.ExpectedOwner() != account {
			t.Errorf("%s of %s names no owner", call.Operation, call.Bucket)
		}
	}
}

func TestTheListTellsAnAbsentFolderFromOneThatIsHidden(t *testing.T) {
	enhanced := func(action string) *s3fake.Fault {
		return &s3fake.Fault{Status: 403, Code: "AccessDenied", Message: "User: arn:aws:iam::1:user/x is not authorized to perform: " + action + " on resource: \"r\" because no identity-based policy allows the " + action + " action"}
	}
	folder := map[string]s3fake.Object{"pub/": {}}
	cases := []struct {
		name  string
		there bool
		lacks []string
		fault *s3fake.Fault
		want  bool
		err   fault.Code
	}{
		{"there", true, nil, nil, true, ""},
		{"absent", false, nil, nil, false, ""},
		{"absent, to who may not list", false, []string{"s3:ListBucket"}, nil, false, ""},
		{"absent, to who may not list, as AWS says it", false, nil, enhanced("s3:ListBucket"), false, ""},
		{"there, to who may not see it", true, []string{"s3:GetObject"}, nil, false, fault.AccessDenied},
		{"an empty object has no first byte", true, nil, &s3fake.Fault{Status: http.StatusRequestedRangeNotSatisfiable, Code: "InvalidRange"}, true, ""},
		{"absent", false, nil, &s3fake.Fault{Status: 404, Code: "NoSuchKey"}, false, ""},
		{"S3 has a fault", true, nil, &s3fake.Fault{Status: 500, Code: "InternalError"}, false, fault.ServiceUnavailable},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := s3fake.New(account)
				b := s3fake.Bucket{}
				if c.there {
					b.Objects = folder
				}
				fake.Put("b", b)
				if c.fault != nil {
					fake.SetFault(s3fake.Always("GetObject", *c.fault))
				}
				got, err := newList(fake, c.lacks...).HasFolder(t.Context(), "b")
				if got != c.want || !fault.Is(err, c.err) && (err != nil || c.err != "") {
					t.Errorf("got %t, %v", got, err)
				}
				for _, call := range fake.Calls() {
					if call.Key != "pub/" || call.Header.Get("Range") != "bytes=0-0" || call.ExpectedOwner() != account {
						t.Errorf("asked for %s of %s, %q", call.Operation, call.Key, call.Header.Get("Range"))
					}
				}
			})
		})
	}
}
