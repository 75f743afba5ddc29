package story

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/s3control/types"

	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// accountKeepsThePublicOut: the bucket is as it shall be, but no stranger can read
// pub/, and the outcome says so until the account lets them.
func accountKeepsThePublicOut(s *scene) {
	const name = "fusion-rms-shut"
	owner := s.signUp("shut")
	s.restrictAccount(true)
	defer s.restrictAccount(false)
	s.did("the account's public access block has RestrictPublicBuckets on, and BlockPublicPolicy off")
	for _, status := range []string{"created", "unchanged"} {
		e := s.send(message("shut"))
		is(s, "outcome "+status, e.Status, status)
		is(s, "a warning RestrictPublicBuckets says that the public can't read pub/", e.Warnings != nil && strings.Contains(fmt.Sprint(*e.Warnings), "RestrictPublicBuckets: "), true)
	}
	const photo = "a photo"
	s.putByHand(name, access.PictureKey, photo)
	if s.err == nil {
		is(s, "anyone's GET of pub/x is refused", s.anyone().Get(name, access.PictureKey), access.Refused)
	}
	s.restrictAccount(false)
	s.did("the account's block goes off; nothing has to be sent again for it")
	if s.err == nil {
		is(s, "anyone's GET of pub/x gives the bytes", s.anyone().Get(name, access.PictureKey), photo)
	}
	e := s.send(message("shut"))
	is(s, "outcome unchanged", e.Status, "unchanged")
	is(s, "without a warning", e.Warnings != nil && len(*e.Warnings) == 0, true)
	s.provisioned(e, owner)
}

// restrictAccount puts the account's public access block.
func (s *scene) restrictAccount(on bool) {
	account, off := s.sys.S3.Account(), false
	_, err := s.sys.S3.ControlClient(s.sys.S3.RootCredentials()).PutPublicAccessBlock(s.ctx, &s3control.PutPublicAccessBlockInput{
		AccountId: &account,
		PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
			BlockPublicAcls: &off, IgnorePublicAcls: &off, BlockPublicPolicy: &off, RestrictPublicBuckets: &on,
		},
	})
	s.gone(err)
}
