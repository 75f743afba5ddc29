package bucket_test

import (
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

func BenchmarkPlanOfANewBucket(b *testing.B) {
	spec := mustSpec(b, naming("us-east-1"), "xmsqa1")
	benchmarkPlan(b, spec, bucket.JustCreated("fusion-rms-xmsqa1"), true)
}

func BenchmarkPlanOfAFinishedBucket(b *testing.B) {
	spec := mustSpec(b, naming("us-east-1"), "xmsqa1")
	o := bucket.JustCreated("fusion-rms-xmsqa1")
	plan, err := spec.Plan(o)
	if err != nil {
		b.Fatal(err)
	}
	o.After(plan.Stages)
	benchmarkPlan(b, spec, o, false)
}

func benchmarkPlan(b *testing.B, spec bucket.Spec, o bucket.Observed, writes bool) {
	b.ReportAllocs()
	for b.Loop() {
		plan, err := spec.Plan(o)
		if err != nil || plan.Empty() == writes {
			b.Fatalf("error %v, plan %+v", err, plan)
		}
	}
}

// BenchmarkComparePolicies reads a stored policy of eight statements and finds
// that it means the same as another writing of it.
func BenchmarkComparePolicies(b *testing.B) {
	spec := mustSpec(b, naming("us-east-1"), "xmsqa1")
	text := `{"Version":"2012-10-17","Statement":[`
	for range 5 {
		text += `{"Effect":"Allow","Principal":{"AWS":["111122223333","arn:aws:iam::444455556666:role/partner"]},"Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::fusion-rms-xmsqa1/in/*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}},`
	}
	others, err := policy.Parse([]byte(text[:len(text)-1] + `]}`))
	if err != nil {
		b.Fatal(err)
	}
	stored, _, err := spec.Merge("fusion-rms-xmsqa1", others)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		read, err := policy.Parse(stored.JSON())
		if err != nil || !read.Equal(stored) || !spec.HasOurPolicy("fusion-rms-xmsqa1", read) {
			b.Fatalf("error %v, or it means something else", err)
		}
	}
}
