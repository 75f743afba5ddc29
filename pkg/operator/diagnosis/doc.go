// Package diagnosis predicts what a message would do now: whether it would succeed,
// what it would change, or why it would fail. It observes and plans as the function
// does ([provision.Service.Examine]), asks the account what the buckets don't show,
// and writes nothing.
//
// A diagnosis is made with an operator's credentials from one look at S3. So it can't
// know:
//
//   - what only the function's role is denied: a missing right to create or write,
//     a service control policy, an explicit deny in the bucket's policy, the key of
//     the topic or of a queue. A message that "would work" may end in AccessDenied.
//   - whether the outcome can be published (PublishFailed) and how loaded AWS will
//     be (Throttled, ServiceUnavailable, DeadlineExceeded).
//   - what is temporary. The function retries for some seconds when a tag isn't
//     visible yet or a change conflicts; a diagnosis reports what it sees.
//   - whether the folder exists, if these credentials may neither read pub/ nor list
//     the bucket. S3 answers 403 then, which counts as absent, as it does for the
//     function. On a bucket with the right policy everyone may read pub/.
//   - who owns an unreadable bucket, without s3:ListAllMyBuckets; and whether the
//     credentials or the bucket's policy deny reading it, unless S3's answer has the
//     reason. Then the verdict is Unknown. AWS doesn't document whether an absent
//     bucket answers 404 also to credentials without s3:GetBucketTagging. If it
//     answered 403, the verdict would be Unknown as well.
//   - whether two concurrent messages would conflict.
//
// The permissions that it needs: s3:GetBucketTagging, s3:GetBucketPublicAccessBlock
// and s3:GetBucketPolicy on the buckets of the prefix, s3:GetObject on their pub/,
// and s3:ListAllMyBuckets; and what the implementation of [Account] names.
package diagnosis
