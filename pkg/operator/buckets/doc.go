// Package buckets is what the operators' tool asks of S3 beyond the function's
// calls: which buckets the account has, how they are tagged, whose a bucket is that
// can't be read, and what a bucket is that may be adopted; and it adds the tag that
// adopts one. It implements diagnosis.Evidence, adoption.Buckets and, as a List,
// audit.Source.
package buckets
