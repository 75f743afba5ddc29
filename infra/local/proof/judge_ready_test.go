package proof

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/proof"
)

// judgeReady uses the bucket of a good outcome as the client, visitors and others do.
func (r *run) judgeReady(ctx context.Context, bucket string) {
	tags, err := r.tags(ctx, bucket)
	if err != nil || tags["OrgId"] != r.id {
		r.violate(proof.OutcomeNamesReadyBucket, "%s has the tags %v (%v)", bucket, tags, err)
	}
	if _, err := r.root.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &bucket, Key: aws.String("pub/")}); err != nil {
		r.violate(proof.OutcomeNamesReadyBucket, "%s/pub/: %v", bucket, err)
	}
	for _, key := range []string{"pub/picture.png", "sync/state.db"} {
		if err := r.useObject(ctx, bucket, key); err != nil {
			r.violate(proof.OutcomeNamesReadyBucket, "the client can't use %s/%s: %v", bucket, key, err)
		}
	}
	client := r.w.S3.Client(r.user)
	if _, err := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &bucket}); err != nil {
		r.violate(proof.OutcomeNamesReadyBucket, "the client can't list %s: %v", bucket, err)
	}
	r.refused(ctx, bucket, http.MethodGet, "", "a listing")
	r.refused(ctx, bucket, http.MethodPut, "pub/graffiti.png", "writing under pub/")
	r.refused(ctx, bucket, http.MethodDelete, "pub/", "deleting pub/")
	r.lookOutside(ctx, "with the outcome")
}

// useObject puts, gets and deletes as the client, and meanwhile reads as a visitor:
// what is under pub/, and nothing else.
func (r *run) useObject(ctx context.Context, bucket, key string) error {
	const content = "made by the client"
	client := r.w.S3.Client(r.user)
	if _, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(content)}); err != nil {
		return err
	}
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, out.Body)
	_ = out.Body.Close()
	status, body, err := r.visit(ctx, http.MethodGet, bucket, key)
	switch public := strings.HasPrefix(key, "pub/"); {
	case err != nil:
		return err
	case public && (status != http.StatusOK || body != content):
		r.violate(proof.OutcomeNamesReadyBucket, "%s/%s answers a visitor with %d", bucket, key, status)
	case !public && status != http.StatusForbidden:
		r.violate(proof.NothingPublicOutsidePub, "%s/%s answers a visitor with %d", bucket, key, status)
	}
	_, err = client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key})
	return err
}

// refused has a visitor try what only others may.
func (r *run) refused(ctx context.Context, bucket, method, key, what string) {
	status, _, err := r.visit(ctx, method, bucket, key)
	if err != nil || status != http.StatusForbidden {
		r.violate(proof.NothingPublicOutsidePub, "%s of %s by a visitor is answered with %d (%v)", what, bucket, status, err)
	}
}
