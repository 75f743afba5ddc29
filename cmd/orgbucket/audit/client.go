package audit

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// newAuditor examines as the function would, all calls at one pace.
func newAuditor(c *cli.Connection, perSecond float64) (*audit.Auditor, error) {
	client := newClient(c, perSecond)
	account := c.Naming.Account
	store := s3store.New(client, account, c.HomesBucket).Listing()
	return audit.New(c.Naming, buckets.List{Store: buckets.New(client, account), Homes: c.HomesBucket}, provision.NewService(c.Naming, store, store))
}

// newClient is a client for very many buckets: what is throttled is repeated with
// patience, without taking the others' retries away.
func newClient(c *cli.Connection, perSecond float64) *s3.Client {
	return c.S3(func(o *s3.Options) {
		o.HTTPClient = audit.Pace(o.HTTPClient, perSecond)
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.MaxBackoff, o.RateLimiter = 6, 20*time.Second, ratelimit.None
		})
	})
}
