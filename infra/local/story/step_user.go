package story

import "github.com/fusionpos/orgbucket/pkg/proof/access"

// userMissing: signup makes the IAM user late, or failed to. The operator sees to
// it in a later step.
func userMissing(s *scene) {
	const name = "fusion-rms-early"
	s.did("there is no IAM user rms_early")
	e := s.send(message("early"))
	s.failed(e, "ClientUserNotFound")
	st := s.read(name)
	is(s, "its bucket waits, tagged OrgId=early", st.tags["OrgId"], "early")
	is(s, "without a policy", st.policy, "")
	s.putByHand(name, access.PictureKey, "x")
	if s.err == nil {
		is(s, "not public: anyone's GET of pub/x is refused", s.anyone().Get(name, access.PictureKey), access.Refused)
	}
}
