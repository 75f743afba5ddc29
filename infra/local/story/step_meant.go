package story

import (
	"errors"
	"strings"

	"github.com/fusionpos/orgbucket/infra/local/lambdasim"
	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// contextComesBack: a workflow that waits finds itself again by the context of its message.
func contextComesBack(s *scene) {
	const token = "AQCEAAAAKgAAAAMAAAAAAAAAAeXa+task/token=="
	owner := s.signUp("waiting")
	e := s.send(`{"type":"OrganizationCreated","orgId":"waiting","correlationId":"signup-waiting","context":"` + token + `"}`)
	is(s, "outcome created", e.Status, "created")
	is(s, "its context is the message's", e.Source.Context, token)
	s.provisioned(e, owner)
	e = s.send(`{"type":"OrganizationCreated","orgId":17,"context":"` + token + `"}`)
	s.failed(e, "MalformedMessage")
	is(s, "also in the failure of a message that can't be used", e.Source.Context, token)
}

// noSQSEvent: who invokes the function with something else hears of it. A decoder would
// take any object for a batch without messages.
func noSQSEvent(s *scene) {
	mark := s.mark()
	for what, payload := range map[string]string{
		"an organization's message":    `{"orgId":"direct"}`,
		"an event of EventBridge":      `{"detail-type":"OrganizationCreated","source":"fusion.signup","detail":{"orgId":"direct"}}`,
		"a notification of SNS itself": `{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"{}"}}]}`,
		"nothing":                      `{}`,
	} {
		_, err := s.sys.Function.Invoke(s.ctx, []byte(payload))
		reported, _ := errors.AsType[*lambdasim.FunctionError](err)
		if reported == nil {
			reported = &lambdasim.FunctionError{}
		}
		is(s, "to be invoked with "+what+" is an error that says what is expected", strings.Contains(reported.Message, "expected an SQS event"), true)
	}
	is(s, "the function sent no request to S3", len(s.functionCalls(mark)), 0)
}

// userMadeAnew: the statements of a user who was deleted and made again grant nothing.
func userMadeAnew(s *scene) {
	owner := s.signUp("anew")
	name := s.runbook("anew", map[string]string{})
	if s.err == nil {
		of := strings.ReplaceAll(access.Documented(s.sys.Naming, name, "anew"), owner.ARN, "AIDAQEXAMPLEOFBEFORE")
		s.gone(s.sys.S3.StorePolicy(s.ctx, name, of))
	}
	s.did("%s was made after the runbook for a user who was deleted since, and made again: S3 shows the former one's id", name)
	e := s.send(message("anew"))
	is(s, "outcome repaired", e.Status, "repaired")
	is(s, "nothing but the policy was changed", changed(e.Outcome), []string{"policy"})
	is(s, "three statements: nothing is doubled", statements(s.read(name).policy), 3)
	s.provisioned(e, owner)
}

// conditionKeepsThePublicOut: S3 doesn't call a statement public whose condition names
// fixed addresses, so opening the bucket doesn't wake it.
func conditionKeepsThePublicOut(s *scene) {
	const name = "fusion-rms-network"
	owner := s.signUp("network")
	s.createByHand(name, map[string]string{"OrgId": "network"})
	s.blockByHand(name, bucket.AccessBlock{RestrictPublicBuckets: true})
	theirs := `{"Sid":"OfficeReadsAll","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + name + `/*","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}`
	s.putPolicyByHand(name, `{"Version":"2012-10-17","Statement":[`+theirs+`]}`)
	s.did("%s has somebody's statement that lets the addresses of an office read everything", name)
	e := s.send(message("network"))
	is(s, "outcome repaired", e.Status, "repaired")
	st := s.read(name)
	is(s, "their statement is kept as written", strings.Contains(st.policy, theirs), true)
	s.check("without theirs, the policy means exactly the documented example", s.policyDiffersWithout(st, theirs, name, "network")...)
	s.guarded([]string{name}, []s3server.Credentials{owner})
}
