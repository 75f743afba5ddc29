package story

import (
	"strings"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// rulesOfTheAccount: a service control policy asks of new buckets what the stage doesn't
// send, until the settings that the outcome names are made.
func rulesOfTheAccount(s *scene) {
	owner := s.signUp("ruled")
	tags := map[string]string{"CostCenter": "media"}
	s.sys.S3.SetRules(s3server.Rules{AccountRegional: true, Tags: tags, OwnerEnforced: true})
	defer s.sys.S3.SetRules(s3server.Rules{})
	s.did("the organization allows new buckets in the account's own namespace only, with a tag CostCenter and ACLs off")
	e := s.send(message("ruled"))
	s.failed(e, "AccessDenied")
	if s.err == nil && e.Error != nil {
		for _, setting := range []string{"namespace account-regional", "bucketTags", "bucketOwnership BucketOwnerEnforced"} {
			is(s, "its message names the setting "+setting, strings.Contains(e.Error.Message, setting), true)
		}
	}
	is(s, "no bucket was made", s.bucketsOf("ruled"), nil)

	s.redeploy(bucket.Rules{Namespace: bucket.NamespaceAccountRegional, Tags: tags, Ownership: bucket.OwnershipEnforced})
	defer s.redeploy(bucket.Rules{})
	s.did("the stage is deployed with the three settings")
	e = s.send(message("ruled"))
	is(s, "outcome created", e.Status, "created")
	is(s, "in the account's own namespace", e.bucketName(), s.alternative("ruled"))
	is(s, "with the further tag", s.read(e.bucketName()).tags, map[string]string{"CostCenter": "media", "OrgId": "ruled"})
	s.provisioned(e, owner)
}

// redeploy deploys the stage with other rules for new buckets.
func (s *scene) redeploy(rules bucket.Rules) {
	if s.err == nil || rules.Namespace == "" { // what a step changed is put back whatever happened
		s.gone(s.sys.Redeploy(s.ctx, rules))
	}
}
