package story

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"

	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// bucketOnHold: in an incident an operator closes a bucket, and late duplicates must
// not open it again.
func bucketOnHold(s *scene) {
	const name = "fusion-rms-held"
	owner := s.signUp("held")
	s.send(message("held"))
	s.putByHand(name, access.PictureKey, "x")
	closed := bucket.AccessBlock{BlockPublicACLs: true, IgnorePublicACLs: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}
	s.blockByHand(name, closed)
	s.tagByHand(name, map[string]string{bucket.TagKey: "held", bucket.HoldTagKey: "incident 7"})
	s.did("an operator closed %s and tagged it %s=incident 7", name, bucket.HoldTagKey)
	before, mark := s.read(name), s.mark()
	e := s.send(message("held"))
	s.failed(e, "OnHold")
	if e.Error != nil {
		is(s, "the failure says why it's held", strings.Contains(e.Error.Message, "incident 7"), true)
	}
	s.wroteNothing(mark)
	s.untouched(name, before)
	if s.err == nil {
		is(s, "it stays closed: anyone's GET of pub/x is refused", s.anyone().Get(name, access.PictureKey), access.Refused)
	}

	s.tagByHand(name, map[string]string{bucket.TagKey: "held"})
	s.did("the operator removed the tag %s", bucket.HoldTagKey)
	e = s.send(message("held"))
	is(s, "outcome repaired", e.Status, "repaired")
	is(s, "nothing but the access block was changed", changed(e.Outcome), []string{"publicAccessBlock"})
	is(s, "a warning says that it was reopened", e.Warnings != nil && strings.Contains(fmt.Sprint(*e.Warnings), "Reopened"), true)
	s.provisioned(e, owner)
}

// tagByHand replaces a bucket's tags.
func (s *scene) tagByHand(name string, tags map[string]string) {
	s.byHand(func(ctx context.Context, root *s3.Client) error { return putTags(ctx, root, name, tags) })
}
