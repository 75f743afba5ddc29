package scenario

// bucketWithoutTag: a bucket of ours that nothing proves to be this
// organization's. Doubt is for a person.
func bucketWithoutTag(s *stage) {
	const name = "fusion-rms-unmarked"
	owner := s.signUp("unmarked")
	s.createByHand(name, nil)
	s.putByHand(name, "sync/till-1.db", private)
	s.did("our account has a bucket %s without a tag; each delivery looks again for some seconds", name)
	before, mark := s.read(name), s.mark()
	e := s.send(message("unmarked"))
	s.failed(e, "OwnershipUnproved")
	s.wroteNothing(mark)
	s.untouched(name, before)

	s.tagByHand(name, map[string]string{"OrgId": "unmarked"})
	s.did("the operator tagged it OrgId=unmarked")
	adopted := s.replay(e)
	is(s, "outcome repaired: the bucket is adopted", adopted.Status, "repaired")
	is(s, "bucket "+name, adopted.BucketName(), name)
	is(s, "changed is what was missing", adopted.ChangedFacets(), []string{"publicAccessBlock", "folder", "policy"})
	s.provisioned(adopted, owner)
}
