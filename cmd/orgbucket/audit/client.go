package audit

import (
	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
)

// newAuditor examines as the function would, all calls at one pace.
func newAuditor(c *cli.Connection, perSecond float64) (*audit.Auditor, error) {
	return buckets.NewAuditor(c.Paced(perSecond), c.Naming, c.HomesBucket, c.ControlEndpoint)
}
