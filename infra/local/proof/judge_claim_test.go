package proof

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/proof"
)

// claimKey is the key of the organization's claim.
func (r *run) claimKey() string { return "homes/" + r.id }

// putClaim claims a bucket as somebody else does, once.
func (r *run) putClaim(ctx context.Context, bucket string) error {
	text := fmt.Sprintf(`{"bucket":%q,"messageId":"another"}`, bucket)
	_, err := r.root.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &r.w.HomesBucket, Key: aws.String(r.claimKey()), Body: strings.NewReader(text), IfNoneMatch: aws.String("*"),
	})
	if err != nil {
		return fmt.Errorf("claim %s: %w", bucket, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.claim = text
	return nil
}

// judgePutClaim judges that the function put the claim: there was none, and the
// bucket that it names is proved the organization's.
func (r *run) judgePutClaim(ctx context.Context) {
	text, err := r.read(ctx, r.w.HomesBucket, r.claimKey())
	r.must(proof.ClaimWrittenOnce, err)
	r.mu.Lock()
	before := r.claim
	r.claim = text
	r.mu.Unlock()
	if before != "" && before != text { // another delivery may have worked on it already
		r.violate(proof.ClaimWrittenOnce, "the claim was %s, and now a second one was put: %s", before, text)
	}
	bucket := claimed(text)
	tags, err := r.tags(ctx, bucket)
	if err != nil || tags["OrgId"] != r.id || r.isUnproved(bucket) {
		r.violate(proof.ClaimWrittenOnce, "%s was claimed, whose tags are %v (%v)", bucket, tags, err)
	}
}

// judgeClaimed sees that the claim is what it always was, and names the bucket that
// got a policy or was announced.
func (r *run) judgeClaimed(ctx context.Context, bucket string) {
	text, err := r.read(ctx, r.w.HomesBucket, r.claimKey())
	r.mu.Lock()
	before := cmp.Or(r.claim, text)
	r.claim = before
	r.mu.Unlock()
	if err != nil || claimed(text) != bucket {
		r.violate(proof.OnlyTheClaimed, "%s got its policy or was announced, the claim is %q (%v)", bucket, text, err)
	}
	if text != before {
		r.violate(proof.ClaimWrittenOnce, "the claim was %q and is %q", before, text)
	}
}

// claimed is the bucket that a claim names, "" if it names none.
func claimed(text string) string {
	var c struct{ Bucket string }
	_ = json.Unmarshal([]byte(text), &c)
	return c.Bucket
}
