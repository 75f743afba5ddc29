package system

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// homesBucket keeps the claims, as the stack's own bucket does.
const homesBucket = "orgbucket-local-homes"

// CreateHomesBucket makes the bucket that keeps the claims. As every new bucket it
// has all four flags of the public access block and no policy; a claim that is deleted
// can be brought back.
func (s *System) CreateHomesBucket(ctx context.Context) error {
	_, err := s.S3.RootClient().CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &s.HomesBucket})
	if err == nil {
		_, err = s.S3.RootClient().PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
			Bucket: &s.HomesBucket, VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
		})
	}
	if err != nil {
		return fmt.Errorf("create the bucket that keeps the claims: %w", err)
	}
	return nil
}
