package story

import "github.com/fusionpos/orgbucket/pkg/proof/access"

// bucketWithoutTag: a bucket of ours that nothing proves to be this
// organization's. Doubt is for a person: the operator, in a later step.
func bucketWithoutTag(s *scene) {
	const name = "fusion-rms-unmarked"
	s.createByHand(name, map[string]string{"Cost": "42"})
	s.putByHand(name, access.PrivateKey, access.Private)
	s.did("our account has a bucket %s without the tag OrgId; each delivery reads it again for some seconds", name)
	before, mark := s.read(name), s.mark()
	e := s.send(message("unmarked"))
	s.failed(e, "OwnershipUnproved")
	s.wroteNothing(mark)
	s.untouched(name, before)
}
