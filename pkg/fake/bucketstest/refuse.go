package bucketstest

import (
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// refusalCases returns the cases about buckets that must not be touched, and ones that aren't there.
func refusalCases() []Case {
	return []Case{
		{"every method is refused another account's bucket and changes nothing", OtherAccounts, func(s *fixture) {
			s.refusedForeign(func(name string) { s.must(s.Backdoor.GiveAway(s.ctx, name)) }, fault.AccessDenied)
		}},
		{"every method is refused another account's bucket in another Region and changes nothing", OtherRegions, func(s *fixture) {
			s.refusedForeign(func(name string) {
				s.must(s.Backdoor.GiveAway(s.ctx, name))
				s.must(s.Backdoor.Move(s.ctx, name, s.elsewhere()))
			}, "")
		}},
		{"every method fails with OperationConflict where there is no bucket", "", func(s *fixture) {
			name := s.first.Name
			for method, err := range s.callAll(name) {
				s.fails(method, err, fault.OperationConflict)
			}
			s.folder(name, false) // a HEAD's answer can't tell what is missing
			s.sees(s.first, bucket.Absent, false)
		}},
	}
}

// refusedForeign calls every method on a bucket that looks just like the
// organization's but is another account's. code may be empty for any error.
func (s *fixture) refusedForeign(giveAway func(name string), code fault.Code) {
	name := s.opened()
	s.must(s.Backdoor.PutPolicy(s.ctx, name, string(s.theirs(name).JSON())))
	before := s.snapshot(name)
	giveAway(name)
	for method, err := range s.callAll(name) {
		switch {
		case err == nil:
			s.Errorf("%s on another account's bucket succeeds", method)
		case code != "":
			s.fails(method+" on another account's bucket", err, code)
		}
	}
	if has, err := s.Buckets.HasFolder(s.ctx, name); has {
		s.Errorf("HasFolder in another account's bucket: %t, %v", has, err)
	}
	if code == "" {
		s.must(s.Backdoor.Move(s.ctx, name, s.Naming.Region))
	}
	s.must(s.Backdoor.TakeBack(s.ctx, name))
	s.unchanged(name, before)
}

// callAll calls every method that is for the organization's own bucket, but
// HasFolder, which has no error for a bucket that it can't see.
func (s *fixture) callAll(name string) map[string]error {
	errs := map[string]error{}
	_, errs["ReadAccessBlock"] = s.Buckets.ReadAccessBlock(s.ctx, name)
	_, errs["ReadPolicy"] = s.Buckets.ReadPolicy(s.ctx, name)
	errs["PutAccessBlock"] = s.Buckets.PutAccessBlock(s.ctx, name, bucket.AccessBlock{})
	_, errs["PutFolder"] = s.Buckets.PutFolder(s.ctx, name)
	errs["PutPolicy"] = s.Buckets.PutPolicy(s.ctx, name, s.want(name, policy.Document{}))
	return errs
}
