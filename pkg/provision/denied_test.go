package provision_test

import (
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// A bucket whose tags may not be read may be tagged already, as here.
func TestADeniedLookDoesNotAdviseToTag(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags()})
		w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
			if r.Operation != "GetBucketTagging" || r.Bucket != n1 {
				return nil
			}
			return &s3fake.Fault{Status: 403, Code: "AccessDenied"}
		})
		f := w.fails(fault.OwnershipUnproved, fault.StepCreate)
		if !strings.Contains(f.Message, "403 AccessDenied") || !strings.Contains(f.Hint(), "don't tag it") || strings.Contains(f.Hint(), "adopt") {
			t.Errorf("%s; hint: %s", f.Message, f.Hint())
		}
		if b, _ := w.s3.Bucket(n1); b.Policy != "" || len(b.Objects) > 0 {
			t.Errorf("the bucket is %+v", b)
		}
	})
}
