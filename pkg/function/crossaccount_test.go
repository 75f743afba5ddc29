package function

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-lambda-go/events"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// TestAnotherAccountsGrantThatComesToLifeIsWarnedOf: RestrictPublicBuckets keeps other
// accounts out only of a bucket whose policy is public, so what it kept out is told by
// whoever opens the bucket.
func TestAnotherAccountsGrantThatComesToLifeIsWarnedOf(t *testing.T) {
	const name = "fusion-rms-org1"
	grant := `{"Sid":"Partner","Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::` + name + `/shared/*"}`
	public := `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + name + `/pub/*"}`
	for what, c := range map[string]struct {
		policy    string
		restricts bool
		warns     bool
	}{
		"kept out":                {public + "," + grant, true, true},
		"let in before":           {public + "," + grant, false, false},
		"of a policy of its own":  {grant, true, false},
		"there's no such a grant": {public, true, false},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c1 := &cloud{s3: s3fake.New(account)}
				c1.s3.Put(functiontest.HomesBucket, s3fake.Bucket{})
				c1.s3.AddUser("arn:aws:iam::" + account + ":user/rms_org1")
				c1.s3.Put(name, s3fake.Bucket{
					Tags: map[string]string{"OrgId": "org1"}, Policy: `{"Version":"2012-10-17","Statement":[` + c.policy + `]}`,
					AccessBlock: &s3fake.AccessBlock{RestrictPublicBuckets: c.restricts},
				})
				answer := New(functiontest.Settings(region, nil), c1, silent).Handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{record(1, "org1")}})
				published := c1.messaging.Published()
				if len(answer.BatchItemFailures) > 0 || len(published) != 1 {
					t.Fatalf("failures %v, published %v", answer.BatchItemFailures, published)
				}
				if warns := strings.Contains(published[0].Message, `"CrossAccountGrant: `); warns != c.warns {
					t.Errorf("warns %t: %s", warns, published[0].Message)
				}
			})
		})
	}
}
