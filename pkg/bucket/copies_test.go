package bucket_test

import (
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// TestDamagedCopiesGoAndOthersStay, in whatever order they stand.
func TestDamagedCopiesGoAndOthersStay(t *testing.T) {
	spec := mustSpec(t, naming("us-east-1"), "xmsqa1")
	name := spec.Candidates[0].Name
	d, _, err := spec.Merge(name, policy.Document{})
	if err != nil {
		t.Fatal(err)
	}
	damaged := func(i int) policy.Statement {
		s := d.Statements[i]
		return policy.Allow(s.Sid, "arn:aws:iam::111122223333:user/x", "arn:aws:s3:::elsewhere/*", s.Action...)
	}
	foreign := policy.Allow("theirs", "arn:aws:iam::111122223333:user/x", spec.ARN(name), "s3:ListBucket")
	ours := len(d.Statements)
	d.Statements = append(d.Statements, damaged(1), foreign, damaged(0))
	merged, changes, err := spec.Merge(name, d)
	if err != nil || !changes || len(merged.Statements) != ours+1 || merged.Statements[ours].Sid != "theirs" {
		t.Errorf("%v %v %s", changes, err, merged.JSON())
	}
}

// TestThePolicyMayHave20KB, to the byte
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html).
func TestThePolicyMayHave20KB(t *testing.T) {
	spec := mustSpec(t, naming("us-east-1"), "xmsqa1")
	name := spec.Candidates[0].Name
	sized := func(more int) (bucket.Observed, int) {
		d := policy.New()
		d.Statements = append(d.Statements, policy.Allow("theirs", "arn:aws:iam::111122223333:user/x", spec.ARN(name)+strings.Repeat("x", more), "s3:ListBucket"))
		merged, _, err := spec.Merge(name, d)
		if err != nil {
			return bucket.Observed{Name: name, Policy: d}, 0
		}
		return bucket.Observed{Name: name, Policy: d}, len(merged.JSON())
	}
	_, least := sized(0)
	for _, c := range []struct {
		size int
		ok   bool
	}{{20 * 1024, true}, {20*1024 + 1, false}} {
		o, _ := sized(c.size - least)
		if _, err := spec.Plan(o); (err == nil) != c.ok || err != nil && !fault.Is(err, fault.PolicyTooLarge) {
			t.Errorf("%d bytes: %v", c.size, err)
		}
	}
}
