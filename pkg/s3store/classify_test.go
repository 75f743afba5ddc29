package s3store_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

const htmlPage = "<!DOCTYPE html>\n<html><head><title>Error</title></head><body><h1>Service &mdash; busy</h1><br></body></html>"

// everywhere are S3's errors that mean the same in every operation.
var everywhere = []struct {
	name  string
	fault s3fake.Fault
	want  fault.Code
}{
	{"a 503 that asks to slow down", s3fake.Fault{Status: 503, Code: "SlowDown"}, fault.Throttled},
	{"a 503 with the code of a throttle", s3fake.Fault{Status: 503, Code: "RequestLimitExceeded"}, fault.Throttled},
	{"a 400 with the code of a throttle", s3fake.Fault{Status: 400, Code: "ThrottlingException"}, fault.Throttled},
	{"a 429 with a code that nobody knows", s3fake.Fault{Status: 429, Code: "Whatever"}, fault.Throttled},
	{"an internal error", s3fake.Fault{Status: 500, Code: "InternalError"}, fault.ServiceUnavailable},
	{"a 503 that isn't a throttle", s3fake.Fault{Status: 503, Code: "ServiceUnavailable"}, fault.ServiceUnavailable},
	{"a gateway's timeout", s3fake.Fault{Status: 504, Code: "GatewayTimeout"}, fault.ServiceUnavailable},
	{"a proxy's page with a 503", s3fake.Fault{Status: 503, Body: htmlPage}, fault.ServiceUnavailable},
	{"a proxy's page with a 502", s3fake.Fault{Status: 502, Body: htmlPage}, fault.ServiceUnavailable},
	{"an answer to a request that S3 waited for in vain", s3fake.Fault{Status: 400, Code: "RequestTimeout"}, fault.ServiceUnavailable},
	{"a connection that broke before the work was done", s3fake.Fault{Drop: true}, fault.ServiceUnavailable},
	{"another change under way", s3fake.Fault{Status: 409, Code: "OperationAborted"}, fault.OperationConflict},
	{"another conditional write under way", s3fake.Fault{Status: 409, Code: "ConditionalRequestConflict"}, fault.OperationConflict},
	{"an access key that doesn't exist", s3fake.Fault{Status: 403, Code: "InvalidAccessKeyId"}, fault.CredentialsRefused},
	{"a signature that's wrong", s3fake.Fault{Status: 403, Code: "SignatureDoesNotMatch"}, fault.CredentialsRefused},
	{"a clock that's wrong", s3fake.Fault{Status: 403, Code: "RequestTimeTooSkewed"}, fault.ClockSkewed},
	{"a session that has ended", s3fake.Fault{Status: 400, Code: "ExpiredToken"}, fault.CredentialsRefused},
	{"a session that S3 doesn't know", s3fake.Fault{Status: 400, Code: "InvalidToken"}, fault.CredentialsRefused},
	{"an account that isn't signed up", s3fake.Fault{Status: 403, Code: "NotSignedUp"}, fault.AccountProblem},
	{"an account that has a problem", s3fake.Fault{Status: 403, Code: "AccountProblem"}, fault.AccountProblem},
	{"a request that didn't arrive as a whole", s3fake.Fault{Status: 400, Code: "IncompleteBody"}, fault.ServiceUnavailable},
	{"a request that S3 refuses", s3fake.Fault{Status: 400, Code: "InvalidRequest"}, fault.RequestRefused},
	{"a key that is disabled", s3fake.Fault{Status: 400, Code: "KMS.DisabledException"}, fault.RequestRefused},
	{"a document that S3 can't read", s3fake.Fault{Status: 400, Code: "MalformedXML"}, fault.RequestRefused},
	{"a method that isn't allowed", s3fake.Fault{Status: 405, Code: "MethodNotAllowed"}, fault.RequestRefused},
	{"a 403 that nobody knows", s3fake.Fault{Status: 403, Code: "Whatever"}, fault.RequestRefused},
	{"a code that nobody knows", s3fake.Fault{Status: 400, Code: "Whatever"}, fault.RequestRefused},
	{"a proxy's page with a 404", s3fake.Fault{Status: 404, Body: htmlPage}, fault.Internal},
	{"a proxy's page with a 300", s3fake.Fault{Status: 300, Body: htmlPage}, fault.Internal},
}

