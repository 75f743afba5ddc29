package proof

import (
	"context"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/pkg/proof"
)

// look judges a write of the function, after it was done and before the function
// sees the answer.
func (r *run) look(c s3server.Call) {
	if !c.OK() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	r.note(ctx, c)
	if c.Operation == "CreateBucket" {
		if tags, err := r.tags(ctx, c.Bucket); err != nil || tags["OrgId"] != r.id {
			r.violate(proof.BornMarked, "%s was created with the tags %v (%v)", c.Bucket, tags, err)
		}
		if err := r.putPrivate(ctx, c.Bucket); err != nil {
			r.violate(proof.NothingPublicOutsidePub, "put an object to watch into %s: %v", c.Bucket, err)
		}
	}
	r.lookOutside(ctx, "after "+c.Operation+" on "+c.Bucket)
}

// note enters a write, and judges which bucket it went to.
func (r *run) note(ctx context.Context, c s3server.Call) {
	r.mu.Lock()
	r.writes++
	unproved := r.unproved[c.Bucket]
	if c.Operation == "PutBucketPolicy" {
		r.policies[c.Bucket] = true
	}
	homes := len(r.policies)
	r.mu.Unlock()
	if unproved {
		r.violate(proof.NoWriteUnproved, "%s %s on %s succeeded, which nothing proves to be the organization's", c.Operation, c.Key, c.Bucket)
	}
	switch {
	case c.Bucket == r.w.HomesBucket:
		r.judgePutClaim(ctx)
	case c.Operation == "PutBucketPolicy":
		r.judgeClaimed(ctx, c.Bucket)
	}
	if homes > 1 {
		r.violate(proof.OneHome, "both names' buckets got a policy")
	}
}

// lookOutside asks, as anybody can, for what nobody may read.
func (r *run) lookOutside(ctx context.Context, when string) {
	for _, bucket := range r.watched() {
		status, _, err := r.visit(ctx, http.MethodGet, bucket, privateKey)
		if err != nil || status != http.StatusForbidden {
			r.violate(proof.NothingPublicOutsidePub, "%s, %s/%s answers a visitor with %d (%v)", when, bucket, privateKey, status, err)
		}
	}
}

// watched are the buckets with an object that nobody may read.
func (r *run) watched() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.private)
}

// visitors have connections of their own.
var visitors = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// visit sends a request without a signature.
func (r *run) visit(ctx context.Context, method, bucket, key string) (status int, body string, err error) {
	request, err := http.NewRequestWithContext(ctx, method, r.w.S3.ObjectURL(bucket, key), nil)
	if err != nil {
		return 0, "", err
	}
	response, err := visitors.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	return response.StatusCode, string(content), err
}

// tags are a bucket's, as root reads them.
func (r *run) tags(ctx context.Context, bucket string) (map[string]string, error) {
	out, err := r.root.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &bucket})
	if err != nil {
		return nil, err
	}
	tags := map[string]string{}
	for _, t := range out.TagSet {
		tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return tags, nil
}
