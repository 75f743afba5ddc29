// Package s3server runs the S3 and IAM of the system on one machine: versitygw,
// a real server that stores buckets as directories and enforces bucket policies
// and user policies, made to behave as AWS documents where it falls short.
//
// A request passes three stations:
//
//	TCP 127.0.0.1 ─ front ─► unix socket ─ gate ─ versitygw's routes ─ store ─► directory
//
// The front (net/http) keeps the creation of a bucket apart from every other request
// on it, writes the call log, and injects the faults of tests (Server.OnRequest). The
// gate (a middleware inside versitygw) serves the public access block, of a bucket and of
// the account, and S3 Control's changes of tags, which versitygw lacks, refuses anonymous requests while
// RestrictPublicBuckets is on, and answers 403 for an absent object to callers who may
// not list. The store (a wrapper of versitygw's backend) refuses what S3 refuses after
// permission is settled: reserved names, tags without s3:TagResource, public policies,
// policies over 20 KB, buckets of another account, and new buckets that the account's
// rules don't allow (Server.SetRules). It also keeps "pub/" and "pub" apart
// when policies are judged.
//
// Each IAM user has a file of its own, in place of versitygw's one file for all of
// them, which it reads for every request.
//
// Conditional puts of objects (If-None-Match, If-Match) are versitygw's own: its store
// checks the condition under a lock of the key, so that of several at once one succeeds.
//
// Limits that come from versitygw: one Server per process; the account is always
// 000000000000 (its IAM knows no other); its store works with relative paths, so
// the working directory of the process is the data directory from Start to
// Close. Use absolute paths meanwhile, and don't change it. Policy conditions
// know only what versitygw knows; s3:ResourceAccount, aws:RequestTag and
// s3:if-none-match are not among them, so an Allow with such a condition never
// matches, and a bucket policy with one is refused.
package s3server
