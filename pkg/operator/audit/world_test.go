package audit_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
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
	given    = "fusion-rms-xmsqa1-2" // a name that a person gave
	call     = 30 * time.Millisecond // how long every call takes, in virtual time
)

// world is an S3 that speaks the wire's language to the real SDK client.
type world struct {
	t      *testing.T
	s3     *s3fake.Server
	naming bucket.Naming
	// changed, if not zero, is how long ago every bucket was changed, as listed.
	changed time.Duration
	// regionless: the list doesn't have the buckets' Regions.
	regionless bool
	options    audit.Options
}

// operatorLacks are what the operator's least permissions don't have.
var operatorLacks = []string{"s3:ListBucket on fusion-rms-", "s3:PutBucketTagging", "s3:PutBucketPolicy", "s3:PutObject", "s3:CreateBucket"}

// inWorld runs a test in a new world with virtual time.
func inWorld(t *testing.T, test func(w *world)) { inRegion(t, "us-east-1", test) }

func inRegion(t *testing.T, region string, test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(newWorld(t, region)) })
}

// homes keeps the claims.
const homes = "orgbucket-homes"

func newWorld(t *testing.T, region string) *world {
	s3 := s3fake.New(account)
	s3.Put(homes, s3fake.Bucket{Region: region})
	s3.SetDelay(call)
	s3.SetIdentity("function", s3fake.Identity{Lacks: []string{"s3:ListAllMyBuckets", "s3:ListBucket", "s3:PutBucketTagging"}})
	s3.SetIdentity("auditor", s3fake.Identity{Lacks: operatorLacks})
	return &world{t: t, s3: s3, naming: bucket.Naming{
		Account: account, Region: region, BucketPrefix: "fusion-rms-", ClientAccount: account, ClientUserPrefix: "rms_",
	}}
}

func newRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff, o.RateLimiter = 3, time.Second, ratelimit.None
	})
}

// service provisions or examines with somebody's rights.
func (w *world) service(who string) *provision.Service {
	client := w.s3.Client(s3fake.ClientOptions{AccessKeyID: who, Region: w.naming.Region, Retryer: newRetryer()})
	store := s3store.New(client, account, homes)
	if who == "auditor" {
		store = store.Listing().ReadingAccountBlock(client.Options(), "https://s3-control."+w.naming.Region+".amazonaws.com")
	}
	return provision.NewService(w.naming, store, store)
}