func TestErrorsThatMeanTheSameInEveryOperation(t *testing.T) {
	for _, c := range everywhere {
		for _, m := range methodsWithBodies() {
			t.Run(c.name+" in "+m.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { fails(t, m, c.fault, c.want) })
			})
		}
	}
}

// fails checks how a method fails if S3 always answers alike.
func fails(t *testing.T, m method, f s3fake.Fault, want fault.Code) {
	t.Helper()
	store, fake, spec := newStore(t)
	fake.SetFault(s3fake.Always(m.operation, f))
	err := m.call(t.Context(), store, spec)
	if !fault.Is(err, want) {
		t.Errorf("%s: %v, want %s", m.name, err, want)
	}
	if err != nil && !strings.Contains(err.Error(), home) {
		t.Errorf("the error %q doesn't say which bucket it's about", err)
	}
	if err != nil && strings.HasSuffix(m.name, "Folder") && !strings.Contains(err.Error(), " pub/ in "+home) {
		t.Errorf("the error %q doesn't say which object it's about", err)
	}
}

func TestErrorsThatMeanMoreInOneOperation(t *testing.T) {
	const inGuide = `User: x is not authorized to perform: s3:PutBucketPolicy on resource: "y" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`
	const recorded = `User: x is not authorized to perform: s3:PutBucketPolicy on resource: "y" because public policies are blocked by the BlockPublicPolicy block public access setting.`
	cases := []struct {
		name, operation string
		fault           s3fake.Fault
		want            fault.Code
	}{
		{"the account has as many buckets as it may", "CreateBucket", s3fake.Fault{Status: 400, Code: "TooManyBuckets"}, fault.BucketQuotaExceeded},
		{"the Region takes no tags at creation", "CreateBucket", s3fake.Fault{Status: 400, Code: "UnsupportedArgument", Message: "The request contained an unsupported argument."}, fault.TagsAtCreationUnsupported},
		{"creating isn't allowed", "CreateBucket", s3fake.Fault{Status: 403, Code: "AccessDenied"}, fault.AccessDenied},
		{"reading the access block isn't allowed", "GetPublicAccessBlock", s3fake.Fault{Status: 403, Code: "AccessDenied"}, fault.AccessDenied},
		{"reading the policy isn't allowed", "GetBucketPolicy", s3fake.Fault{Status: 403, Code: "AccessDenied"}, fault.AccessDenied},
		{"putting the access block isn't allowed", "PutPublicAccessBlock", s3fake.Fault{Status: 403, Code: "AccessDenied"}, fault.AccessDenied},
		{"putting the folder isn't allowed", "PutObject", s3fake.Fault{Status: 403, Code: "AccessDenied"}, fault.AccessDenied},
		{"putting the policy isn't allowed", "PutBucketPolicy", s3fake.Fault{Status: 403, Code: "AccessDenied", Message: "Access Denied"}, fault.AccessDenied},
		{"the access block refuses the policy, as recorded", "PutBucketPolicy", s3fake.Fault{Status: 403, Code: "AccessDenied", Message: recorded}, fault.PublicPolicyBlocked},
		{"the access block refuses the policy, as the guide has it", "PutBucketPolicy", s3fake.Fault{Status: 403, Code: "AccessDenied", Message: inGuide}, fault.PublicPolicyBlocked},
		{"the policy names a user who doesn't exist", "PutBucketPolicy", s3fake.Fault{Status: 400, Code: "MalformedPolicy", Message: "Invalid principal in policy"}, fault.ClientUserNotFound},
		{"a refusal that speaks of a principal", "PutBucketPolicy", s3fake.Fault{Status: 400, Code: "InvalidRequest", Message: "Invalid principal in policy"}, fault.RequestRefused},
		{"a refusal that speaks of the block", "PutBucketPolicy", s3fake.Fault{Status: 400, Code: "InvalidRequest", Message: inGuide}, fault.RequestRefused},
		{"the policy is malformed otherwise", "PutBucketPolicy", s3fake.Fault{Status: 400, Code: "MalformedPolicy", Message: "Policy has invalid resource"}, fault.PolicyConflict},
		{"the policy is too large as S3 counts it", "PutBucketPolicy", s3fake.Fault{Status: 400, Code: "PolicyTooLarge", Message: "Policy exceeds the maximum allowed document size."}, fault.PolicyTooLarge},
		{"the stored policy isn't JSON", "GetBucketPolicy", s3fake.Fault{Status: 200, Body: "nonsense"}, fault.PolicyConflict},
		{"the stored policy has a key twice", "GetBucketPolicy", s3fake.Fault{Status: 200, Body: `{"Statement":[],"Statement":[]}`}, fault.PolicyConflict},
		{"the bucket isn't seen yet when its policy is put", "PutBucketPolicy", s3fake.Fault{Status: 404, Code: "NoSuchBucket"}, fault.OperationConflict},
		{"the bucket isn't seen yet when its folder is put", "PutObject", s3fake.Fault{Status: 404, Code: "NoSuchBucket"}, fault.OperationConflict},
		{"the folder can't be looked for because S3 is busy", "HeadObject", s3fake.Fault{Status: 503}, fault.ServiceUnavailable},
		{"the folder can't be looked for because of a redirect", "HeadObject", s3fake.Fault{Status: 301}, fault.Internal},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for _, m := range methods() {
					if m.operation == c.operation {
						fails(t, m, c.fault, c.want)
					}
				}
			})
		})
	}
}

