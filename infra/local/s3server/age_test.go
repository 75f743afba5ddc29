package s3server

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func TestABucketIsAsOldAsItWasMade(t *testing.T) {
	bucket := newBucket(t)
	age := func() time.Duration {
		list, err := server.RootClient().ListBuckets(t.Context(), &s3.ListBucketsInput{Prefix: &bucket})
		must(t, err)
		return time.Since(aws.ToTime(list.Buckets[0].CreationDate)).Round(time.Minute)
	}
	if got := age(); got != 0 {
		t.Errorf("a new bucket is %s old", got)
	}
	must(t, server.Age(time.Hour))
	if got := age(); got != time.Hour {
		t.Errorf("an hour later it is %s old", got)
	}
}
