package bucketstest

import (
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// accessBlockCases returns the cases about ReadAccessBlock and PutAccessBlock.
func accessBlockCases() []Case {
	return []Case{
		{"ReadAccessBlock reads what a new bucket has", "", func(s *fixture) {
			name := s.home()
			s.blocks(name, bucket.JustCreated(name).AccessBlock)
		}},
		{"ReadAccessBlock reads every flag by itself", "", func(s *fixture) {
			name := s.home()
			for _, b := range allBlocks() {
				s.must(s.Backdoor.PutAccessBlock(s.ctx, name, &b))
				s.blocks(name, b)
			}
		}},
		{"ReadAccessBlock reads no access block as all flags off", "", func(s *fixture) {
			name := s.home()
			s.must(s.Backdoor.PutAccessBlock(s.ctx, name, nil))
			s.blocks(name, bucket.AccessBlock{})
		}},
		{"PutAccessBlock writes every flag by itself", "", func(s *fixture) {
			name := s.home()
			for _, b := range allBlocks() {
				s.must(s.Buckets.PutAccessBlock(s.ctx, name, b))
				s.hasBlock(name, b)
			}
		}},
		{"PutAccessBlock writes where there was none", "", func(s *fixture) {
			name := s.home()
			s.must(s.Backdoor.PutAccessBlock(s.ctx, name, nil))
			want := bucket.AccessBlock{BlockPublicACLs: true, IgnorePublicACLs: true}
			s.must(s.Buckets.PutAccessBlock(s.ctx, name, want))
			s.hasBlock(name, want)
		}},
		{"PutAccessBlock changes nothing else", "", func(s *fixture) {
			name := s.opened()
			s.must(s.Backdoor.PutPolicy(s.ctx, name, string(s.want(name, policy.Document{}).JSON())))
			before := s.snapshot(name)
			closed := bucket.JustCreated(name).AccessBlock
			s.must(s.Buckets.PutAccessBlock(s.ctx, name, closed))
			before.block = &closed
			s.unchanged(name, before)
		}},
	}
}

func allBlocks() (all []bucket.AccessBlock) {
	for i := range 16 {
		all = append(all, bucket.AccessBlock{BlockPublicACLs: i&1 != 0, IgnorePublicACLs: i&2 != 0, BlockPublicPolicy: i&4 != 0, RestrictPublicBuckets: i&8 != 0})
	}
	return all
}

// blocks checks the result of ReadAccessBlock.
func (s *fixture) blocks(name string, want bucket.AccessBlock) {
	s.Helper()
	got, err := s.Buckets.ReadAccessBlock(s.ctx, name)
	s.must(err)
	if got != want {
		s.Errorf("ReadAccessBlock: %+v, want %+v", got, want)
	}
}

// hasBlock checks the bucket's access block.
func (s *fixture) hasBlock(name string, want bucket.AccessBlock) {
	s.Helper()
	got, err := s.Backdoor.AccessBlock(s.ctx, name)
	s.must(err)
	if got == nil || *got != want {
		s.Errorf("after PutAccessBlock the bucket has %+v, want %+v", got, want)
	}
}
