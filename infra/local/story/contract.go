package story

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// example is the policy as the company's runbook shows it, for xmsqa1 in the
// account 935799716578.
//
//go:embed testdata/policy-example.json
var example string

// documented is the example for another bucket and organization, here.
func (s *scene) documented(name, orgID string) string {
	return strings.NewReplacer(
		"fusion-rms-xmsqa1", name,
		"rms_xmsqa1", s.sys.Naming.ClientUserPrefix+orgID,
		"935799716578", s.sys.Naming.Account,
	).Replace(example)
}

// provisioned claims that an organization's bucket is all that the documented
// contract says, and that its guards hold.
func (s *scene) provisioned(e ending, owner s3server.Credentials) {
	s.allProvisioned([]ending{e}, []s3server.Credentials{owner})
}

// allProvisioned claims the same of many, a line for each claim.
func (s *scene) allProvisioned(endings []ending, owners []s3server.Credentials) {
	var tags, blocks, folders, policies []mismatch
	var names []string
	for _, e := range endings {
		st, id, name := s.read(e.bucketName()), string(e.OrgID), e.bucketName()
		if s.err != nil {
			return
		}
		names = append(names, name)
		tags = append(tags, differs(name, st.tags[bucket.TagKey], id)...)
		blocks = append(blocks, differs(name+" BlockPublicPolicy", st.block.BlockPublicPolicy, false)...)
		blocks = append(blocks, differs(name+" RestrictPublicBuckets", st.block.RestrictPublicBuckets, false)...)
		folders = append(folders, differs(name, st.folder != "", true)...)
		policies = append(policies, s.policyDiffers(st, name, id)...)
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

// policyDiffers compares a bucket's policy with the documented one by meaning.
func (s *scene) policyDiffers(st state, name, orgID string) []mismatch {
	want := s.documented(name, orgID)
	expected, err := policy.Parse([]byte(want))
	if s.gone(err) {
		return nil
	}
	got, err := policy.Parse([]byte(st.policy))
	if err != nil {
		return []mismatch{{"policy of " + name, "a policy", err.Error()}}
	}
	if !got.Equal(expected) {
		return []mismatch{{"policy of " + name, want, st.policy}}
	}
	return differs("statements in the policy of "+name, len(got.Statements), len(expected.Statements))
}

// statements counts those of a policy.
func statements(text string) int {
	d, err := policy.Parse([]byte(text))
	if err != nil {
		return 0
	}
	return len(d.Statements)
}
