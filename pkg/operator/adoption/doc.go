// Package adoption makes a bucket an organization's by tagging it: the
// operator's right, never the function's. It shows what the bucket is and what a
// message would do afterwards, refuses what would do harm, adds the one tag, and
// reads it back.
//
// A bucket can be adopted if it has one of the organization's names, is in this
// account and Region, has no OrgId tag or one that can't be an organization's
// id, and no other bucket is the organization's home.
//
// The tag is added with S3 Control's TagResource, which leaves other tags alone,
// whoever changes them meanwhile, and works on buckets with attribute-based
// access control, too
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_TagResource.html).
//
// Beside what package diagnosis needs, the permissions are s3:TagResource to adopt,
// and to show more s3:ListBucket and s3:ListAllMyBuckets.
package adoption
