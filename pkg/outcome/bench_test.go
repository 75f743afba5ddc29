package outcome_test

import (
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/outcome"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// BenchmarkEncode writes the outcome of a first run.
func BenchmarkEncode(b *testing.B) {
	naming := bucket.Naming{Account: "935799716578", Region: "us-east-1", BucketPrefix: "fusion-rms-", ClientAccount: "935799716578", ClientUserPrefix: "rms_"}
	spec, err := naming.Spec("xmsqa1")
	if err != nil {
		b.Fatal(err)
	}
	result := provision.Result{Spec: spec, Bucket: "fusion-rms-xmsqa1", Status: provision.StatusCreated, Changes: bucket.Facets(), Warnings: []fault.Warning{{Text: "one"}}}
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		if body, err := outcome.Provisioned(result, provision.Source{MessageID: "m", ReceiveCount: 1, CorrelationID: "c"}, now).JSON(); err != nil || len(body) == 0 {
			b.Fatal(err)
		}
	}
}
