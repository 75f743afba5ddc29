package story

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/fusionpos/orgbucket/infra/local/system"
	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// auditFinds: nobody sends a message for these organizations any more, and somebody
// changes their buckets. The scheduled audit's own function finds each within one run, and
// what its alarm counts says so.
func auditFinds(s *scene) {
	for _, id := range []string{"drifting", "closing", "doubling"} {
		s.signUp(id)
		s.send(message(id))
	}
	before := s.audit()
	is(s, "an audit finds nothing about them", about(before, "fusion-rms-drifting", "fusion-rms-closing", "fusion-rms-doubling"), nil)

	s.byHand(func(ctx context.Context, root *s3.Client) error {
		_, err := root.DeleteBucketPolicy(ctx, &s3.DeleteBucketPolicyInput{Bucket: aws.String("fusion-rms-drifting")})
		return err
	})
	s.did("somebody deleted the policy of fusion-rms-drifting")
	s.blockByHand("fusion-rms-closing", bucket.AccessBlock{RestrictPublicBuckets: true})
	s.did("somebody closed fusion-rms-closing to the public")
	const second = "fusion-rms-doubling-000000000000-us-east-1-an"
	s.byHand(func(ctx context.Context, root *s3.Client) error {
		_, err := root.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String(second), BucketNamespace: types.BucketNamespaceAccountRegional})
		return errors.Join(err, putTags(ctx, root, second, map[string]string{bucket.TagKey: "doubling"}))
	})
	s.did("somebody made %s, tagged for the same organization", second)
	after := s.audit()
	is(s, "the policy is missed", about(after, "fusion-rms-drifting"), []string{"Unfinished"})
	is(s, "so is what the public can't read", about(after, "fusion-rms-closing"), []string{"Drift", "Reopened", "NotReadable"})
	is(s, "and the second home", about(after, "fusion-rms-doubling"), []string{"MultipleHomes"})
	is(s, "they are told as new: the alarm buckets-drifted fires from 1 on", after.End["findingsToTell"], any(float64(5)))
	is(s, "one more bucket can't be read by the public", diff(before, after, "notReadable"), 1)
	is(s, "one more organization has two homes", diff(before, after, "twoHomes"), 1)

	again := s.audit()
	is(s, "an hour later nothing is new, and the alarm says nothing", again.End["findingsToTell"], any(float64(0)))
}

// audit runs the scheduled audit and shows what it found first.
func (s *scene) audit() (run system.AuditRun) {
	if s.err != nil {
		return run
	}
	run, err := s.sys.Audit(s.ctx)
	if err != nil {
		s.gone(err)
		return run
	}
	s.did("the scheduled audit ran: %v examined, %v findings, %v new", run.End["examined"], run.End["findings"], run.End["newFindings"])
	return run
}

// about returns the codes of what was found about buckets, in their order.
func about(run system.AuditRun, names ...string) (codes []string) {
	for _, f := range run.Findings {
		if slices.Contains(names, f.Bucket) {
			codes = append(codes, f.Code)
		}
	}
	return codes
}

// diff is by how much a run's number is more than another's.
func diff(before, after system.AuditRun, name string) int {
	b, _ := before.End[name].(float64)
	a, _ := after.End[name].(float64)
	return int(a - b)
}
