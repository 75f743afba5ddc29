// Package adoption makes a bucket an organization's by tagging it: the
// operator's right, never the function's. It shows what the bucket is and what a
// message would do afterwards, refuses what would do harm, merges the tag with
// those that are there, and reads back what it wrote.
//
// A bucket can be adopted if it has one of the organization's names, is in this
// account and Region, has no OrgId tag or one that can't be an organization's
// id, and no other bucket is the organization's home.
//
// S3 has no conditional write of tags. Between the last look at them and the
// write is one call's time in which somebody else's change would be overwritten;
// what is changed after it shows when they are read back.
//
// Beside what package diagnosis needs, the permissions are s3:PutBucketTagging to
// adopt, and to show more s3:ListBucket, s3:ListAllMyBuckets and s3:GetBucketAbac.
package adoption