func TestTheEndOfTheContextIsDeadlineExceeded(t *testing.T) {
	for _, m := range methods() {
		ends := map[string]func(context.Context) (context.Context, context.CancelFunc){
			"a deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, time.Second)
			},
			"a cancellation": func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(ctx)
				time.AfterFunc(time.Second, cancel)
				return ctx, cancel
			},
		}
		for name, end := range ends {
			t.Run(fmt.Sprintf("%s in %s", name, m.name), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					store, fake, spec := newStore(t)
					fake.SetFault(s3fake.Always(m.operation, s3fake.Fault{Hang: true}))
					ctx, cancel := end(t.Context())
					defer cancel()
					if err := m.call(ctx, store, spec); !fault.Is(err, fault.DeadlineExceeded) || !strings.HasSuffix(err.Error(), ": the time ran out before the answer came") {
						t.Errorf("%s: %v, want DeadlineExceeded", m.name, err)
					}
				})
			})
		}
	}
}

// TestWhatTheSDKRepeats holds the port's word that what AWS asks to repeat has
// been repeated, and that conflicts are left to the caller.
func TestWhatTheSDKRepeats(t *testing.T) {
	cases := []struct {
		name  string
		fault s3fake.Fault
		calls int
	}{
		{"a throttle is repeated", s3fake.Fault{Status: 503, Code: "SlowDown"}, 3},
		{"an internal error is repeated", s3fake.Fault{Status: 500, Code: "InternalError"}, 3},
		{"a broken connection is repeated", s3fake.Fault{Drop: true}, 3},
		{"a conflict is left to the caller", s3fake.Fault{Status: 409, Code: "OperationAborted"}, 1},
		{"a refusal isn't repeated", s3fake.Fault{Status: 403, Code: "AccessDenied"}, 1},
		{"a redirect isn't repeated", s3fake.Fault{Status: 301, Code: "PermanentRedirect", Header: http.Header{"X-Amz-Bucket-Region": {"eu-west-3"}}}, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, fake, _ := newStore(t)
				fake.SetFault(s3fake.Always("", c.fault))
				if _, err := store.ReadPolicy(t.Context(), home); err == nil {
					t.Error("ReadPolicy succeeds")
				}
				if n := len(fake.Calls()); n != c.calls {
					t.Errorf("%d calls, want %d", n, c.calls)
				}
			})
		})
	}
}
