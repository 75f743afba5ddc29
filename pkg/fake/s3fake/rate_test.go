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
		s.SetRate("CreateBucket", s3fake.Rate{PerSecond: 1, Burst: 1})
		c := once(s, s3fake.ClientOptions{})
		must(t, create(t.Context(), c, name, ""))
		refused(t, getTags(t.Context(), c, name), 404, "NoSuchTagSet")                                            // another operation isn't limited
		must(t, create(t.Context(), once(s, s3fake.ClientOptions{AccessKeyID: "stranger"}), "of-a-stranger", "")) // nor is another account
		for range 10 {                                                                                            // a refused request doesn't count against the rate
			time.Sleep(90 * time.Millisecond)
			refused(t, create(t.Context(), c, "another", ""), 503, "SlowDown")
		}
		if _, there := s.Bucket("another"); there {
			t.Error("a throttled request was carried out")
		}
		time.Sleep(100 * time.Millisecond)
		must(t, create(t.Context(), c, "another", ""))
	})
}
