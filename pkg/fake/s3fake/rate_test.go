package s3fake_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

func TestRequestsAboveTheRateAreThrottled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFake()
		s.Put(name, s3fake.Bucket{Tags: map[string]string{"a": "b"}})
		s.SetRate("GetBucketTagging", s3fake.Rate{PerSecond: 2, Burst: 3})
		c := once(s, s3fake.ClientOptions{})
		for range 3 {
			must(t, getTags(t.Context(), c, name))
		}
		refused(t, getTags(t.Context(), c, name), 503, "SlowDown")
		_, err := policyOf(t.Context(), c, name)
		refused(t, err, 404, "NoSuchBucketPolicy") // another operation isn't throttled
		time.Sleep(500 * time.Millisecond)
		must(t, getTags(t.Context(), c, name))
		refused(t, getTags(t.Context(), c, name), 503, "SlowDown")
	})
}

func TestARateOfAllOperationsIsSharedByThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFake()
		s.SetRate("", s3fake.Rate{PerSecond: 1, Burst: 2})
		c := once(s, s3fake.ClientOptions{})
		must(t, create(t.Context(), c, name, ""))
		_, err := policyOf(t.Context(), c, name)
		refused(t, err, 404, "NoSuchBucketPolicy")
		refused(t, create(t.Context(), c, "another", ""), 503, "SlowDown")
		if _, there := s.Bucket("another"); there {
			t.Error("a throttled request was carried out")
		}
	})
}

func TestAnAccountIsntThrottledForWhatAnotherDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFake()
		s.SetRate("CreateBucket", s3fake.Rate{PerSecond: 1, Burst: 1})
		must(t, create(t.Context(), once(s, s3fake.ClientOptions{}), name, ""))
		must(t, create(t.Context(), once(s, s3fake.ClientOptions{AccessKeyID: "stranger"}), "another", ""))
	})
}

func TestAThrottledRequestCostsNothingOfTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFake()
		s.SetRate("CreateBucket", s3fake.Rate{PerSecond: 1, Burst: 1})
		c := once(s, s3fake.ClientOptions{})
		must(t, create(t.Context(), c, name, ""))
		for range 10 {
			time.Sleep(90 * time.Millisecond)
			refused(t, create(t.Context(), c, "another", ""), 503, "SlowDown")
		}
		time.Sleep(100 * time.Millisecond)
		must(t, create(t.Context(), c, "another", ""))
		s.SetRate("CreateBucket", s3fake.Rate{})
		must(t, create(t.Context(), c, "a-third", ""))
	})
}
