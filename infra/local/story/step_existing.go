package story

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/pkg/bucket"

	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// runbook makes a bucket as people did by hand: tagged, block off, folder,
// policy as documented, without Sids.
func (s *scene) runbook(orgID string, tags map[string]string) (name string) {
	name = s.sys.Naming.BucketPrefix + orgID
	tags["OrgId"] = orgID
	s.createByHand(name, tags)
	s.blockByHand(name, bucket.AccessBlock{})
	s.putByHand(name, bucket.FolderKey, "")
	s.putPolicyByHand(name, access.Documented(s.sys.Naming, name, orgID))
	return name
}

// madeByHand: what the runbook gave needs nothing but a claim.
func madeByHand(s *scene) {
	owner := s.signUp("handmade")
	name := s.runbook("handmade", map[string]string{})
	s.did("%s was made after the runbook, its statements have no Sid", name)
	before, mark := s.read(name), s.mark()
	e := s.send(message("handmade"))
	is(s, "outcome unchanged", e.Status, "unchanged")
	is(s, "the one write is its claim", s.writes(mark), []string{"PutObject homes/handmade 200"})
	is(s, "which names it", s.claim("handmade"), name)
	s.untouched(name, before)
	s.provisioned(e, owner)
}

// brokenPolicy: one statement got lost, one names the wrong folder.
func brokenPolicy(s *scene) {
	owner := s.signUp("broken")
	first := s.send(message("broken"))
	name := first.bucketName()
	policy := s.read(name).policy
	s.putPolicyByHand(name, withoutStatement(strings.Replace(policy, name+"/pub/*", name+"/public/*", 1), "OrgbucketClientList"))
	s.did("somebody broke its policy: the public statement names another folder, one statement is gone")
	e := s.send(message("broken"))
	is(s, "outcome repaired", e.Status, "repaired")
	is(s, "nothing but the policy was changed", changed(e.Outcome), []string{"policy"})
	is(s, "three statements: nothing is doubled", statements(s.read(name).policy), 3)
	s.provisioned(e, owner)
}

// withoutStatement drops the last statement if it has the Sid, with the comma before it.
func withoutStatement(policy, sid string) string {
	i := strings.Index(policy, `,{"Sid":"`+sid)
	if i < 0 {
		return policy
	}
	return policy[:i] + "]}"
}

// othersTagsAndStatements: what others added to a bucket is theirs.
func othersTagsAndStatements(s *scene) {
	owner, auditor := s.signUp("shared"), s.user("auditor")
	name := s.runbook("shared", map[string]string{"CostCenter": "42"})
	theirs := fmt.Sprintf(`{"Sid":"AuditorMayList","Effect":"Allow","Principal":{"AWS":%q},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::%s"}`, auditor.ARN, name)
	s.putPolicyByHand(name, `{"Version":"2008-10-17","Id":"finance","Statement":[`+theirs+`]}`)
	s.did("%s has another tag and a policy with an auditor's statement only", name)
	e := s.send(message("shared"))
	is(s, "outcome repaired", e.Status, "repaired")
	is(s, "nothing but the policy was changed", changed(e.Outcome), []string{"policy"})
	st := s.read(name)
	is(s, "their tag is kept", st.tags, map[string]string{"CostCenter": "42", "OrgId": "shared"})
	is(s, "their statement, Version and Id are kept as written",
		strings.HasPrefix(st.policy, `{"Version":"2008-10-17","Id":"finance","Statement":[`+theirs), true)
	is(s, "four statements: theirs and our three", statements(st.policy), 4)
	s.check("without theirs, the policy means exactly the documented example", s.policyDiffersWithout(st, theirs, name, "shared")...)
	s.guarded([]string{name}, []s3server.Credentials{owner})
	if s.err == nil {
		is(s, "the auditor can still list", slices.Contains(strings.Fields(s.as(auditor).List(name)), access.PrivateKey), true)
	}
	mark := s.mark()
	is(s, "the same message again: unchanged", s.send(message("shared")).Status, "unchanged")
	s.wroteNothing(mark)
}

func (s *scene) policyDiffersWithout(st state, theirs, name, orgID string) []access.Mismatch {
	st.policy = strings.Replace(st.policy, theirs+",", "", 1)
	return access.Policy(s.sys.Naming, name, orgID, st.policy)
}
