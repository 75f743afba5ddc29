package audit

import (
	"maps"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/org"
)

var tool = clitest.Tool(NewCommand)

// auditSights puts a bucket of each kind.
func auditSights(t *testing.T, fake *s3fake.Server) {
	t.Helper()
	const (
		deny   = `{"Sid":"\u001b[31mred","Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::fusion-rms-denied/*"}`
		public = `{"Sid":"=HYPERLINK","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::fusion-rms-wide/*"}`
	)
	fake.Put("fusion-rms-healthy", clitest.Ready(t, "healthy", "fusion-rms-healthy"))
	fake.Put("fusion-rms-denied", clitest.Ready(t, "denied", "fusion-rms-denied", deny))
	fake.Put("fusion-rms-wide", clitest.Ready(t, "wide", "fusion-rms-wide", public))
	drifted := clitest.Ready(t, "drifted", "fusion-rms-drifted")
	drifted.Objects, drifted.AccessBlock = nil, &clitest.AllOn
	fake.Put("fusion-rms-drifted", drifted)
	dead := clitest.Ready(t, "dead", "fusion-rms-dead")
	dead.Policy = strings.ReplaceAll(dead.Policy, "arn:aws:iam::935799716578:user/rms_dead", "AIDAFAKE000000000001")
	fake.Put("fusion-rms-dead", dead)
	fake.Put("fusion-rms-half", s3fake.Bucket{Tags: map[string]string{"OrgId": "half"}, AccessBlock: &clitest.AllOn})
	fake.Put("fusion-rms-twice", clitest.Ready(t, "twice", "fusion-rms-twice"))
	fake.Put("fusion-rms-twice-935799716578-us-east-1-an", s3fake.Bucket{Tags: map[string]string{"OrgId": "twice"}})
	fake.Put("fusion-rms-bare", s3fake.Bucket{})
	fake.Put("fusion-rms-moved", s3fake.Bucket{Region: "eu-west-1", Tags: map[string]string{"OrgId": "moved"}})
	fake.Put("fusion-rms-given", s3fake.Bucket{Tags: map[string]string{"OrgId": "somebody-else"}})
	fake.Put("fusion-rms-odd.files", s3fake.Bucket{Tags: map[string]string{"OrgId": "=1+1\x7f"}})
	fake.Put("fusion-rmsdev-other", s3fake.Bucket{})
	held := clitest.Ready(t, "held", "fusion-rms-held")
	held.Tags["OrgbucketHold"] = "files leaked"
	fake.Put("fusion-rms-held", held)
	fake.Put("fusion-rms-new", clitest.Ready(t, "new", "fusion-rms-new"))
	claims := s3fake.Bucket{Objects: map[string]s3fake.Object{}}
	for _, id := range []org.ID{"healthy", "denied", "wide", "drifted", "dead", "half", "twice", "held", "gone"} {
		maps.Copy(claims.Objects, clitest.Claim(id, "fusion-rms-"+string(id)).Objects)
	}
	fake.Put(clitest.Homes, claims)
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

// fast is a rate that no test has to wait for.
var fast = []string{"audit", "--rate", "1000"}

func auditRun(t *testing.T, args ...string) clitest.Ran {
	t.Helper()
	return tool.Run(t, "", append(append([]string{}, fast...), args...)...)
}
