package story

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// alternative is the name in the account-regional namespace.
func (s *scene) alternative(orgID string) string {
	return s.sys.Naming.BucketPrefix + orgID + "-" + s.sys.Naming.Account + "-" + s.sys.Naming.Region + "-an"
}

// nameOfAnotherAccount: names are unique across all of AWS, and somebody was first.
func nameOfAnotherAccount(s *scene) {
	const name = "fusion-rms-latecomer"
	owner := s.signUp("latecomer")
	s.byHand(func(ctx context.Context, _ *s3.Client) error {
		return s.sys.S3.CreateForeign(ctx, name, "111122223333")
	})
	s.did("account 111122223333 has a bucket %s", name)
	mark := s.mark()
	e := s.send(message("latecomer"))
	s.createdUnderAlternativeName(e, "latecomer")
	s.triedToCreateOnly(name, mark)
	s.provisioned(e, owner)

	s.byHand(func(ctx context.Context, _ *s3.Client) error { return s.sys.S3.DeleteForeign(ctx, name) })
	s.did("account 111122223333 deleted its bucket: the conventional name is free")
	mark = s.mark()
	again := s.send(message("latecomer"))
	is(s, "outcome unchanged", again.Status, "unchanged")
	is(s, "still the alternative name", again.bucketName(), e.bucketName())
	s.wroteNothing(mark)
	s.byHand(func(ctx context.Context, root *s3.Client) error {
		_, err := root.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: new(name)})
		is(s, "no second home: nobody made "+name, access.Answer(err), "404 NotFound")
		return nil
	})
}

// createdUnderAlternativeName claims that the outcome says which name it is.
func (s *scene) createdUnderAlternativeName(e ending, orgID string) {
	is(s, "outcome created", e.Status, "created")
	is(s, "bucket "+s.alternative(orgID), e.bucketName(), s.alternative(orgID))
	is(s, "the outcome says that the name is an alternative one", e.Bucket != nil && e.Bucket.AlternativeName, true)
}

// triedToCreateOnly claims that S3 refused the one kind of write that was tried: to
// create the bucket. Only the answer to that shows whether the name is another
// account's. It is tried before another name is used, and again before that one is
// announced.
func (s *scene) triedToCreateOnly(name string, since mark) {
	var writes []string
	for _, c := range s.functionCalls(since) {
		if c.Write() && c.Bucket == name {
			writes = append(writes, fmt.Sprint(c.Operation, " ", c.Status, " ", c.Code))
		}
	}
	is(s, "no write on it but CreateBucket, which S3 refused", slices.Compact(writes), []string{"CreateBucket 409 BucketAlreadyExists"})
}

// nameOfAnotherOrganization: our account has the conventional name, but its tag
// says that it's another organization's.
func nameOfAnotherOrganization(s *scene) {
	const name = "fusion-rms-namesake"
	owner := s.signUp("namesake")
	s.createByHand(name, map[string]string{"OrgId": "elder"})
	s.putByHand(name, "sync/till-1.db", access.Private)
	s.did("our account has a bucket %s, tagged OrgId=elder", name)
	before, mark := s.read(name), s.mark()
	e := s.send(message("namesake"))
	s.createdUnderAlternativeName(e, "namesake")
	s.leftAlone(name, mark)
	s.untouched(name, before)
	s.provisioned(e, owner)
}
