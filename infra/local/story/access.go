package story

import (
	"slices"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// guarded claims by real requests that buckets are open to the public as far as
// they shall be, and no further: a claim for each identity. owners are the
// buckets' own users, in the same order.
func (s *scene) guarded(buckets []string, owners []s3server.Credentials) {
	if s.err != nil {
		return
	}
	if s.stranger == (s3server.Credentials{}) {
		s.stranger = s.signUp("stranger")
	}
	var own, public, stranger, function []access.Mismatch
	for i, bucket := range buckets {
		owner := s.as(owners[i])
		own = append(own, access.Owner(bucket, owner)...)
		public = append(public, access.Outsider(bucket, s.anyone())...)
		stranger = append(stranger, access.Outsider(bucket, s.as(s.stranger))...)
		function = append(function, access.Function(bucket, s.as(s.sys.Identity))...)
		own = slices.Concat(own, access.Kept(bucket, owner))
	}
	in := inAll(buckets)
	s.check("its own user: PUT, GET, LIST, DELETE"+in, own...)
	s.check("anyone: GET pub/x gives the bytes; GET elsewhere, LIST, PUT, DELETE are refused"+in, public...)
	s.check("another organization's user: no more than anyone"+in, stranger...)
	s.check("the function's keys: GET, LIST, PUT, DELETE of files and re-tagging are refused"+in, function...)
}

// anyone is a visitor whose requests have no signature, as a browser's.
func (s *scene) anyone() access.Visitor {
	return access.Visitor{Context: s.ctx, Client: s.sys.S3.AnonymousClient()}
}

// as is a visitor with a user's keys.
func (s *scene) as(c s3server.Credentials) access.Visitor {
	return access.Visitor{Context: s.ctx, Client: s.sys.S3.Client(c)}
}
