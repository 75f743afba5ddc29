package audit

import (
	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// newAuditor examines as the function would, all calls at one pace.
func newAuditor(c *cli.Connection, perSecond float64) (*audit.Auditor, error) {
	client := c.Paced(perSecond)
	account := c.Naming.Account
	store := s3store.New(client, account, c.HomesBucket).Listing()
	auditor, err := audit.New(c.Naming, buckets.List{Store: buckets.New(client, account), Homes: c.HomesBucket}, provision.NewService(c.Naming, store, store))
	if err != nil {
		return nil, err
	}
	return auditor.Visited(buckets.NewVisitor(client)), nil
}
