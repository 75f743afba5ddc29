package main

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// auditor examines as the function would, all calls at one pace.
func (c *connection) auditor(perSecond float64) (*audit.Auditor, error) {
	client := c.auditS3(perSecond)
	account := c.Naming.Account
	return audit.New(c.Naming, buckets.List{Store: buckets.New(client, account)}, provision.NewService(c.Naming, s3store.New(client, account)))
}

// auditS3 is a client for very many buckets: what is throttled is repeated with
// patience, without taking the others' retries away.
func (c *connection) auditS3(perSecond float64) *s3.Client {
	return c.s3(func(o *s3.Options) {
		o.HTTPClient = audit.Pace(o.HTTPClient, perSecond)
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.MaxBackoff, o.RateLimiter = 6, 20*time.Second, ratelimit.None
		})
	})
}
