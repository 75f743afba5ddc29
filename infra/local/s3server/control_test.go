package s3server

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/s3control/types"
)

func tagAs(t *testing.T, c Credentials, bucket string) error {
	_, err := server.ControlClient(c).TagResource(t.Context(), &s3control.TagResourceInput{
		AccountId: aws.String(server.Account()), ResourceArn: aws.String("arn:aws:s3:::" + bucket),
		Tags: []types.Tag{{Key: aws.String("OrgId"), Value: aws.String("xmsqa1")}},
	})
	return err
}

// What TagResource does to tags is in the conformance suite (bucketstest).
func TestTaggingNeedsItsPermission(t *testing.T) {
	for name, c := range map[string]struct {
		statements []string
		may        bool
	}{
		"a user without a policy":       {nil, false},
		"a policy on other things":      {[]string{`{"Effect":"Allow","Action":["s3:PutBucketTagging","s3:GetBucketTagging"],"Resource":"*"}`}, false},
		"the permission":                {[]string{`{"Effect":"Allow","Action":"s3:TagResource","Resource":"arn:aws:s3:::fusion-rms-*"}`}, true},
		"the permission, other buckets": {[]string{`{"Effect":"Allow","Action":"s3:TagResource","Resource":"arn:aws:s3:::other-*"}`}, false},
		"a deny wins":                   {[]string{`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`, `{"Effect":"Deny","Action":"s3:TagResource","Resource":"*"}`}, false},
	} {
		t.Run(name, func(t *testing.T) {
			bucket := newBucket(t)
			wantPermission(t, "TagResource", tagAs(t, newUser(t, c.statements...), bucket), c.may)
			call := server.Calls()[len(server.Calls())-1]
			if call.Operation != "TagResource" || call.Bucket != bucket || call.OK() != c.may || !call.Write() {
				t.Errorf("the call log has %+v", call)
			}
		})
	}
}

func TestTaggingRefusesWhatIsNotAuthentic(t *testing.T) {
	root := server.RootCredentials()
	root.SecretAccessKey = "wrong"
	wantCode(t, tagAs(t, root, newBucket(t)), 403, "SignatureDoesNotMatch")
	response, err := http.Post(server.URL()+"/v20180820/tags/arn:aws:s3:::"+newBucket(t), "application/xml", strings.NewReader("<TagResourceRequest/>"))
	must(t, err)
	if _ = response.Body.Close(); response.StatusCode < 400 || response.StatusCode > 403 {
		t.Errorf("unsigned: %s", response.Status)
	}
}
