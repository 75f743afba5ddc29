package bucketstest

import (
	"fmt"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// policyCases returns the cases about ReadPolicy and PutPolicy.
func policyCases() []Case {
	return []Case{
		{"ReadPolicy reads no policy as the zero document", "", func(s *fixture) {
			got, err := s.Buckets.ReadPolicy(s.ctx, s.home())
			s.must(err)
			if !got.IsZero() {
				s.Errorf("ReadPolicy: %s, want none", got.JSON())
			}
		}},
		{"ReadPolicy reads what others wrote, with its meaning", "", func(s *fixture) {
			name := s.opened()
			theirs := s.theirs(name)
			s.must(s.Backdoor.PutPolicy(s.ctx, name, string(theirs.JSON())))
			s.hasPolicy(name, theirs)
		}},
		{"PutPolicy stores our statements beside others', with their meaning", "", func(s *fixture) {
			name := s.opened()
			want := s.want(name, s.theirs(name))
			s.must(s.Buckets.PutPolicy(s.ctx, name, want))
			s.hasPolicy(name, want)
		}},
		{"PutPolicy replaces what was there", "", func(s *fixture) {
			name := s.opened()
			s.must(s.Backdoor.PutPolicy(s.ctx, name, string(s.theirs(name).JSON())))
			want := s.want(name, policy.Document{})
			s.must(s.Buckets.PutPolicy(s.ctx, name, want))
			s.hasPolicy(name, want)
		}},
		{"PutPolicy makes the folder public and nothing else", "", (*fixture).opensFolderOnly},
		{"PutPolicy fails with ClientUserNotFound while the user doesn't exist", "", func(s *fixture) {
			name := s.opened()
			s.must(s.Backdoor.DeleteUser(s.ctx, s.user()))
			s.refusesPolicy(name, s.want(name, policy.Document{}), fault.ClientUserNotFound)
			s.must(s.Backdoor.CreateUser(s.ctx, s.user()))
			s.must(s.Buckets.PutPolicy(s.ctx, name, s.want(name, policy.Document{})))
		}},
		{"PutPolicy fails with PublicPolicyBlocked while the bucket's access block is on", "", func(s *fixture) {
			name := s.opened()
			s.must(s.Backdoor.PutAccessBlock(s.ctx, name, &bucket.AccessBlock{BlockPublicPolicy: true}))
			s.refusesPolicy(name, s.want(name, policy.Document{}), fault.PublicPolicyBlocked)
		}},
		{"PutPolicy fails with PublicPolicyBlocked while the account's access block is on", AccountBlock, func(s *fixture) {
			name := s.opened()
			s.must(s.Backdoor.BlockAccount(s.ctx, true))
			s.refusesPolicy(name, s.want(name, policy.Document{}), fault.PublicPolicyBlocked)
			s.must(s.Backdoor.BlockAccount(s.ctx, false))
		}},
		{"PutPolicy stores what isn't public while the access block is on", "", func(s *fixture) {
			name := s.opened()
			closed := bucket.JustCreated(name).AccessBlock
			s.must(s.Backdoor.PutAccessBlock(s.ctx, name, &closed))
			s.must(s.Buckets.PutPolicy(s.ctx, name, s.private(name)))
			s.hasPolicy(name, s.private(name))
		}},
		{"PutPolicy fails with PolicyConflict if S3 can't use the document", "", func(s *fixture) {
			name := s.opened()
			s.refusesPolicy(name, s.private("another-"+name), fault.PolicyConflict)
		}},
		{"ReadPolicy shows a deleted user as drift, for good", UniquePrincipals, (*fixture).showsDeadUser},
	}
}

// theirs returns a policy of others with an Id, the old Version, conditions and one
// element in every form.
func (s *fixture) theirs(name string) policy.Document {
	return s.document(fmt.Sprintf(`{"Version": "2008-10-17", "Id": "written by hand", "Statement": [
		{"Sid": "NotFromThere", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["%[1]s", "%[1]s/*"], "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}},
		{"Effect": "Allow", "Principal": {"AWS": ["%[2]s"]}, "Action": ["s3:GetObject"], "Resource": "%[1]s/reports/*"}
	]}`, s.spec.ARN(name), s.spec.ClientUserARN))
}

// private returns a policy that S3 doesn't call public.
func (s *fixture) private(name string) policy.Document {
	return s.document(fmt.Sprintf(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": %q}, "Action": "s3:ListBucket", "Resource": %q}}`,
		s.spec.ClientUserARN, s.spec.ARN(name)))
}

func (s *fixture) document(text string) policy.Document {
	s.Helper()
	d, err := policy.Parse([]byte(text))
	s.must(err)
	return d
}

// hasPolicy checks the result of ReadPolicy: its statements' meaning, order and Sids.
func (s *fixture) hasPolicy(name string, want policy.Document) {
	s.Helper()
	got, err := s.Buckets.ReadPolicy(s.ctx, name)
	s.must(err)
	same := func(a, b policy.Statement) bool { return a.Equal(b) && a.Sid == b.Sid }
	if !slices.EqualFunc(got.Statements, want.Statements, same) {
		s.Errorf("ReadPolicy: %s, want %s", got.JSON(), want.JSON())
	}
}

// refusesPolicy checks that PutPolicy fails and the policy stays.
func (s *fixture) refusesPolicy(name string, d policy.Document, code fault.Code) {
	s.Helper()
	before := s.snapshot(name)
	s.fails("PutPolicy", s.Buckets.PutPolicy(s.ctx, name, d), code)
	s.unchanged(name, before)
}

func (s *fixture) opensFolderOnly() {
	name := s.opened()
	for _, key := range []string{"pub/x", "private/x", "pubx"} {
		s.must(s.Backdoor.PutObject(s.ctx, name, key, Object{ContentType: "text/plain", Body: "bytes of " + key}))
		s.readable(name, key, false)
	}
	s.must(s.Buckets.PutPolicy(s.ctx, name, s.want(name, policy.Document{})))
	s.readable(name, "pub/x", true)
	s.readable(name, "private/x", false)
	s.readable(name, "pubx", false)
}

// readable checks whether anyone can read an object.
func (s *fixture) readable(name, key string, want bool) {
	s.Helper()
	status, body, err := s.Backdoor.ReadAnonymously(s.ctx, name, key)
	s.must(err)
	read := status == 200 && string(body) == "bytes of "+key
	if read != want || !want && status != 403 {
		s.Errorf("an anonymous request for %s was answered with %d and %q, want that it can be read: %t", key, status, body, want)
	}
}

func (s *fixture) showsDeadUser() {
	name := s.opened()
	want := s.want(name, policy.Document{})
	s.must(s.Buckets.PutPolicy(s.ctx, name, want))
	s.must(s.Backdoor.DeleteUser(s.ctx, s.user()))
	s.must(s.Backdoor.CreateUser(s.ctx, s.user()))
	got, err := s.Buckets.ReadPolicy(s.ctx, name)
	s.must(err)
	if s.spec.HasOurPolicy(name, got) {
		s.Errorf("ReadPolicy: %s still seems to name the user that was deleted", got.JSON())
	}
	s.must(s.Buckets.PutPolicy(s.ctx, name, s.want(name, got)))
	s.hasPolicy(name, want)
}
