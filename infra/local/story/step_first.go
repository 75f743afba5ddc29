package story

import (
	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// newOrganization is the whole way with nothing there before.
func newOrganization(s *scene) {
	owner := s.signUp("xmsqa1")
	s.did("signup made the IAM user rms_xmsqa1")
	e := s.send(message("xmsqa1"))
	is(s, "outcome created", e.Status, "created")
	is(s, "bucket fusion-rms-xmsqa1, the conventional name", e.bucketName(), "fusion-rms-xmsqa1")
	is(s, "all four facets are in its changes", changed(e.Outcome), []string{"bucket", "publicAccessBlock", "folder", "policy"})
	is(s, "the sender's correlation id comes back", e.Source.CorrelationID, "signup-xmsqa1")
	is(s, "attributes to filter by: type, status, orgId", []string{e.Attributes["type"], e.Attributes["status"], e.Attributes["orgId"]},
		[]string{"OrganizationBucketProvisioned", "created", "xmsqa1"})
	st := s.read("fusion-rms-xmsqa1")
	is(s, "no tag but OrgId", st.tags, map[string]string{"OrgId": "xmsqa1"})
	is(s, "access block: the two flags about ACLs stay on", st.block, bucket.AccessBlock{BlockPublicACLs: true, IgnorePublicACLs: true})
	is(s, "pub/ is an empty object of the console's type for folders", st.folder, "application/x-directory, 0 bytes")
	s.provisioned(e, owner)
}

// sameMessageAgain is a repeated delivery, or a replay a year later.
func sameMessageAgain(s *scene) {
	before, mark := s.read("fusion-rms-xmsqa1"), s.mark()
	e := s.send(message("xmsqa1"))
	is(s, "outcome unchanged", e.Status, "unchanged")
	is(s, "the same bucket", e.bucketName(), "fusion-rms-xmsqa1")
	s.wroteNothing(mark)
	s.untouched("fusion-rms-xmsqa1", before)
}
