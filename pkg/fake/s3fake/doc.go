// Package s3fake is a stateful S3 for tests: an http.Handler that speaks S3's
// REST and XML, so that the real SDK client, with its real signing, retries and
// error decoding, runs against it, in process or over a socket. It is written
// from AWS's documentation alone and knows nothing of this system, so that the
// two can't share a mistake.
//
// One Server is all of S3: every account and every Region. A request's endpoint
// is told from the Region that it was signed for; who calls, from the access key
// id. Signatures aren't checked. Only path-style requests are understood, and
// only the operations in the table of operation.go.
//
// The state can be set up and looked at behind S3's back (Put, Bucket), faults
// and delays can be injected per request, requests can be throttled by their
// rate, and what configuration reads show can lag behind, as it does on AWS. All
// waiting follows package time, so under testing/synctest it costs nothing.
//
// What is left out: versions, multipart uploads, ACLs (every bucket is
// BucketOwnerEnforced), and IAM but for whether users exist. Callers of the
// owning account may do everything but what Identity.Lacks names or the bucket's
// policy denies, unless they are Unprivileged. docs/proof.md lists where the fake
// and versitygw differ from AWS; bucketstest holds both to what is the same.
package s3fake
