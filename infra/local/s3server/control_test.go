package s3server

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
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

// TestTaggingTakesThePathAsTheAWSCommandSignsIt: as it is sent, not escaped once more.
func TestTaggingTakesThePathAsTheAWSCommandSignsIt(t *testing.T) {
	bucket, root := newBucket(t), server.RootCredentials()
	for secret, status := range map[string]int{root.SecretAccessKey: 204, "wrong": 403} {
		const body = `<TagResourceRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Tags><Tag><Key>OrgId</Key><Value>xmsqa1</Value></Tag></Tags></TagResourceRequest>`
		request, err := http.NewRequest(http.MethodPost, server.URL()+"/v20180820/tags/arn%3Aaws%3As3%3A%3A%3A"+bucket, strings.NewReader(body))
		must(t, err)
		hash := fmt.Sprintf("%x", sha256.Sum256([]byte(body)))
		request.Header.Set("X-Amz-Account-Id", server.Account())
		request.Header.Set("X-Amz-Content-Sha256", hash)
		signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
		must(t, signer.SignHTTP(t.Context(), aws.Credentials{AccessKeyID: root.AccessKeyID, SecretAccessKey: secret}, request, hash, "s3", server.Region(), time.Now()))
		response, err := http.DefaultClient.Do(request)
		must(t, err)
		if _ = response.Body.Close(); response.StatusCode != status {
			t.Errorf("got %s, want %d", response.Status, status)
		}
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

func TestUntaggingRemovesTheTagsThatAreNamed(t *testing.T) {
	bucket := newBucket(t)
	arn := "arn:aws:s3:::" + bucket
	set := func(keys ...string) (all []types.Tag) {
		for _, key := range keys {
			all = append(all, types.Tag{Key: aws.String(key), Value: aws.String("x y")})
		}
		return all
	}
	root, account := server.ControlClient(server.RootCredentials()), aws.String(server.Account())
	_, err := root.TagResource(t.Context(), &s3control.TagResourceInput{AccountId: account, ResourceArn: &arn, Tags: set("OrgbucketHold", "a b", "OrgId")})
	must(t, err)
	untag := &s3control.UntagResourceInput{AccountId: account, ResourceArn: &arn, TagKeys: []string{"OrgbucketHold", "a b", "absent"}}
	may := newUser(t, `{"Effect":"Allow","Action":["s3:TagResource","s3:PutBucketTagging"],"Resource":"*"}`)
	_, err = server.ControlClient(may).UntagResource(t.Context(), untag)
	wantCode(t, err, 403, "AccessDenied")
	_, err = root.UntagResource(t.Context(), untag)
	must(t, err)
	tags, err := server.RootClient().GetBucketTagging(t.Context(), &s3.GetBucketTaggingInput{Bucket: &bucket})
	must(t, err)
	if len(tags.TagSet) != 1 || *tags.TagSet[0].Key != "OrgId" {
		t.Errorf("left are %+v", tags.TagSet)
	}
	if call := server.Calls()[len(server.Calls())-2]; call.Operation != "UntagResource" || call.Bucket != bucket || !call.Write() {
		t.Errorf("the call log has %+v", call)
	}
}

func setAccountBlock(t *testing.T, c Credentials, block Block) error {
	t.Helper()
	_, err := server.ControlClient(c).PutPublicAccessBlock(t.Context(), &s3control.PutPublicAccessBlockInput{
		AccountId: aws.String(server.Account()),
		PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
			BlockPublicAcls: &block.BlockPublicAcls, IgnorePublicAcls: &block.IgnorePublicAcls,
			BlockPublicPolicy: &block.BlockPublicPolicy, RestrictPublicBuckets: &block.RestrictPublicBuckets,
		},
	})
	return err
}

// What the account's block does to requests is in TestAStoredPublicPolicyWorksOnlyWhileNothingRestrictsIt.
func TestTheAccountsBlockIsRootsToPut(t *testing.T) {
	control, account := server.ControlClient(server.RootCredentials()), aws.String(server.Account())
	remove := func() {
		_, err := control.DeletePublicAccessBlock(t.Context(), &s3control.DeletePublicAccessBlockInput{AccountId: account})
		must(t, err)
	}
	remove()
	defer remove()
	get := func() (*s3control.GetPublicAccessBlockOutput, error) {
		return control.GetPublicAccessBlock(t.Context(), &s3control.GetPublicAccessBlockInput{AccountId: account})
	}
	_, err := get()
	wantCode(t, err, 404, "NoSuchPublicAccessBlockConfiguration")
	wantCode(t, setAccountBlock(t, newUser(t, mayAll), Block{}), 403, "AccessDenied")
	must(t, setAccountBlock(t, server.RootCredentials(), Block{BlockPublicPolicy: true}))
	out, err := get()
	must(t, err)
	if got := out.PublicAccessBlockConfiguration; !*got.BlockPublicPolicy || *got.RestrictPublicBuckets {
		t.Errorf("got %+v", got)
	}
}
