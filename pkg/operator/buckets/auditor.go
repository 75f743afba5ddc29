package buckets

import (
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// NewAuditor returns the auditor of a stage, the tool's and that of the function which
// audits on a schedule, and the list that it works through. All calls are the client's,
// at its pace. controlEndpoint is that of S3 Control; empty for AWS's.
func NewAuditor(client *s3.Client, naming bucket.Naming, homes, controlEndpoint string) (*audit.Auditor, *Listing, error) {
	store := s3store.New(client, naming.Account, homes).Listing().ReadingAccountBlock(client.Options(), controlEndpoint)
	list := &Listing{Source: List{Store: New(client, naming.Account), Homes: homes}}
	auditor, err := audit.New(naming, list, examiner{
		Service: provision.NewService(naming, listed{store, list}, store), thorough: provision.NewService(naming, store, store),
	})
	return auditor, list, err
}
