package audit_test

import (
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
)

// of is a fault of the requests of an operation about one bucket.
func of(name, operation string, f s3fake.Fault) func(s3fake.Request) *s3fake.Fault {
	return func(r s3fake.Request) *s3fake.Fault {
		if r.Bucket != name || r.Operation != operation {
			return nil
		}
		return &f
	}
}

var (
	refused = s3fake.Fault{Status: 403, Code: "AccessDenied", Message: "Access Denied"}
	slow    = s3fake.Fault{Status: 503, Code: "SlowDown", Message: "Please reduce your request rate."}
	broken  = s3fake.Fault{Status: 500, Code: "InternalError"}
)

// What can't be read of one bucket is said, with the permission, and the others
// are examined all the same.
func TestWhatCannotBeReadIsNeverFine(t *testing.T) {
	const other = "fusion-rms-zeta"
	cases := []struct {
		name  string
		fault func(s3fake.Request) *s3fake.Fault
		want  string
	}{
		{"its tags", of(n1, "GetBucketTagging", refused), n1 + " notExamined xmsqa1(name), unread AccessDenied(s3:GetBucketTagging)"},
		{"its tags, which its policy denies", nil, n1 + " notExamined xmsqa1(name), unread AccessDenied(s3:GetBucketTagging)"},
		{"its claim", func(r s3fake.Request) *s3fake.Fault {
			if r.Operation == "GetObject" && r.Key == "homes/xmsqa1" {
				return &refused
			}
			return nil
		}, n1 + " notExamined xmsqa1(name), unread AccessDenied(s3:GetObject on homes/* and s3:ListBucket, both on the bucket of the claims)"},
		{"its policy", of(n1, "GetBucketPolicy", refused), n1 + " notExamined xmsqa1(tag), unread AccessDenied(s3:GetBucketPolicy)"},
		{"its public access block", of(n1, "GetPublicAccessBlock", refused), n1 + " notExamined xmsqa1(tag), unread AccessDenied(s3:GetBucketPublicAccessBlock)"},
		{"anything, throttled for good", of(n1, "GetBucketPolicy", slow), n1 + " notExamined xmsqa1(tag), unread Throttled"},
		{"its tags, throttled for good", of(n1, "GetBucketTagging", slow), n1 + " notExamined xmsqa1(name), unread Throttled"},
		{"its policy, while S3 has a fault", of(n1, "GetBucketPolicy", broken), n1 + " notExamined xmsqa1(tag), unread ServiceUnavailable"},
		{"its policy, over a broken connection", of(n1, "GetBucketPolicy", s3fake.Fault{Drop: true}), n1 + " notExamined xmsqa1(tag), unread ServiceUnavailable"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.made(id)
				w.made("zeta")
				if w.s3.SetFault(c.fault); c.fault == nil {
					w.add(n1, statement{"Effect": "Deny", "Principal": "*", "Action": "s3:GetBucketTagging", "Resource": "arn:aws:s3:::" + n1})
				}
				w.reports(c.want, other+" healthy zeta(tag)")
			})
		})
	}
}

func TestATagThatCannotBeReadInAnotherRegion(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Region: "eu-west-1"})
		w.s3.SetFault(of(n1, "GetBucketTagging", refused))
		w.reports(n1 + " notExamined xmsqa1(name), error BucketInAnotherRegion, unread AccessDenied(s3:GetBucketTagging)")
	})
}

// A refused HeadObject may mean that the folder is absent, or that the auditor
// lacks a right. Neither is taken for the other.
func TestAFolderThatCannotBeSeenIsNotCalledMissing(t *testing.T) {
	lacking := append([]string{"s3:GetObject on fusion-rms-"}, operatorLacks...)
	cases := []struct {
		name    string
		prepare func(w *world)
		want    string
	}{
		{"absent, to an auditor with the right", func(w *world) {
			w.s3.Change(n1, func(b *s3fake.Bucket) { b.Objects = nil })
		}, n1 + " findings xmsqa1(tag), error Drift[folder]"},
		{"there, to one without it", func(w *world) {
			w.s3.SetIdentity("auditor", s3fake.Identity{Lacks: lacking})
		}, n1 + " notExamined xmsqa1(tag), unread AccessDenied(s3:GetObject on pub/)"},
		{"there, to one without it, and the access block is on", func(w *world) {
			w.s3.SetIdentity("auditor", s3fake.Identity{Lacks: lacking})
			w.s3.Change(n1, func(b *s3fake.Bucket) { b.AccessBlock = on(allOn) })
		}, n1 + " notExamined xmsqa1(tag), error Drift[publicAccessBlock], warning Reopened, unread AccessDenied(s3:GetObject on pub/)"},
		{"it appears between two looks", func(w *world) {
			w.s3.SetFault(of(n1, "HeadObject", s3fake.Fault{Status: 404, Code: "NoSuchKey"}))
		}, n1 + " healthy xmsqa1(tag)"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.made(id)
				c.prepare(w)
				w.reports(c.want)
			})
		})
	}
}

func TestTheSummaryNamesThePermissionsThatAreLacking(t *testing.T) {
	inWorld(t, func(w *world) {
		w.made(id)
		w.made("zeta")
		w.s3.SetIdentity("auditor", s3fake.Identity{Lacks: append([]string{"s3:GetBucketPolicy"}, operatorLacks...)})
		_, s, err := w.audit()
		if err != nil || s.Permissions["s3:GetBucketPolicy"] != 2 || s.Unread[fault.AccessDenied] != 2 || s.Rows[audit.NotExamined] != 2 || s.Rows[audit.Healthy] != 0 {
			t.Errorf("got %+v, %v", s, err)
		}
	})
}

func TestAListThatIsRefusedNamesThePermission(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.SetIdentity("auditor", s3fake.Identity{Lacks: []string{"s3:ListAllMyBuckets"}})
		rows, summary, err := w.audit()
		if !fault.Is(err, fault.AccessDenied) || audit.Permission(err) != "s3:ListAllMyBuckets" || len(rows) > 0 || summary.Complete {
			t.Errorf("got %v, %+v, %v", rows, summary, err)
		}
	})
}
