package s3fake_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
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

		must(t, putBlock(t.Context(), c, name, false))
		refused(t, putPolicy(t.Context(), c, name, publicPolicy), 403, "AccessDenied")
		time.Sleep(time.Second)
		must(t, putPolicy(t.Context(), c, name, publicPolicy))
		_, err := policyOf(t.Context(), c, name)
		refused(t, err, 404, "NoSuchBucketPolicy")
		if !s.AnonymousCanRead(name, "pub/x") {
			t.Error("the policy isn't in force yet")
		}
		time.Sleep(time.Second)
		_, err = policyOf(t.Context(), c, name)
		must(t, err)
	})
}

func TestABucketCanBeSeenBeforeItsTags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFake()
		s.SetLag(s3fake.Lag{Tags: time.Second})
		c := once(s, s3fake.ClientOptions{})
		must(t, create(t.Context(), c, name, "", tag("a", "b")))
		refused(t, getTags(t.Context(), c, name), 404, "NoSuchTagSet")
		time.Sleep(time.Second)
		must(t, getTags(t.Context(), c, name))
	})
}

func TestChangesAreSeenLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFake()
		s.SetLag(s3fake.Lagging(time.Second))
		c := once(s, s3fake.ClientOptions{})
		s.Put(name, s3fake.Bucket{Tags: map[string]string{"old": "tag"}})
		put := &s3.PutBucketTaggingInput{Bucket: aws.String(name), Tagging: &types.Tagging{TagSet: []types.Tag{tag("new", "tag")}}}
		_, err := c.PutBucketTagging(t.Context(), put)
		must(t, err)
		for _, want := range []string{"old", "new"} {
			out, err := c.GetBucketTagging(t.Context(), &s3.GetBucketTaggingInput{Bucket: aws.String(name)})
			must(t, err)
			if got := *out.TagSet[0].Key; got != want {
				t.Errorf("the tag is seen as %q, want %q", got, want)
			}
			time.Sleep(time.Second)
		}
	})
}

func TestARequestTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFake()
		s.Put(name, s3fake.Bucket{})
		s.SetDelay(100 * time.Millisecond)
		s.SetFault(s3fake.First(1, "PutPublicAccessBlock", s3fake.Fault{Wait: time.Second}))
		c := once(s, s3fake.ClientOptions{})
		began := time.Now()
		must(t, putBlock(t.Context(), c, name, true))
		must(t, putBlock(t.Context(), c, name, true))
		if took := time.Since(began); took != 1200*time.Millisecond {
			t.Errorf("two requests take %s", took)
		}
		calls := s.Calls()
		if took := calls[1].Ended.Sub(calls[1].Began); took != 100*time.Millisecond {
			t.Errorf("the second call is said to have taken %s", took)
		}
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

func TestSomebodyElseCanComeInBetween(t *testing.T) {
	s := newFake()
	s.SetFault(func(r s3fake.Request) *s3fake.Fault {
		if r.Operation == "CreateBucket" {
			s.Put(r.Bucket, s3fake.Bucket{Owner: them})
		}
		return nil
	})
	refused(t, create(t.Context(), once(s, s3fake.ClientOptions{}), name, ""), 409, "BucketAlreadyExists")
}

// TestOverASocket holds what differs there: connections and their ends.
func TestOverASocket(t *testing.T) {
	s := newFake()
	server := httptest.NewServer(s)
	defer server.Close()
	connections := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	c := once(s, s3fake.ClientOptions{Endpoint: server.URL, HTTPClient: connections})
	must(t, create(t.Context(), c, name, "", tag("a", "b")))
	must(t, getTags(t.Context(), c, name))
	_, err := c.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: aws.String("absent")})
	refused(t, err, 404, "NotFound")

	s.SetFault(s3fake.Always("", s3fake.Fault{Drop: true, Works: true}))
	if err := putBlock(t.Context(), c, name, false); err == nil {
		t.Error("a dropped connection gives an answer")
	}
	if b, _ := s.Bucket(name); b.AccessBlock.BlockPublicPolicy {
		t.Error("the work wasn't done before the connection broke")
	}
	s.SetFault(s3fake.Always("", s3fake.Fault{Hang: true}))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := putBlock(ctx, c, name, true); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a server that hangs: %v", err)
	}
	var statuses []int
	for _, call := range s.Calls() {
		statuses = append(statuses, call.Status)
	}
	if want := []int{200, 200, 404, 0, 0}; !slices.Equal(statuses, want) {
		t.Errorf("statuses %v, want %v", statuses, want)
	}
}

func TestTheCallLogTellsWhoDidWhat(t *testing.T) {
	s := newFake()
	s.Put(name, s3fake.Bucket{})
	refused(t, getTags(t.Context(), once(s, s3fake.ClientOptions{AccessKeyID: "stranger", Region: "us-east-1"}), name), 403, "AccessDenied")
	must(t, putBlock(t.Context(), once(s, s3fake.ClientOptions{}), name, true))
	all, writes := s.Calls(), s.Writes()
	if len(all) != 2 || len(writes) != 1 || writes[0].Operation != "PutPublicAccessBlock" || writes[0].Caller != "operator" {
		t.Errorf("calls %+v", all)
	}
	if c := all[0]; c.Operation != "GetBucketTagging" || c.Bucket != name || c.Caller != "stranger" || c.Region != "us-east-1" || c.Status != 403 || c.Code != "AccessDenied" || c.Ended.IsZero() {
		t.Errorf("the first call is %+v", c)
	}
	if s.ForgetCalls(); len(s.Calls()) != 0 {
		t.Error("calls aren't forgotten")
	}
}
