package story

import (
	"github.com/fusionpos/orgbucket/pkg/bucket"

	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// foreignPublicStatement: to switch the access block off would wake what
// somebody else wrote.
func foreignPublicStatement(s *scene) {
	const name = "fusion-rms-sleeper"
	s.signUp("sleeper")
	s.createByHand(name, map[string]string{"OrgId": "sleeper"})
	s.putByHand(name, access.PrivateKey, access.Private)
	s.blockByHand(name, bucket.AccessBlock{RestrictPublicBuckets: true})
	s.putPolicyByHand(name, `{"Version":"2012-10-17","Statement":[{"Sid":"EverybodyReadsAll","Effect":"Allow",`+
		`"Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::`+name+`/*"}]}`)
	s.did("%s has somebody's statement that makes everything public, neutralised by RestrictPublicBuckets", name)
	before, mark := s.read(name), s.mark()
	e := s.send(message("sleeper"))
	s.failed(e, "ForeignPublicStatement")
	s.wroteNothing(mark)
	s.untouched(name, before)
	if s.err == nil {
		is(s, "still private: anyone's GET is refused", s.anyone().Get(name, access.PrivateKey), access.Refused)
	}
}
