// Package adoption makes a bucket an organization's by tagging and claiming it. It
// shows what the bucket is and what a message would do afterwards, refuses what would
// do harm, adds the one tag, reads it back, and makes the claim or replaces it.
//
// A bucket can be adopted if its name has the stage's prefix, it is in this account and
// Region, and it has the organization's OrgId tag, none, or one that can't be an
// organization's id. Unless there is a claim, no other bucket may be tagged for the
// organization, but if it has the tag itself.
//
// The tag is added with S3 Control's TagResource, which leaves other tags alone,
// whoever changes them meanwhile, and works on buckets with attribute-based
// access control, too
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_TagResource.html).
//
// Beside what package diagnosis needs, the permissions are s3:TagResource and
// s3:PutObject on the claims to adopt, and to show more s3:ListBucket and s3:ListAllMyBuckets.
package adoption
