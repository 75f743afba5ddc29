package diagnosis_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	s3sdk "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/policy"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

const (
	given    = "fusion-rms-xmsqa1-2" // a name that a person gave
	account  = "935799716578"
	stranger = "111111111111"
	id       = org.ID("xmsqa1")
	n1       = "fusion-rms-xmsqa1"
	n2       = "fusion-rms-xmsqa1-935799716578-us-east-1-an"
	user     = "arn:aws:iam::935799716578:user/rms_xmsqa1"
)

var allOn = s3fake.AccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}

// world is one S3 with two who look at it: the function, which provisions, and
// the operator, who diagnoses.
type world struct {
	t         *testing.T
	s3        *s3fake.Server
	naming    bucket.Naming
	account   *accountOf
	service   *provision.Service
	diagnoser *diagnosis.Diagnoser
}

// inWorld runs a test in a new world with virtual time and the client's user.
func inWorld(t *testing.T, test func(w *world)) { inRegion(t, "us-east-1", test) }

func inRegion(t *testing.T, region string, test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(newWorld(t, region)) })
}

func newWorld(t *testing.T, region string) *world {
	s3 := s3fake.New(account)
	// What the function's role doesn't have.
	s3.SetIdentity("function", s3fake.Identity{Lacks: []string{
		"s3:ListAllMyBuckets", "s3:ListBucket", "s3:DeleteBucket", "s3:PutBucketTagging", "s3:DeleteBucketPolicy", "s3:DeleteObject",
	}})
	// What an operator's read-only permissions don't have.
	s3.SetIdentity("operator", s3fake.Identity{Lacks: []string{
		"s3:CreateBucket", "s3:TagResource", "s3:DeleteBucket", "s3:PutBucketTagging", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy",
		"s3:PutBucketPublicAccessBlock", "s3:PutObject", "s3:DeleteObject",
	}})
	s3.Put(homes, s3fake.Bucket{Region: region})
	naming := bucket.Naming{Account: account, Region: region, BucketPrefix: "fusion-rms-", ClientAccount: account, ClientUserPrefix: "rms_"}
	client := func(who string) s3fake.ClientOptions {
		return s3fake.ClientOptions{AccessKeyID: who, Region: region, Retryer: newRetryer()}
	}
	w := &world{t: t, s3: s3, naming: naming, account: &accountOf{s3: s3, users: map[string]bool{}, quota: 10_000}}
	w.addUser()
	searching := func(client *s3sdk.Client) *s3store.Store {
		return s3store.New(client, account, homes).Searching(client.Options(), *client.Options().BaseEndpoint)
	}
	store := searching(s3.Client(client("function")))
	w.service = provision.NewService(naming, store, store)
	operator := s3.Client(client("operator"))
	w.diagnoser = diagnosis.New(naming, searching(operator).Listing(), searching(operator).Listing(), w.account, buckets.New(operator, account))
	return w
}

func newRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff, o.RateLimiter = 4, 2*time.Second, ratelimit.None
	})
}

// accountOf is diagnosis.Account that tells the truth about the fake, or that it
// can't tell.
type accountOf struct {
	s3 *s3fake.Server

	mu           sync.Mutex
	users        map[string]bool
	own          bucket.AccessBlock
	organization bucket.AccessBlock
	quota        int
	untold       map[string]bool // questions that aren't answered
	asked        map[string]int
}

func (a *accountOf) ask(question, permission string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.asked == nil {
		a.asked = map[string]int{}
	}
	a.asked[question]++
	if a.untold[question] {
		return errors.New("needs permission " + permission)
	}
	return nil
}

// answer returns the answer unless the question isn't answered.
func answer[V any](a *accountOf, question, permission string, value V) (V, error) {
	err := a.ask(question, permission)
	if err != nil {
		var none V
		return none, err
	}
	return value, nil
}

func (a *accountOf) UserExists(_ context.Context, arn string) (bool, error) {
	return answer(a, "user", "iam:GetUser on "+arn, a.users[arn])
}

func (a *accountOf) AccountAccessBlock(context.Context) (bucket.AccessBlock, error) {
	return answer(a, "account block", "s3:GetAccountPublicAccessBlock", a.own)
}

func (a *accountOf) OrganizationAccessBlock(context.Context) (bucket.AccessBlock, error) {
	return answer(a, "organization block", "organizations:DescribeEffectivePolicy", a.organization)
}

func (a *accountOf) BucketHeadroom(context.Context) (int, error) {
	owned := 0
	for _, name := range a.s3.Names() {
		if b, ok := a.s3.Bucket(name); ok && b.Owner == account {
			owned++
		}
	}
	return answer(a, "headroom", "servicequotas:GetServiceQuota", a.quota-owned)
}

func (w *world) addUser() {
	w.s3.AddUser(user)
	w.account.users[user] = true
}

func (w *world) removeUser() {
	w.s3.RemoveUser(user)
	delete(w.account.users, user)
}

