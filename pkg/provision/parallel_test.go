package provision_test

import (
	"sync/atomic"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// Side by side, one step is refused for good and one for the moment: only the
// first says what somebody has to do.
func TestAFailureForAPersonComesBeforeOneThatPasses(t *testing.T) {
	inWorld(t, func(w *world) {
		var reads atomic.Int32
		homeMadeMeanwhile(w, n1)
		b, _ := w.s3.Bucket(n1)
		b.AccessBlock, b.Objects = block(allOn), nil
		w.s3.Put(n1, b)
		w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
			switch r.Operation {
			case "GetPublicAccessBlock":
				if reads.Add(1) > 1 {
					return &s3fake.Fault{Status: 409, Code: "OperationAborted"}
				}
			case "PutObject":
				return &s3fake.Fault{Status: 403, Code: "AccessDenied"}
			}
			return nil
		})
		w.fails(fault.AccessDenied, fault.StepFolder)
	})
}
