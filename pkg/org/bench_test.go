package org_test

import (
	"testing"

	"github.com/fusionpos/orgbucket/pkg/org"
)

// BenchmarkParse reads a plain message, and one in three envelopes.
func BenchmarkParse(b *testing.B) {
	for name, body := range map[string]string{
		"plain":          `{"type":"OrganizationCreated","orgId":"xmsqa1","correlationId":"signup-4711"}`,
		"in 3 envelopes": `{"Type":"Notification","Message":"{\"detail-type\":\"OrganizationCreated\",\"detail\":{\"specversion\":\"1.0\",\"type\":\"OrganizationCreated\",\"data\":{\"orgId\":\"xmsqa1\"}}}"}`,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if event, err := org.Parse([]byte(body)); err != nil || event.OrgID != "xmsqa1" {
					b.Fatalf("%+v, %v", event, err)
				}
			}
		})
	}
}
