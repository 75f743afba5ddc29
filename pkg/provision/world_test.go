package provision_test

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/policy"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

const (
	account  = "935799716578"
	stranger = "111111111111"
	homes    = "orgbucket-homes"
	id       = org.ID("xmsqa1")
	n1       = "fusion-rms-xmsqa1"
	n2       = "fusion-rms-xmsqa1-935799716578-us-east-1-an"
	user     = "arn:aws:iam::935799716578:user/rms_xmsqa1"
	// call is how long every call takes, in virtual time: what a delivery took,
	// divided by it, is its number of calls one after the other.
	call = 30 * time.Millisecond
)

var allOn = s3fake.AccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}

// world is a delivery's surroundings: an S3 that speaks the wire's language to
// the real SDK client, and the outcomes that were announced.
type world struct {
	t       *testing.T
	s3      *s3fake.Server
	region  string
	handler *provision.Handler
	*announced
}

// announced is provision.Outcomes that takes as long as a call.
type announced struct {
	mu      sync.Mutex
	results []provision.Result
	failed  []*fault.Error
	err     error
}

func (a *announced) Provisioned(ctx context.Context, r provision.Result, _ provision.Source) error {
	time.Sleep(call)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err == nil {
		a.results = append(a.results, r)
	}
	return a.err
}

func (a *announced) Failed(ctx context.Context, _ org.ID, f *fault.Error, _ provision.Source) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err == nil {
		a.failed = append(a.failed, f)
	}
	return a.err
}

// inWorld runs a test in a new world with virtual time and the client's user.
func inWorld(t *testing.T, test func(w *world)) { inRegion(t, "us-east-1", test) }

func inRegion(t *testing.T, region string, test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(newWorld(t, region, bucket.Rules{}))
	})
}

// newWorld makes a world in a bubble, for a stage with these rules for new buckets.
func newWorld(t *testing.T, region string, rules bucket.Rules) *world {
	s3 := s3fake.New(account)
	s3.AddUser(user)
	s3.SetDelay(call)
	s3.SetExclusive(true)
	// What the function's role doesn't have.
	s3.SetIdentity("function", s3fake.Identity{Lacks: []string{
		"s3:ListAllMyBuckets", "s3:ListBucket", "s3:DeleteBucket", "s3:PutBucketTagging", "s3:DeleteBucketPolicy", "s3:DeleteObject",
	}})
	w := &world{t: t, s3: s3, region: region, announced: &announced{}}
	naming := bucket.Naming{Account: account, Region: region, BucketPrefix: "fusion-rms-", ClientAccount: account, ClientUserPrefix: "rms_", SiblingPrefixes: "fusion-rmsdev-,fusion-rmsstg-", Rules: rules}
	client := s3.Client(s3fake.ClientOptions{AccessKeyID: "function", Region: region, Retryer: newRetryer()})
	s3.Put(homes, s3fake.Bucket{Region: region, AccessBlock: block(allOn)})
	store := s3store.New(client, account, homes).Searching(client.Options(), *client.Options().BaseEndpoint).ReadingAccountBlock(client.Options(), "https://s3-control."+region+".amazonaws.com")
	w.handler = provision.NewHandler(provision.NewService(naming, store, store), w)
	return w
}

func newRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff, o.RateLimiter = 4, 2*time.Second, ratelimit.None
	})
}

// deliver delivers the organization's message once, within Lambda's deadline.
func (w *world) deliver() provision.Report {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 30*time.Second)
	defer cancel()
	return w.handler.Handle(ctx, provision.Delivery{
		Event:  org.OrganizationCreated{OrgID: id},
		Source: provision.Source{MessageID: "m", ReceiveCount: 1},
	})
}

// ready delivers and expects a bucket of that name and status.
func (w *world) ready(name string, status provision.Status, changes ...bucket.Facet) provision.Result {
	w.t.Helper()
	report := w.deliver()
	if report.Failure != nil {
		w.t.Fatalf("failed: %+v", report.Failure)
	}
	r := report.Result
	if r.Bucket != name || r.Status != status || !slices.Equal(r.Changes, changes) {
		w.t.Fatalf("got %s %s %v, want %s %s %v", r.Bucket, r.Status, r.Changes, name, status, changes)
	}
	w.checkReady(name)
	return r
}

