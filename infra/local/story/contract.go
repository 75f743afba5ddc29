package story

import (
	"fmt"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/policy"

	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// provisioned claims that an organization's bucket is all that the documented
// contract says, and that its guards hold.
func (s *scene) provisioned(e ending, owner s3server.Credentials) {
	s.allProvisioned([]ending{e}, []s3server.Credentials{owner})
}

// allProvisioned claims the same of many, a line for each claim.
func (s *scene) allProvisioned(endings []ending, owners []s3server.Credentials) {
	var tags, blocks, folders, policies []access.Mismatch
	var names []string
	for _, e := range endings {
		st, id, name := s.read(e.bucketName()), string(e.OrgID), e.bucketName()
		if s.err != nil {
			return
		}
		names = append(names, name)
		tags = append(tags, access.Differs(name, st.tags[bucket.TagKey], id)...)
		blocks = append(blocks, access.Differs(name+" BlockPublicPolicy", st.block.BlockPublicPolicy, false)...)
		blocks = append(blocks, access.Differs(name+" RestrictPublicBuckets", st.block.RestrictPublicBuckets, false)...)
		folders = append(folders, access.Differs(name, st.folder != "", true)...)
		policies = append(policies, access.Policy(s.sys.Naming, name, id, st.policy)...)
	}
	in := inAll(names)
	s.check("tag OrgId=<id>"+in, tags...)
	s.check("access block: public policies may be put and take effect"+in, blocks...)
	s.check("folder pub/ exists"+in, folders...)
	s.check("policy means exactly the documented example"+in, policies...)
	s.guarded(names, owners)
}

// inAll says of how many buckets a claim is, if there are more than one.
func inAll(buckets []string) string {
	if len(buckets) == 1 {
		return ""
	}
	return fmt.Sprintf(" (%d buckets)", len(buckets))
}

// statements counts those of a policy.
func statements(text string) int {
	d, err := policy.Parse([]byte(text))
	if err != nil {
		return 0
	}
	return len(d.Statements)
}
