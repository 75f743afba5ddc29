package proof

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/proof"
)

// finish sends the message once more, which must find nothing to do, and sees that
// what others have is as it was.
func (r *run) finish(ctx context.Context) {
	before := r.written()
	status, ok := r.deliver(ctx)
	if n := r.written() - before; ok && (n != 0 || status != "unchanged") {
		r.violate(proof.FinishedNeedsNoWrite, "one message more is answered with %q after %d writes", status, n)
	}
	for bucket := range r.others {
		r.judgeKept(ctx, bucket)
	}
	for _, bucket := range r.watched() {
		if content, err := r.read(ctx, bucket, privateKey); err != nil || content != secret {
			r.violate(proof.OthersKept, "%s/%s is %q (%v)", bucket, privateKey, content, err)
		}
	}
	r.lookOutside(ctx, "at the end")
	if status, _, err := r.visit(ctx, http.MethodGet, r.w.HomesBucket, r.claimKey()); err != nil || status != http.StatusForbidden {
		r.violate(proof.NothingPublicOutsidePub, "the claim answers a visitor with %d (%v)", status, err)
	}
}

func (r *run) written() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.writes
}

// judgeKept compares what others have in a bucket with what was put there. A
// stranger's bucket is taken back for it, as this server lets nobody act as him,
// and has nothing else in it.
func (r *run) judgeKept(ctx context.Context, bucket string) {
	foreign := r.path.alternative && bucket == r.n1
	if foreign {
		r.must(proof.NoWriteUnproved, r.w.S3.GiveAway(bucket, r.w.S3.Account()))
	}
	tags, err := r.tags(ctx, bucket)
	if err != nil || tags[otherTag] != otherValue || foreign && len(tags) != 1 {
		r.violate(proof.OthersKept, "%s has the tags %v (%v)", bucket, tags, err)
	}
	policy, err := r.policy(ctx, bucket)
	if err != nil {
		r.violate(proof.OthersKept, "the policy of %s: %v", bucket, err)
	}
	for _, want := range others(bucket) {
		if !slices.ContainsFunc(policy, func(s statement) bool { return reflect.DeepEqual(s, want) }) {
			r.violate(proof.OthersKept, "the statement %v is gone from %s: %v", want, bucket, policy)
		}
	}
	if !foreign {
		return
	}
	objects, err := r.root.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &bucket})
	if err != nil || len(objects.Contents) != 1 || len(policy) != len(others(bucket)) {
		r.violate(proof.NoWriteUnproved, "the stranger's bucket has another content or policy: %v (%v)", policy, err)
	}
}

// policy returns the statements of a bucket's policy.
func (r *run) policy(ctx context.Context, bucket string) ([]statement, error) {
	out, err := r.root.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &bucket})
	if err != nil {
		return nil, err
	}
	var document struct{ Statement []statement }
	err = json.Unmarshal([]byte(aws.ToString(out.Policy)), &document)
	return document.Statement, err
}

func (r *run) read(ctx context.Context, bucket, key string) (string, error) {
	out, err := r.root.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return "", err
	}
	defer func() { _ = out.Body.Close() }()
	content, err := io.ReadAll(out.Body)
	return string(content), err
}
