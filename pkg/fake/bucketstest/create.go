package bucketstest

import (
	"maps"
	"reflect"
	"sync"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// createCases returns the cases about Create: a new bucket is ours and closed from the first
// moment, and an existing one stays as it is.
func createCases() []Case {
	owned := func(tags func(*fixture) map[string]string) func(*fixture) {
		return func(s *fixture) {
			s.must(s.Backdoor.CreateBucket(s.ctx, s.first, tags(s)))
			before := s.snapshot(s.first.Name)
			s.creates(s.first, provision.AlreadyOwned)
			s.unchanged(s.first.Name, before)
		}
	}
	return []Case{
		{"Create makes a bucket that has its tag and blocks all public access", "", func(s *fixture) { s.createsClosed(s.first) }},
		{"Create makes a bucket in the account-regional namespace alike", "", func(s *fixture) { s.createsClosed(s.second) }},
		{"Create leaves the organization's bucket as it is", "", owned((*fixture).ours)},
		{"Create doesn't tag our untagged bucket", "", owned(func(*fixture) map[string]string { return nil })},
		{"Create doesn't re-tag our bucket of another organization", "", owned(func(*fixture) map[string]string {
			return map[string]string{bucket.TagKey: "another", "CostCenter": "42"}
		})},
		{"Create finds the name taken by another account, and changes nothing", OtherAccounts, func(s *fixture) {
			s.must(s.Backdoor.CreateBucket(s.ctx, s.first, map[string]string{"Owner": "them"}))
			before := s.snapshot(s.first.Name)
			s.must(s.Backdoor.GiveAway(s.ctx, s.first.Name))
			s.creates(s.first, provision.NameTaken)
			s.must(s.Backdoor.TakeBack(s.ctx, s.first.Name))
			s.unchanged(s.first.Name, before)
		}},
		{"Create finds the name taken by another account in another Region", OtherRegions, func(s *fixture) {
			s.must(s.Backdoor.CreateBucket(s.ctx, s.first, nil))
			s.must(s.Backdoor.GiveAway(s.ctx, s.first.Name))
			s.must(s.Backdoor.Move(s.ctx, s.first.Name, s.elsewhere()))
			s.creates(s.first, provision.NameTaken)
		}},
		{"Create finds our own bucket in another Region", OtherRegions, func(s *fixture) {
			s.home()
			s.must(s.Backdoor.Move(s.ctx, s.first.Name, s.elsewhere()))
			s.creates(s.first, provision.AlreadyOwned)
		}},
		{"Create, called several times at once, creates once", "", (*fixture).createsOnce},
	}
}

// creates checks the result of Create.
func (s *fixture) creates(c bucket.Candidate, want provision.Creation) {
	s.Helper()
	got, err := s.Buckets.Create(s.ctx, s.spec, c)
	s.must(err)
	if got != want {
		s.Errorf("Create %s: %s, want %s", c.Name, creations[got], creations[want])
	}
}

var creations = map[provision.Creation]string{
	provision.Created: "Created", provision.NameTaken: "NameTaken", provision.AlreadyOwned: "AlreadyOwned",
}

func (s *fixture) createsClosed(c bucket.Candidate) {
	s.creates(c, provision.Created)
	s.sees(c, bucket.Ours, false)
	got := s.snapshot(c.Name)
	closed := bucket.JustCreated(c.Name).AccessBlock
	if !maps.Equal(got.tags, s.ours()) || got.block == nil || *got.block != closed || got.policy != "" || got.folder != nil {
		s.Errorf("a new bucket is %+v (access block %+v), want the tags %v, %+v and nothing else", got, got.block, s.ours(), closed)
	}
}

// createsOnce calls Create concurrently, as several deliveries of a message do.
func (s *fixture) createsOnce() {
	var ends [4]provision.Creation
	var errs [4]error
	var wg sync.WaitGroup
	for i := range ends {
		wg.Go(func() { ends[i], errs[i] = s.Buckets.Create(s.ctx, s.spec, s.first) })
	}
	wg.Wait()
	created := 0
	for i, err := range errs {
		switch {
		case err != nil:
			s.fails("Create beside others", err, fault.OperationConflict)
		case ends[i] == provision.Created:
			created++
		case ends[i] != provision.AlreadyOwned:
			s.Errorf("Create beside others: %s, want AlreadyOwned", creations[ends[i]])
		}
	}
	if created != 1 {
		s.Errorf("%d calls of Create made the bucket, want 1", created)
	}
	s.sees(s.first, bucket.Ours, false)
}

// unchanged checks that a bucket is as it was.
func (s *fixture) unchanged(name string, before snapshot) {
	s.Helper()
	if after := s.snapshot(name); !reflect.DeepEqual(before, after) {
		s.Errorf("bucket %s was changed from %+v to %+v", name, before, after)
	}
}
