package audit_test

import (
	"testing"
	"unicode"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
)

// Whatever a tag and a policy say, the bucket has one row, nothing panics, and
// only the organization's own tag makes it the organization's.
func FuzzWhatOthersWrote(f *testing.F) {
	f.Add("xmsqa1", `{"Statement":[]}`)
	f.Add("xmsqa1", `{"Version":"2012-10-17","Statement":[{"Sid":"OrgbucketClientList","Effect":"Allow","Principal":{"AWS":"AIDAEXAMPLE1"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::fusion-rms-xmsqa1"}]}`)
	f.Add("xmsqa1", `{"Statement":{"Sid":"OrgbucketPublicRead","Principal":"*","Effect":"Allow","NotAction":"s3:*","Resource":["*"]}}`)
	f.Add("=cmd|' /C calc'!A0", ``)
	f.Add("other", `{`)
	f.Add("\x1b[2J", "[]")
	f.Fuzz(func(t *testing.T, tag, policy string) {
		w := newWorld(t, "us-east-1")
		w.s3.SetDelay(0)
		w.s3.Put(n1, s3fake.Bucket{Tags: tags(tag), Policy: policy})
		rows, s, err := w.audit()
		if err != nil || !s.Complete || len(rows) != 1 {
			t.Fatalf("%d rows, %+v, %v", len(rows), s, err)
		}
		r := rows[0]
		if r.Status == audit.Healthy {
			t.Errorf("a bucket without folder is %+v", r)
		}
		if (r.By == audit.ByTag && r.OrgID == id) != (tag == string(id)) {
			t.Errorf("tagged %q: %+v", tag, r)
		}
		for _, u := range r.Unread {
			if u.Code == fault.Internal {
				t.Errorf("not foreseen: %+v", u)
			}
		}
		for _, f := range r.Findings {
			for _, c := range f.Text {
				if unicode.IsControl(c) {
					t.Errorf("a control character is in %q", f.Text)
				}
			}
		}
	})
}
