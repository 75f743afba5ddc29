package scenario

// userMissing: signup makes the IAM user late, or failed to.
func userMissing(s *stage) {
	const name = "fusion-rms-early"
	s.did("there is no IAM user rms_early")
	e := s.send(message("early"))
	s.failed(e, "ClientUserNotFound")
	st := s.read(name)
	is(s, "its bucket waits, tagged OrgId=early", st.tags["OrgId"], "early")
	is(s, "without a policy", st.policy, "")
	s.putByHand(name, pictureKey, "x")
	if s.err == nil {
		is(s, "not public: anyone's GET of pub/x is refused", anyone{s.ctx, s.sys.S3}.get(name, pictureKey), refused)
	}

	owner := s.signUp("early")
	s.did("signup made the IAM user rms_early")
	late := s.replay(e)
	is(s, "outcome repaired, on the first receive", []any{late.Status, late.Source.ReceiveCount}, []any{"repaired", 1})
	is(s, "bucket "+name, late.BucketName(), name)
	is(s, "changed is what was missing", late.ChangedFacets(), []string{"policy"})
	s.provisioned(late, owner)
}