// made provisions an organization, whose user exists, and returns its bucket.
func (w *world) made(id org.ID) string {
	w.t.Helper()
	spec := w.spec(id)
	w.s3.AddUser(spec.ClientUserARN)
	r, err := w.service("function").Provision(w.t.Context(), id, "m", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return r.Bucket
}

// unclaim takes the organization's claim away.
func (w *world) unclaim(id org.ID) {
	w.s3.Change(homes, func(b *s3fake.Bucket) { delete(b.Objects, s3store.ClaimKey(id)) })
}

// claim makes the bucket of this name the claimed one.
func (w *world) claim(id org.ID, name string) {
	w.claimText(id, `{"bucket":"`+name+`","claimedAt":"2026-11-01T10:00:00Z","messageId":"m1"}`)
}

func (w *world) claimText(id org.ID, text string) {
	w.s3.Change(homes, func(b *s3fake.Bucket) {
		if b.Objects == nil {
			b.Objects = map[string]s3fake.Object{}
		}
		b.Objects[s3store.ClaimKey(id)] = s3fake.Object{Body: []byte(text)}
	})
}

// withPolicy is a bucket of the organization as it should be.
func (w *world) withPolicy(name string) s3fake.Bucket {
	spec := w.spec(id)
	w.s3.AddUser(spec.ClientUserARN)
	ours, _, err := spec.Merge(name, policy.Document{})
	if err != nil {
		w.t.Fatal(err)
	}
	return s3fake.Bucket{Tags: tags(string(id)), Policy: string(ours.JSON()), Objects: map[string]s3fake.Object{"pub/": {}}}
}

func (w *world) spec(id org.ID) bucket.Spec {
	w.t.Helper()
	spec, err := w.naming.Spec(id)
	if err != nil {
		w.t.Fatal(err)
	}
	return spec
}

func (w *world) auditor() *audit.Auditor {
	w.t.Helper()
	client := w.s3.Client(s3fake.ClientOptions{AccessKeyID: "auditor", Region: w.naming.Region, Retryer: newRetryer()})
	source := buckets.List{Store: buckets.New(client, account), Homes: homes}
	a, err := audit.New(w.naming, listing{source, w.changed, w.regionless}, w.service("auditor"))
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// listing is a list that tells when all buckets were changed, or doesn't tell their Regions.
type listing struct {
	audit.Source
	ago        time.Duration
	regionless bool
}

func (c listing) Buckets(ctx context.Context, prefix string) iter.Seq2[audit.Listed, error] {
	return func(yield func(audit.Listed, error) bool) {
		for l, err := range c.Source.Buckets(ctx, prefix) {
			if c.ago != 0 {
				l.Changed = time.Now().Add(-c.ago)
			}
			if c.regionless {
				l.Region = ""
			}
			if !yield(l, err) {
				return
			}
		}
	}
}

// audit audits with an operator's rights and checks that nothing was written.
func (w *world) audit() ([]audit.Row, audit.Summary, error) {
	w.t.Helper()
	w.s3.ForgetCalls()
	rows, summary, err := w.beside()
	if writes := w.s3.Writes(); len(writes) > 0 {
		w.t.Errorf("the audit wrote %v", writes)
	}
	return rows, summary, err
}

// beside audits while others write.
func (w *world) beside() (rows []audit.Row, s audit.Summary, err error) {
	s, err = w.auditor().Run(w.t.Context(), w.options, func(r audit.Row) error { rows = append(rows, r); return nil })
	return rows, s, err
}

// reports audits and compares each row's short form, in their order.
func (w *world) reports(want ...string) []audit.Row {
	w.t.Helper()
	rows, summary, err := w.audit()
	if err != nil || !summary.Complete {
		w.t.Fatalf("the audit ended with %v and %+v", err, summary)
	}
	var got []string
	for _, r := range rows {
		got = append(got, short(r))
		for _, f := range r.Findings {
			if f.Text == "" || f.Hint == "" {
				w.t.Errorf("%s: a finding says nothing: %+v", r.Bucket, f)
			}
		}
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		for _, r := range rows {
			w.t.Logf("%+v", r)
		}
	}
	return rows
}

// short is a row in a line: "bucket status whose(by): severity Code[facets] …".
func short(r audit.Row) string {
	s := fmt.Sprintf("%s %s", r.Bucket, r.Status)
	if r.Bucket == "" {
		s = fmt.Sprintf("- %s", r.Status)
	}
	if r.OrgID != "" {
		s += fmt.Sprintf(" %s(%s)", r.OrgID, r.By)
	}
	for _, f := range r.Findings {
		s += fmt.Sprintf(", %s %s", f.Severity, f.Code)
		if len(f.Facets) > 0 {
			s += fmt.Sprint(f.Facets)
		}
	}
	for _, code := range r.Ignored {
		s += ", ignored " + string(code)
	}
	for _, u := range r.Unread {
		s += fmt.Sprintf(", unread %s", u.Code)
		if u.Permission != "" {
			s += "(" + u.Permission + ")"
		}
	}
	if r.See != "" {
		s += ", see " + r.See
	}
	return s
}

func tags(id string) map[string]string { return map[string]string{"OrgId": id} }

var allOn = s3fake.AccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}

// half is a bucket of the organization that was never finished.
func half(id string) s3fake.Bucket {
	block := allOn
	return s3fake.Bucket{Tags: tags(id), AccessBlock: &block}
}
