package scenario

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
func (s *stage) documented(name, orgID string) string {
	return strings.NewReplacer(
		"fusion-rms-xmsqa1", name,
		"rms_xmsqa1", s.sys.Naming.ClientUserPrefix+orgID,
		"935799716578", s.sys.Naming.Account,
	).Replace(example)
}

// provisioned claims that an organization's bucket is all that the documented
// contract says, and that its guards hold.
func (s *stage) provisioned(e Ending, owner s3server.Credentials) {
	if s.err != nil {
		return
	}
	st, id := s.read(e.BucketName()), string(e.OrgID)
	s.check("tag OrgId="+id, differs("", st.tags[bucket.TagKey], id)...)
	s.check("access block: public policies may be put and take effect", opened(st)...)
	s.check("folder pub/ exists", differs("", st.folder != "", true)...)
	s.check("policy means exactly the documented example", s.policyDiffers(st, e.BucketName(), id)...)
	s.guarded([]string{e.BucketName()}, []s3server.Credentials{owner})
}

// allProvisioned claims the same of many, a line for each claim.
func (s *stage) allProvisioned(endings []Ending, owners []s3server.Credentials) {
	var tags, blocks, folders, policies []Mismatch
	var names []string
	for _, e := range endings {
		st, id, name := s.read(e.BucketName()), string(e.OrgID), e.BucketName()
		if s.err != nil {
			return
		}
		names = append(names, name)
		tags = append(tags, differs(name, st.tags[bucket.TagKey], id)...)
		blocks = append(blocks, opened(st)...)
		folders = append(folders, differs(name, st.folder != "", true)...)
		policies = append(policies, s.policyDiffers(st, name, id)...)
	}
	in := fmt.Sprintf(" (%d buckets)", len(endings))
	s.check("tag OrgId=<id>"+in, tags...)
	s.check("access block: public policies may be put and take effect"+in, blocks...)
	s.check("folder pub/ exists"+in, folders...)
	s.check("policy means exactly the documented example"+in, policies...)
	s.guarded(names, owners)
}

func opened(st state) []Mismatch {
	return all(
		differs("BlockPublicPolicy", st.block.BlockPublicPolicy, false),
		differs("RestrictPublicBuckets", st.block.RestrictPublicBuckets, false),
	)
}

// policyDiffers compares a bucket's policy with the documented one by meaning.
func (s *stage) policyDiffers(st state, name, orgID string) []Mismatch {
	want := s.documented(name, orgID)
	expected, err := policy.Parse([]byte(want))
	if s.gone(err) {
		return nil
	}
	got, err := policy.Parse([]byte(st.policy))
	if err != nil {
		return []Mismatch{{What: "policy of " + name, Expected: "a policy", Got: err.Error()}}
	}
	if !got.Equal(expected) {
		return []Mismatch{{What: "policy of " + name, Expected: want, Got: st.policy}}
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
