package s3fake_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

func TestReadsLagBehindTheTruth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFake()
		s.SetLag(s3fake.Lagging(time.Second))
		c := once(s, s3fake.ClientOptions{})
		must(t, create(t.Context(), c, name, "", tag("a", "b")))
		refused(t, getTags(t.Context(), c, name), 404, "NoSuchBucket")
		refused(t, create(t.Context(), c, name, "", tag("a", "b")), 409, "BucketAlreadyOwnedByYou")
		time.Sleep(time.Second)
		must(t, getTags(t.Context(), c, name))
		put := &s3.PutBucketTaggingInput{Bucket: aws.String(name), Tagging: &types.Tagging{TagSet: []types.Tag{tag("new", "tag")}}}
		_, err := c.PutBucketTagging(t.Context(), put)
		must(t, err)
		for _, want := range []string{"a", "new"} {
			out, err := c.GetBucketTagging(t.Context(), &s3.GetBucketTaggingInput{Bucket: aws.String(name)})
			must(t, err)
			if got := *out.TagSet[0].Key; got != want {
				t.Errorf("the tag is seen as %q, want %q", got, want)
			}
			time.Sleep(time.Second)
		}

		must(t, putBlock(t.Context(), c, name, false))
		refused(t, putPolicy(t.Context(), c, name, publicPolicy), 403, "AccessDenied")
		time.Sleep(time.Second)
		must(t, putPolicy(t.Context(), c, name, publicPolicy))
		_, err = policyOf(t.Context(), c, name)
		refused(t, err, 404, "NoSuchBucketPolicy")
		if !s.AnonymousCanRead(name, "pub/x") {
			t.Error("the policy isn't in force yet")
		}
		time.Sleep(time.Second)
		_, err = policyOf(t.Context(), c, name)
		must(t, err)
	})
}

func TestACallerWhoGoesAwayMayHaveHadItsWay(t *testing.T) {
	for patience, done := range map[time.Duration]bool{40 * time.Millisecond: false, 60 * time.Millisecond: true} {
		synctest.Test(t, func(t *testing.T) {
			s := newFake()
			s.SetDelay(100 * time.Millisecond)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if err := create(ctx, once(s, s3fake.ClientOptions{}), name, ""); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("after %s: %v", patience, err)
			}
			if _, there := s.Bucket(name); there != done {
				t.Errorf("after %s the bucket is there: %t, want %t", patience, there, done)
			}
		})
	}
}

func TestOverlappingWritesConflict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFake()
		s.Put(name, s3fake.Bucket{})
		s.SetDelay(100 * time.Millisecond)
		s.SetExclusive(true)
		c := once(s, s3fake.ClientOptions{})
		var first error
		var wg sync.WaitGroup
		wg.Go(func() { first = putBlock(t.Context(), c, name, true) })
		time.Sleep(10 * time.Millisecond)
		refused(t, putPolicy(t.Context(), c, name, publicPolicy), 409, "OperationAborted")
		wg.Wait()
		must(t, first)
		must(t, putBlock(t.Context(), c, name, false))
		must(t, putPolicy(t.Context(), c, name, publicPolicy))
	})
}
