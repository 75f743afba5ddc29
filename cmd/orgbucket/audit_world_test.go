package main

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

var updateAudit = flag.Bool("update-audit", false, "write the golden files of audit anew")

// auditReady is a bucket as it shall be, with statements of others behind ours.
func auditReady(t *testing.T, id, name string, others ...string) s3fake.Bucket {
	t.Helper()
	spec, err := planNaming.Spec(org.ID(id))
	if err != nil {
		t.Fatal(err)
	}
	ours, _, err := spec.Merge(name, policy.Document{})
	if err != nil {
		t.Fatal(err)
	}
	policy := string(ours.JSON())
	for _, other := range others {
		policy = strings.TrimSuffix(policy, "]}") + "," + other + "]}"
	}
	if !json.Valid([]byte(policy)) {
		t.Fatalf("the policy is %s", policy)
	}
	return s3fake.Bucket{Tags: map[string]string{"OrgId": id}, Policy: policy, Objects: map[string]s3fake.Object{"pub/": {}}}
}

// auditSights puts a bucket of each kind.
func auditSights(t *testing.T, fake *s3fake.Server) {
	t.Helper()
	const (
		deny   = `{"Sid":"\u001b[31mred","Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::fusion-rms-denied/*"}`
		public = `{"Sid":"=HYPERLINK","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::fusion-rms-wide/*"}`
	)
	fake.Put("fusion-rms-healthy", auditReady(t, "healthy", "fusion-rms-healthy"))
	fake.Put("fusion-rms-denied", auditReady(t, "denied", "fusion-rms-denied", deny))
	fake.Put("fusion-rms-wide", auditReady(t, "wide", "fusion-rms-wide", public))
	drifted := auditReady(t, "drifted", "fusion-rms-drifted")
	drifted.Objects, drifted.AccessBlock = nil, &planAllOn
	fake.Put("fusion-rms-drifted", drifted)
	dead := auditReady(t, "dead", "fusion-rms-dead")
	dead.Policy = strings.ReplaceAll(dead.Policy, "arn:aws:iam::935799716578:user/rms_dead", "AIDAFAKE000000000001")
	fake.Put("fusion-rms-dead", dead)
	fake.Put("fusion-rms-half", s3fake.Bucket{Tags: map[string]string{"OrgId": "half"}, AccessBlock: &planAllOn})
	fake.Put("fusion-rms-twice", auditReady(t, "twice", "fusion-rms-twice"))
	fake.Put("fusion-rms-twice-935799716578-us-east-1-an", s3fake.Bucket{Tags: map[string]string{"OrgId": "twice"}})
	fake.Put("fusion-rms-bare", s3fake.Bucket{})
	fake.Put("fusion-rms-moved", s3fake.Bucket{Region: "eu-west-1", Tags: map[string]string{"OrgId": "moved"}})
	fake.Put("fusion-rms-given", s3fake.Bucket{Tags: map[string]string{"OrgId": "somebody-else"}})
	fake.Put("fusion-rms-odd.files", s3fake.Bucket{Tags: map[string]string{"OrgId": "=1+1\x7f"}})
	fake.Put("fusion-rmsdev-other", s3fake.Bucket{})
}

// auditHidden refuses to show a bucket's policy.
func auditHidden(fake *s3fake.Server, name string) {
	fake.SetFault(func(r s3fake.Request) *s3fake.Fault {
		if r.Bucket != name || r.Operation != "GetBucketPolicy" {
			return nil
		}
		return &s3fake.Fault{Status: 403, Code: "AccessDenied", Message: "Access \x1b[31mDenied"}
	})
}

func auditGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *updateAudit {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update-audit writes it anew)\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}

// fast is a rate that no test has to wait for.
var fast = []string{"audit", "--rate", "1000"}

func auditRun(t *testing.T, args ...string) ran {
	t.Helper()
	return commandLine(t, "", append(append([]string{}, fast...), args...)...)
}
