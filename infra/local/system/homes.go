package system

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// homesBucket keeps the claims, as the stack's own bucket does.
const homesBucket = "orgbucket-local-homes"

// createHomesBucket makes the bucket that keeps the claims. As every new bucket it
// has all four flags of the public access block and no policy.
func (s *System) createHomesBucket(ctx context.Context) error {
	if _, err := s.S3.RootClient().CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &s.HomesBucket}); err != nil {
		return fmt.Errorf("create the bucket that keeps the claims: %w", err)
	}
	return nil
}
