package story

import (
	"fmt"
	"strings"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
)

// accountKeepsThePublicOut: the bucket is as it shall be, but no stranger can read
// pub/, and the outcome says so until the account lets them.
func accountKeepsThePublicOut(s *scene) {
	const name = "fusion-rms-shut"
	owner := s.signUp("shut")
	s.sys.S3.SetAccountBlock(s3server.Block{RestrictPublicBuckets: true})
	defer s.sys.S3.SetAccountBlock(s3server.Block{})
	s.did("the account's public access block has RestrictPublicBuckets on, and BlockPublicPolicy off")
	for _, status := range []string{"created", "unchanged"} {
		e := s.send(message("shut"))
		is(s, "outcome "+status, e.Status, status)
		is(s, "a warning RestrictPublicBuckets says that the public can't read pub/", e.Warnings != nil && strings.Contains(fmt.Sprint(*e.Warnings), "RestrictPublicBuckets: "), true)
	}
	s.putByHand(name, pictureKey, picture(name))
	if s.err == nil {
		is(s, "anyone's GET of pub/x is refused", s.anyone().get(name, pictureKey), refused)
	}
	s.sys.S3.SetAccountBlock(s3server.Block{})
	s.did("the account's block goes off; nothing has to be sent again for it")
	if s.err == nil {
		is(s, "anyone's GET of pub/x gives the bytes", s.anyone().get(name, pictureKey), picture(name))
	}
	e := s.send(message("shut"))
	is(s, "outcome unchanged", e.Status, "unchanged")
	is(s, "without a warning", e.Warnings != nil && len(*e.Warnings) == 0, true)
	s.provisioned(e, owner)
}
