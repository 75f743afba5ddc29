package s3server

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func TestABucketOfAnotherAccount(t *testing.T) {
	ctx, root, bucket := t.Context(), server.RootClient(), newName("fusion-rms-foreign")
	must(t, server.CreateForeign(ctx, bucket, "111122223333"))

	_, err := root.CreateBucket(ctx, tagged(bucket, "xmsqa1"))
	wantCode(t, err, 409, "BucketAlreadyExists")
	_, err = root.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &bucket, ExpectedBucketOwner: aws.String(server.Account())})
	wantCode(t, err, 403, "AccessDenied")
	_, err = root.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &bucket})
	wantCode(t, err, 403, "AccessDenied")
	_, err = root.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &bucket})
	wantCode(t, err, 403, "AccessDenied")
	_, err = root.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &bucket})
	wantCode(t, err, 403, "Forbidden")
	wantCode(t, putPolicy(t, bucket, publicRead(bucket)), 403, "AccessDenied")

	list, err := root.ListBuckets(ctx, &s3.ListBucketsInput{Prefix: &bucket})
	must(t, err)
	if len(list.Buckets) != 0 {
		t.Error("the account's own list has it")
	}

	must(t, server.DeleteForeign(ctx, bucket))
	_, err = root.CreateBucket(ctx, tagged(bucket, "xmsqa1"))
	must(t, err)
}

func TestTheExpectedOwnerIsChecked(t *testing.T) {
	bucket := newBucket(t)
	_, err := server.RootClient().GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &bucket, ExpectedBucketOwner: aws.String("111122223333")})
	wantCode(t, err, 403, "AccessDenied")
	_, err = server.RootClient().GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &bucket, ExpectedBucketOwner: aws.String(server.Account())})
	wantCode(t, err, 404, "NoSuchBucketPolicy")
}
