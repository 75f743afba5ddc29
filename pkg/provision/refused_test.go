package provision_test

import (
	"fmt"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// TestARefusalOfAnyCallEndsTheDelivery breaks each call of several paths once, in a way
// that doesn't pass. Nothing is concluded from a call that wasn't answered. Only the
// search, which isn't always waited for, the question about the account, of which the
// outcome warns, and the read of the policy beside a creation, which is made to doubt,
// may be refused.
func TestARefusalOfAnyCallEndsTheDelivery(t *testing.T) {
	refused := s3fake.Fault{Status: 400, Code: "ExpiredToken"}
	type place struct{ operation, bucket string }
	for name, prepare := range map[string]func(w *world){
		"a first run":                   func(*world) {},
		"a stranger has the name":       func(w *world) { w.s3.Put(n1, s3fake.Bucket{Owner: stranger}) },
		"a leftover beside a stranger":  func(w *world) { w.s3.Put(n1, s3fake.Bucket{Owner: stranger}); w.s3.Put(n2, half) },
		"a leftover without a claim":    func(w *world) { w.s3.Put(n1, half) },
		"a claimed leftover":            func(w *world) { w.s3.Put(n1, half); w.claim(n1) },
		"two leftovers":                 func(w *world) { w.s3.Put(n1, half); w.s3.Put(n2, half) },
		"another organization's":        func(w *world) { w.s3.Put(n1, s3fake.Bucket{Tags: map[string]string{"OrgId": "other"}}) },
		"a name that was given":         func(w *world) { w.s3.Put(given, half) },
		"a claimed name that was given": func(w *world) { w.s3.Put(given, half); w.claim(given) },
		"nothing to do":                 func(w *world) { homeMadeMeanwhile(w, n1) },
	} {
		calls := map[place]int64{}
		inWorld(t, func(w *world) {
			prepare(w)
			w.s3.ForgetCalls()
			if report := w.deliver(); report.Failure != nil {
				t.Fatalf("%s: %v", name, report.Failure)
			}
			for _, c := range w.s3.Calls() {
				calls[place{c.Operation, c.Bucket}]++
			}
		})
		for at, n := range calls {
			for i := range n {
				doubted := at.operation == "GetBucketPolicy" && i == 0 && calls[place{"CreateBucket", at.bucket}] > 0
				if at.operation == "GetResources" || at.operation == "GetAccountPublicAccessBlock" || doubted {
					continue
				}
				t.Run(fmt.Sprintf("%s, %s of %s, %d", name, at.operation, at.bucket, i+1), func(t *testing.T) {
					inWorld(t, func(w *world) {
						prepare(w)
						w.s3.SetFault(only(i+1, at.operation, at.bucket, refused))
						want := fault.CredentialsRefused
						if at.operation == "HeadObject" { // whose answer has no body
							want = fault.RequestRefused
						}
						if report := w.deliver(); report.Failure == nil || report.Failure.Code != want || report.Failure.Step == fault.StepHandle {
							t.Errorf("got %v, %+v", report.Failure, report.Result)
						}
					})
				})
			}
		}
	}
}