// fails delivers and expects a failure.
func (w *world) fails(code fault.Code, step fault.Step) *fault.Error {
	w.t.Helper()
	report := w.deliver()
	if report.Failure == nil || report.Failure.Code != code || report.Failure.Step != step {
		w.t.Fatalf("got %+v, want %s at %s", report.Failure, code, step)
	}
	return report.Failure
}

// claim claims a bucket behind the function's back.
func (w *world) claim(name string) {
	b, _ := w.s3.Bucket(homes)
	if b.Objects == nil {
		b.Objects = map[string]s3fake.Object{}
	}
	b.Objects["homes/"+string(id)] = s3fake.Object{Body: []byte(`{"bucket":"` + name + `","messageId":"another"}`)}
	w.s3.Put(homes, b)
}

// claimed is the bucket that the claim names, empty without one.
func (w *world) claimed() string {
	w.t.Helper()
	b, _ := w.s3.Bucket(homes)
	o, ok := b.Objects["homes/"+string(id)]
	if !ok {
		return ""
	}
	var claim struct{ Bucket string }
	if err := json.Unmarshal(o.Body, &claim); err != nil {
		w.t.Fatalf("claim %s: %v", o.Body, err)
	}
	return claim.Bucket
}

// names lists the buckets but that of the claims.
func (w *world) names() []string {
	return slices.DeleteFunc(w.s3.Names(), func(name string) bool { return name == homes })
}

// checkReady checks the bucket behind S3's back.
func (w *world) checkReady(name string) {
	w.t.Helper()
	b, ok := w.s3.Bucket(name)
	if !ok {
		w.t.Fatalf("there's no bucket %s", name)
	}
	if w.claimed() != name {
		w.t.Errorf("%q is claimed, not %s", w.claimed(), name)
	}
	if b.Owner != account || b.Tags["OrgId"] != string(id) {
		w.t.Errorf("%s has owner %s and tags %v", name, b.Owner, b.Tags)
	}
	if b.AccessBlock != nil && (b.AccessBlock.BlockPublicPolicy || b.AccessBlock.RestrictPublicBuckets) {
		w.t.Errorf("%s has the access block %+v", name, *b.AccessBlock)
	}
	if _, ok := b.Objects["pub/"]; !ok {
		w.t.Errorf("%s has no pub/", name)
	}
	if !w.s3.AnonymousCanRead(name, "pub/x") || w.s3.AnonymousCanRead(name, "x") {
		w.t.Errorf("%s isn't public under pub/ alone", name)
	}
}

// writesTo lists the operations that could have changed a bucket.
func (w *world) writesTo(name string) []string {
	var all []string
	for _, c := range w.s3.Writes() {
		if c.Bucket == name {
			all = append(all, c.Operation)
		}
	}
	return all
}

func (w *world) noWriteTo(name string) {
	w.t.Helper()
	if writes := w.writesTo(name); len(writes) > 0 {
		w.t.Errorf("%s was written to: %v", name, writes)
	}
}

// statementsOf takes a bucket's stored policy apart.
func (w *world) statementsOf(name string) []map[string]any {
	w.t.Helper()
	b, _ := w.s3.Bucket(name)
	var doc struct{ Statement []map[string]any }
	if err := json.Unmarshal([]byte(b.Policy), &doc); err != nil {
		w.t.Fatalf("policy of %s: %v", name, err)
	}
	return doc.Statement
}

func block(b s3fake.AccessBlock) *s3fake.AccessBlock { return &b }

// tags of a bucket of the organization.
func ourTags() map[string]string { return map[string]string{"OrgId": string(id)} }

// policyOf is what the organization's policy shall be.
func policyOf(t *testing.T, name string) string {
	t.Helper()
	naming := bucket.Naming{Account: account, Region: "us-east-1", BucketPrefix: "fusion-rms-", ClientAccount: account, ClientUserPrefix: "rms_"}
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

// candidates are the names that the organization's bucket can have here.
func (w *world) candidates() []bucket.Candidate {
	w.t.Helper()
	naming := bucket.Naming{Account: account, Region: w.region, BucketPrefix: "fusion-rms-", ClientAccount: account, ClientUserPrefix: "rms_"}
	spec, err := naming.Spec(id)
	if err != nil {
		w.t.Fatal(err)
	}
	return spec.Candidates
}
