package provision_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// whenAsked has the stranger leave before the second CreateBucket of the
// conventional name, which only asks whose it is.
func whenAsked(w *world, then func(s3fake.Request) *s3fake.Fault) {
	w.s3.Put(n1, s3fake.Bucket{Owner: stranger})
	var mu sync.Mutex
	creates := 0
	w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
		mu.Lock()
		defer mu.Unlock()
		if r.Operation == "CreateBucket" && r.Bucket == n1 {
			if creates++; creates == 2 {
				w.s3.Remove(n1)
			}
		}
		return then(r)
	})
}

func TestABucketThatAskingMadeIsNotInTheWay(t *testing.T) {
	tests := map[string]func(s3fake.Request) *s3fake.Fault{
		"at once":                 func(s3fake.Request) *s3fake.Fault { return nil },
		"when the policy is late": s3fake.First(2, "PutBucketPolicy", s3fake.Fault{Status: 409, Code: "OperationAborted"}),
	}
	for name, then := range tests {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				whenAsked(w, then)
				r := w.ready(n2, provision.StatusCreated, everything...)
				if len(r.Warnings) != 1 || !strings.HasPrefix(r.Warnings[0].String(), "MultipleHomes: bucket "+n1) {
					t.Errorf("warnings %v", r.Warnings)
				}
				if b, _ := w.s3.Bucket(n1); b.Policy != "" || len(b.Objects) > 0 {
					t.Errorf("the bucket that isn't used has %q and %d objects", b.Policy, len(b.Objects))
				}
			})
		})
	}
}
