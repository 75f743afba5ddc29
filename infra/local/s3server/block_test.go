package s3server

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// What the access block of a bucket is in its life is in the conformance suite (bucketstest).
func TestASuccessorOfABucketBlocksEverythingAgain(t *testing.T) {
	ctx, root, bucket := t.Context(), server.RootClient(), newBucket(t)
	setBlock(t, bucket, Block{})
	_, err := root.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &bucket})
	must(t, err)
	_, err = root.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &bucket})
	wantCode(t, err, 404, "NoSuchBucket")
	_, err = root.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &bucket})
	must(t, err)
	if got := server.blocks.effective(bucket); got != allBlocked {
		t.Errorf("a successor of the bucket has %v, want everything blocked", got)
	}
}

func TestAccessBlockNeedsItsPermission(t *testing.T) {
	all := `"Resource":"arn:aws:s3:::fusion-rms-*"`
	for name, c := range map[string]struct {
		statements []string
		mayGet     bool
		mayPut     bool
	}{
		"a user without a policy may nothing":       {nil, false, false},
		"a policy on other things helps nothing":    {[]string{`{"Effect":"Allow","Action":["s3:GetBucketPolicy","s3:PutBucketPolicy"],` + all + `}`}, false, false},
		"permission to get is not one to put":       {[]string{`{"Effect":"Allow","Action":"s3:GetBucketPublicAccessBlock",` + all + `}`}, true, false},
		"both permissions":                          {[]string{`{"Effect":"Allow","Action":"s3:*BucketPublicAccessBlock",` + all + `}`}, true, true},
		"permission on other buckets helps nothing": {[]string{`{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::other-*"}`}, false, false},
		"a deny wins": {[]string{`{"Effect":"Allow","Action":"s3:*",` + all + `}`, `{"Effect":"Deny","Action":"s3:PutBucketPublicAccessBlock",` + all + `}`}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			bucket, client := newBucket(t), server.Client(newUser(t, c.statements...))
			_, err := client.GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: &bucket})
			wantPermission(t, "Get", err, c.mayGet)
			_, err = client.PutPublicAccessBlock(t.Context(), &s3.PutPublicAccessBlockInput{
				Bucket: &bucket, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{}})
			wantPermission(t, "Put", err, c.mayPut)
			_, err = client.DeletePublicAccessBlock(t.Context(), &s3.DeletePublicAccessBlockInput{Bucket: &bucket})
			wantPermission(t, "Delete", err, c.mayPut)
		})
	}
}

func wantPermission(t *testing.T, what string, err error, allowed bool) {
	t.Helper()
	if _, code, _ := refusal(err); (err == nil) != allowed || (!allowed && code != "AccessDenied") {
		t.Errorf("%s: got %v, want allowed = %v", what, err, allowed)
	}
}

func TestABucketPolicyCanDenyTheAccessBlock(t *testing.T) {
	bucket := newBucket(t)
	user := newUser(t, `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)
	must(t, putPolicy(t, bucket, `{"Effect":"Deny","Principal":{"AWS":"`+user.ARN+`"},"Action":"s3:PutBucketPublicAccessBlock","Resource":"arn:aws:s3:::`+bucket+`"}`))
	_, err := server.Client(user).PutPublicAccessBlock(t.Context(), &s3.PutPublicAccessBlockInput{
		Bucket: &bucket, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{}})
	wantCode(t, err, 403, "AccessDenied")
}

func TestAccessBlockRefusesWhatIsNotAuthentic(t *testing.T) {
	bucket, root := newBucket(t), server.RootCredentials()
	root.SecretAccessKey = "wrong"
	_, err := server.Client(root).GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: &bucket})
	wantCode(t, err, 403, "SignatureDoesNotMatch")
	_, err = server.Client(root).PutPublicAccessBlock(t.Context(), &s3.PutPublicAccessBlockInput{
		Bucket: &bucket, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{}})
	wantCode(t, err, 403, "SignatureDoesNotMatch")
	_, err = server.Client(Credentials{AccessKeyID: "AKIANOBODY", SecretAccessKey: "x"}).GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: &bucket})
	wantCode(t, err, 403, "InvalidAccessKeyId")
	_, err = server.AnonymousClient().GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: &bucket})
	wantCode(t, err, 403, "AccessDenied")
	_, err = server.RootClient().GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{
		Bucket: &bucket, ExpectedBucketOwner: aws.String("111122223333")})
	wantCode(t, err, 403, "AccessDenied")
	_, err = server.RootClient().GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{
		Bucket: &bucket, ExpectedBucketOwner: aws.String(server.Account())})
	must(t, err)
}
