// Package buckets is what the operators' tool asks of S3 beyond the
// function's calls: whose a bucket is that can't be read, and what a bucket is
// that may be adopted. It implements diagnosis.Evidence and adoption.Buckets.
package buckets
