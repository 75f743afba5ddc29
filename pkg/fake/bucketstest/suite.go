package bucketstest

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// Case is one case of the suite.
type Case struct {
	Name  string
	Needs Capability // empty if any server can show it
	play  func(*fixture)
}

// T is what a case needs of a *testing.T.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any) // ends the goroutine
	Context() context.Context
}

// Cases returns all cases.
func Cases() []Case {
	return slices.Concat(lookCases(), createCases(), taggingCases(), accessBlockCases(), policyCases(), grantCases(), folderCases(), claimCases(), refusalCases())
}

// Play plays the case in a world.
func (c Case) Play(t T, w World) { c.play(newFixture(t, w)) }

// Run holds a port's implementation against all cases. newWorld is called once
// to learn what the server lacks, and then for every case; it may use t.Cleanup.
// Cases that need what the server lacks are listed in t's log.
func Run(t *testing.T, newWorld func(t *testing.T) World) {
	lacks := newWorld(t).Lacks
	var missed []string
	for _, c := range Cases() {
		if slices.Contains(lacks, c.Needs) {
			missed = append(missed, c.Name+" (needs "+string(c.Needs)+")")
			continue
		}
		t.Run(c.Name, func(t *testing.T) { c.Play(t, newWorld(t)) })
	}
	if len(missed) > 0 {
		t.Logf("this server can't show %d cases:\n\t%s", len(missed), strings.Join(missed, "\n\t"))
	}
}

// fixture is a world with an organization of the case's own.
type fixture struct {
	T
	World
	ctx  context.Context
	spec bucket.Spec
	// first is the conventional name, second the alternative one.
	first, second bucket.Candidate
}

func newFixture(t T, w World) *fixture {
	t.Helper()
	s := &fixture{T: t, World: w, ctx: t.Context()}
	s.spec = s.specOf(cmp.Or(w.Organizations, "t") + strings.ToLower(rand.Text()[:6]))
	s.first, s.second = s.spec.Candidates[0], s.spec.Candidates[1]
	return s
}

func (s *fixture) specOf(organization string) bucket.Spec {
	s.Helper()
	id, err := org.ParseID(organization)
	s.must(err)
	spec, err := s.Naming.Spec(id)
	s.must(err)
	return spec
}

// must ends the case if its preparation, or a method that has to succeed, failed.
func (s *fixture) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// fails checks that err is classified as code.
func (s *fixture) fails(what string, err error, code fault.Code) {
	s.Helper()
	if !fault.Is(err, code) {
		s.Errorf("%s: %v, want %s", what, err, code)
	}
}

// ours returns the organization's tag.
func (s *fixture) ours() map[string]string {
	return map[string]string{bucket.TagKey: string(s.spec.OrgID)}
}

// home creates the organization's bucket, as it is after step 1.
func (s *fixture) home() (name string) {
	s.Helper()
	s.must(s.Backdoor.CreateBucket(s.ctx, s.first, s.ours()))
	return s.first.Name
}

// opened creates the organization's bucket with the access block opened, and its user.
func (s *fixture) opened() (name string) {
	s.Helper()
	name = s.home()
	s.must(s.Backdoor.PutAccessBlock(s.ctx, name, &bucket.AccessBlock{BlockPublicACLs: true, IgnorePublicACLs: true}))
	s.must(s.Backdoor.CreateUser(s.ctx, s.user()))
	return name
}

// user returns the name of the organization's IAM user.
func (s *fixture) user() string { return s.Naming.ClientUserPrefix + string(s.spec.OrgID) }

// want returns the policy that the bucket should have: stored, with our statements.
func (s *fixture) want(name string, stored policy.Document) policy.Document {
	s.Helper()
	d, _, err := s.spec.Merge(name, stored)
	s.must(err)
	return d
}

// snapshot is the state that the suite compares to see whether a bucket was changed.
type snapshot struct {
	tags   map[string]string
	block  *bucket.AccessBlock
	policy string
	folder *Object
}

func (s *fixture) snapshot(name string) (all snapshot) {
	s.Helper()
	var errs [4]error
	all.tags, errs[0] = s.Backdoor.Tags(s.ctx, name)
	all.block, errs[1] = s.Backdoor.AccessBlock(s.ctx, name)
	all.policy, errs[2] = s.Backdoor.Policy(s.ctx, name)
	all.folder, errs[3] = s.Backdoor.Object(s.ctx, name, bucket.FolderKey)
	for _, err := range errs {
		s.must(err)
	}
	return all
}
