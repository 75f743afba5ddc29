package adoption_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/operator/adoption"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/policy"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

const (
	account  = "935799716578"
	stranger = "111111111111"
	id       = org.ID("xmsqa1")
	n1       = "fusion-rms-xmsqa1"
	n2       = "fusion-rms-xmsqa1-935799716578-us-east-1-an"
	user     = "arn:aws:iam::935799716578:user/rms_xmsqa1"
)

var naming = bucket.Naming{Account: account, Region: "us-east-1", BucketPrefix: "fusion-rms-", ClientAccount: account, ClientUserPrefix: "rms_"}

var allOn = s3fake.AccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}

// world is an S3 with an operator who adopts and the function that follows.
type world struct {
	t       *testing.T
	s3      *s3fake.Server
	adopter *adoption.Adopter
	service *provision.Service
	claims  *s3store.Store
}

// inWorld runs a test in a new world with virtual time.
func inWorld(t *testing.T, test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s3 := s3fake.New(account)
		s3.AddUser(user)
		s3.Put(homes, s3fake.Bucket{})
		s3.SetExclusive(true)
		s3.SetDelay(10 * time.Millisecond)
		options := s3fake.ClientOptions{AccessKeyID: "operator"}
		client := s3.Client(options)
		look, more := s3store.New(client, account, homes).Listing(), buckets.New(client, account).WithControl(s3.Control(options))
		diagnoser := diagnosis.New(naming, look, look, calm{}, more)
		test(&world{t: t, s3: s3, adopter: adoption.New(naming, look, look, more, diagnoser), service: provision.NewService(naming, look, look), claims: look})
	})
}

// calm is an account that has the client's user and nothing against anything.
type calm struct{}

func (calm) UserExists(context.Context, string) (bool, error) { return true, nil }
func (calm) AccountAccessBlock(context.Context) (bucket.AccessBlock, error) {
	return bucket.AccessBlock{}, nil
}
func (calm) OrganizationAccessBlock(context.Context) (bucket.AccessBlock, error) {
	return bucket.AccessBlock{}, nil
}
func (calm) BucketHeadroom(context.Context) (int, error) { return 100, nil }

// propose proposes and checks that nothing was written.
func (w *world) propose(name string) (*adoption.Proposal, error) {
	w.t.Helper()
	w.s3.ForgetCalls()
	p, err := w.adopter.Propose(w.t.Context(), id, name)
	w.noWrite()
	return p, err
}

// mustPropose proposes what can be adopted.
func (w *world) mustPropose() *adoption.Proposal {
	w.t.Helper()
	p, err := w.propose("")
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) adopt(p *adoption.Proposal) error {
	w.s3.ForgetCalls()
	return w.adopter.Adopt(w.t.Context(), p)
}

// claim makes the bucket of this name the claimed one.
func (w *world) claim(name string) {
	text := `{"bucket":"` + name + `","claimedAt":"2026-11-01T10:00:00Z","messageId":"m1"}`
	w.s3.Put(homes, s3fake.Bucket{Objects: map[string]s3fake.Object{s3store.ClaimKey(id): {Body: []byte(text)}}})
}

// claimed is the bucket that the claim names.
func (w *world) claimed() string {
	w.t.Helper()
	c, err := w.claims.ReadClaim(w.t.Context(), id)
	if err != nil {
		w.t.Error(err)
	}
	return c.Bucket
}

// tags returns the bucket's tags behind S3's back.
func (w *world) tags(name string) map[string]string {
	b, _ := w.s3.Bucket(name)
	return b.Tags
}

// wrote lists the writes that were tried.
func (w *world) wrote() []string {
	var all []string
	for _, c := range w.s3.Writes() {
		all = append(all, c.Operation)
	}
	return all
}

// noWrite checks that nothing was tried.
func (w *world) noWrite() {
	w.t.Helper()
	if wrote := w.wrote(); len(wrote) > 0 {
		w.t.Errorf("%v was tried", wrote)
	}
}

func policyOf(t *testing.T, name string) string {
	t.Helper()
	spec, err := naming.Spec(id)
	if err != nil {
		t.Fatal(err)
	}
	merged, _, err := spec.Merge(name, policy.Document{})
	if err != nil {
		t.Fatal(err)
	}
	return string(merged.JSON())
}

// homes keeps the claims.
const homes = "orgbucket-homes"
