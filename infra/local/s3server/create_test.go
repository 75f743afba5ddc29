package s3server

import (
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// tagged is a request for a bucket with the tag OrgId.
func tagged(bucket, org string) *s3.CreateBucketInput {
	return &s3.CreateBucketInput{Bucket: &bucket, CreateBucketConfiguration: &types.CreateBucketConfiguration{
		Tags: []types.Tag{{Key: aws.String("OrgId"), Value: &org}},
	}}
}

func TestTagsAreThereFromTheFirstMoment(t *testing.T) {
	ctx, root := t.Context(), server.RootClient()
	for range 20 {
		bucket := newName("fusion-rms-race")
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				_, err := root.CreateBucket(ctx, tagged(bucket, "xmsqa1"))
				if _, code, _ := refusal(err); err != nil && code != "BucketAlreadyOwnedByYou" {
					t.Errorf("create: %v", err)
				}
			})
			wg.Go(func() {
				for range 5 {
					out, err := root.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &bucket})
					if _, code, _ := refusal(err); code == "NoSuchBucket" {
						continue
					}
					if err != nil || len(out.TagSet) != 1 || *out.TagSet[0].Value != "xmsqa1" {
						t.Errorf("a reader sees the bucket without its tag: %v", err)
					}
				}
			})
		}
		wg.Wait()
	}
}

func TestCreatingWithTagsTakesThePermissionToTag(t *testing.T) {
	const create = `{"Effect":"Allow","Action":"s3:CreateBucket","Resource":"*"}`
	for name, c := range map[string]struct {
		statement string
		allowed   bool
	}{
		"without it":                {`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`, false},
		"with it":                   {`{"Effect":"Allow","Action":"s3:TagResource","Resource":"*"}`, true},
		"with it for other buckets": {`{"Effect":"Allow","Action":"s3:TagResource","Resource":"arn:aws:s3:::other-*"}`, false},
		"with it under a condition that versitygw doesn't know": {`{"Effect":"Allow","Action":"s3:TagResource","Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/OrgId":"xmsqa1"}}}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			client := server.Client(newUser(t, create, c.statement))
			_, err := client.CreateBucket(t.Context(), tagged(newName("fusion-rms-tag"), "xmsqa1"))
			wantPermission(t, "CreateBucket with a tag", err, c.allowed)
			bucket := newName("fusion-rms-notag")
			_, err = client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket})
			must(t, err)
		})
	}
}

func TestNamesAreCheckedAfterThePermission(t *testing.T) {
	bucket, own := "fusion-s3alias", "fusion-rms-x-"+server.Account()+"-"+server.Region()+"-an"
	create := func(c Credentials, name string, namespace types.BucketNamespace) error {
		_, err := server.Client(c).CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name, BucketNamespace: namespace})
		return err
	}
	wantCode(t, create(newUser(t), bucket, ""), 403, "AccessDenied")
	wantCode(t, create(server.RootCredentials(), bucket, ""), 400, "InvalidBucketName")
	wantCode(t, create(server.RootCredentials(), own, ""), 400, "MissingNamespaceHeader")
	must(t, create(server.RootCredentials(), own, types.BucketNamespaceAccountRegional))
}
