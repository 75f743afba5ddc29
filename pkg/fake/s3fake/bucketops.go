package s3fake

import "net/http"

// headBucket tells where the bucket is
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html).
func headBucket(_ *Server, _ Request, b *Bucket) answer {
	a := ok(http.StatusOK)
	a.header.Set("X-Amz-Bucket-Region", b.Region)
	return a
}

func deleteBucket(s *Server, r Request, _ *Bucket) answer {
	if len(s.buckets[r.Bucket].objects) > 0 {
		return refuse(http.StatusConflict, "BucketNotEmpty", "The bucket you tried to delete is not empty")
	}
	s.add(r.Bucket, nil)
	return ok(http.StatusNoContent)
}