func (w *world) blockAccount(b s3fake.AccessBlock) {
	w.s3.SetAccountBlock(account, b)
	w.account.own = bucket.AccessBlock{
		BlockPublicACLs: b.BlockPublicAcls, IgnorePublicACLs: b.IgnorePublicAcls,
		BlockPublicPolicy: b.BlockPublicPolicy, RestrictPublicBuckets: b.RestrictPublicBuckets,
	}
}

func (w *world) setQuota(n int) {
	w.s3.SetQuota(n)
	w.account.quota = n
}

// cannotTell makes questions unanswered.
func (w *world) cannotTell(questions ...string) {
	w.account.untold = map[string]bool{}
	for _, q := range questions {
		w.account.untold[q] = true
	}
}

// diagnose diagnoses and checks that nothing was written.
func (w *world) diagnose(diagnose func(context.Context) diagnosis.Diagnosis) diagnosis.Diagnosis {
	w.t.Helper()
	w.s3.ForgetCalls()
	ctx, cancel := context.WithTimeout(w.t.Context(), 30*time.Second)
	defer cancel()
	d := diagnose(ctx)
	if writes := w.s3.Writes(); len(writes) > 0 {
		w.t.Errorf("diagnosing wrote %v", writes)
	}
	return d
}

func (w *world) organization() diagnosis.Diagnosis {
	w.t.Helper()
	return w.diagnose(func(ctx context.Context) diagnosis.Diagnosis { return w.diagnoser.Explain(ctx, id).Diagnosis })
}

func (w *world) message(body string) diagnosis.Diagnosis {
	w.t.Helper()
	return w.diagnose(func(ctx context.Context) diagnosis.Diagnosis { return w.diagnoser.Message(ctx, body) })
}

// provision does what a message does, within Lambda's deadline.
func (w *world) provision() (provision.Result, error) {
	ctx, cancel := context.WithTimeout(w.t.Context(), 29*time.Second)
	defer cancel()
	return w.service.Provision(ctx, id, "m", nil)
}

// ready is the organization's bucket as it shall be.
func (w *world) ready(name string) s3fake.Bucket {
	return s3fake.Bucket{Region: w.naming.Region, Tags: ours(), Policy: policyOf(w.t, w.naming, name), Objects: map[string]s3fake.Object{"pub/": {}}}
}

// claim makes the bucket of this name the claimed one.
func (w *world) claim(name string) {
	object := s3fake.Object{Body: []byte(`{"bucket":"` + name + `","claimedAt":"2026-11-01T10:00:00Z","messageId":"m1"}`)}
	w.s3.Put(homes, s3fake.Bucket{Region: w.naming.Region, Objects: map[string]s3fake.Object{s3store.ClaimKey(id): object}})
}

// half is a bucket of ours that was never finished.
func (w *world) half() s3fake.Bucket {
	return s3fake.Bucket{Region: w.naming.Region, Tags: ours(), AccessBlock: &allOn}
}

func ours() map[string]string { return map[string]string{"OrgId": string(id)} }

// policyOf is what the organization's policy shall be.
func policyOf(t *testing.T, naming bucket.Naming, name string) string {
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

// with adds a statement to a policy.
func with(policy, statement string) string {
	return strings.Replace(policy, `"Statement":[`, `"Statement":[`+statement+`,`, 1)
}

// alone is a policy of one statement.
func alone(statement string) string {
	return `{"Version":"2012-10-17","Statement":[` + statement + `]}`
}

// publicRead is somebody's statement that lets everyone read everything.
func publicRead(sid, name string) string {
	return fmt.Sprintf(`{"Sid":%q,"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::%s/*"}`, sid, name)
}

// hides is a statement that keeps everyone from reading the tags.
func hides(name string) string {
	return fmt.Sprintf(`{"Sid":"Hides","Effect":"Deny","Principal":"*","Action":"s3:GetBucketTagging","Resource":"arn:aws:s3:::%s"}`, name)
}

// grants is somebody's statement for a principal.
func grants(principal, name string) string {
	return fmt.Sprintf(`{"Sid":"Theirs","Effect":"Allow","Principal":{"AWS":%q},"Action":"s3:GetObject","Resource":"arn:aws:s3:::%s/x"}`, principal, name)
}

// speaksOfThePolicy makes S3 say that the bucket's policy denies reading the
// tags, in the words that AWS documents.
func (w *world) speaksOfThePolicy() {
	w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
		b, there := w.s3.Bucket(r.Bucket)
		if r.Operation != "GetBucketTagging" || !there || b.Owner != account || !strings.Contains(b.Policy, `"Hides"`) {
			return nil
		}
		return &s3fake.Fault{Status: 403, Code: "AccessDenied", Message: "User: arn:aws:iam::935799716578:user/operator is not authorized to perform: s3:GetBucketTagging on resource: \"arn:aws:s3:::" + r.Bucket + "\" with an explicit deny in a resource-based policy"}
	})
}

// homes keeps the claims.
const homes = "orgbucket-homes"
