package bucketstest

import (
	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// lookCases returns the cases about Look: every way in which a candidate can be seen.
func lookCases() []Case {
	tagged := func(state bucket.State, tags map[string]string) func(*fixture) {
		return func(s *fixture) {
			s.must(s.Backdoor.CreateBucket(s.ctx, s.first, tags))
			s.sees(s.first, state, false)
		}
	}
	return []Case{
		{"Look sees a bucket that is tagged for the organization as ours", "", func(s *fixture) {
			s.home()
			s.sees(s.first, bucket.Ours, false)
		}},
		{"Look sees the tag among others' tags", "", func(s *fixture) {
			tags := s.ours()
			tags["CostCenter"], tags["orgid"] = "42", "someone"
			s.must(s.Backdoor.CreateBucket(s.ctx, s.first, tags))
			s.sees(s.first, bucket.Ours, false)
		}},
		{"Look sees an alternative name that is tagged for the organization as ours", "", func(s *fixture) {
			s.must(s.Backdoor.CreateBucket(s.ctx, s.second, s.ours()))
			s.sees(s.second, bucket.Ours, false)
			s.sees(s.first, bucket.Absent, false)
		}},
		{"Look sees a bucket that is tagged for another organization as taken", "", tagged(bucket.Taken, map[string]string{bucket.TagKey: "another"})},
		{"Look takes a mistyped tag for no proof", "", tagged(bucket.Unproved, map[string]string{bucket.TagKey: "Another Org"})},
		{"Look takes a tag with the key in another case for no proof", "", tagged(bucket.Unproved, map[string]string{"orgid": "another"})},
		{"Look takes a bucket without tags for unproved", "", tagged(bucket.Unproved, nil)},
		{"Look sees that there is no bucket", "", func(s *fixture) {
			s.sees(s.first, bucket.Absent, false)
			s.sees(s.second, bucket.Absent, false)
		}},
		{"Look can't read another account's bucket, whatever its tags say", OtherAccounts, func(s *fixture) {
			s.home()
			s.must(s.Backdoor.GiveAway(s.ctx, s.first.Name))
			s.sees(s.first, bucket.Unreadable, false)
		}},
		{"Look is redirected from another account's bucket in another Region", OtherRegions, func(s *fixture) {
			s.home()
			s.must(s.Backdoor.GiveAway(s.ctx, s.first.Name))
			s.must(s.Backdoor.Move(s.ctx, s.first.Name, s.elsewhere()))
			s.sees(s.first, bucket.Unreadable, true)
		}},
		{"Look is redirected from our own bucket in another Region", OtherRegions, func(s *fixture) {
			s.home()
			s.must(s.Backdoor.Move(s.ctx, s.first.Name, s.elsewhere()))
			s.sees(s.first, bucket.Unreadable, true)
		}},
	}
}

// sees checks the result of Look.
func (s *fixture) sees(c bucket.Candidate, state bucket.State, redirected bool) {
	s.Helper()
	got, err := s.Buckets.Look(s.ctx, s.spec, c)
	s.must(err)
	if got.Candidate != c || got.State != state || got.Redirected != redirected {
		s.Errorf("Look at %s: candidate %v, %s, redirected %t; want %v, %s, redirected %t", c.Name, got.Candidate, got.State, got.Redirected, c, state, redirected)
	}
	if state != bucket.Absent && got.Seen == "" {
		s.Errorf("Look at %s doesn't say what the state %s was concluded from", c.Name, state)
	}
}

// elsewhere returns a Region that isn't the world's.
func (s *fixture) elsewhere() string {
	if s.Naming.Region == "eu-west-3" {
		return "us-west-2"
	}
	return "eu-west-3"
}
