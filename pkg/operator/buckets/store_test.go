package buckets_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

var (
	_ diagnosis.Evidence = (*buckets.Store)(nil)
	_ audit.Source       = buckets.List{}
)

const (
	account  = "935799716578"
	stranger = "111122223333"
	name     = "fusion-rms-xmsqa1"
)

// withStore runs a test with a store and a bucket of the account.
func withStore(t *testing.T, test func(t *testing.T, store *buckets.Store, fake *s3fake.Server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		fake := s3fake.New(account)
		fake.Put(name, s3fake.Bucket{})
		options := s3fake.ClientOptions{}
		test(t, buckets.New(fake.Client(options), account).WithControl(fake.Control(options)), fake)
	})
}

// TestWhoDeniesIsReadFromS3sText has the texts of
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html.
func TestWhoDeniesIsReadFromS3sText(t *testing.T) {
	const who = `User: arn:aws:iam::123456789012:user/MaryMajor is not authorized to perform: s3:GetBucketTagging on resource: "arn:aws:s3:::fusion-rms-xmsqa1" `
	for text, want := range map[string]diagnosis.Denial{
		who + "with an explicit deny in a resource-based policy":                        diagnosis.DenialOfBucket,
		who + "because no identity-based policy allows the s3:GetBucketTagging action":  diagnosis.DenialOfCaller,
		who + "with an explicit deny in an identity-based policy":                       diagnosis.DenialOfCaller,
		who + "because no permissions boundary allows the s3:GetBucketTagging action":   diagnosis.DenialOfCaller,
		who + "because no session policy allows the s3:GetBucketTagging action":         diagnosis.DenialOfCaller,
		who + "with an explicit deny in a session policy":                               diagnosis.DenialOfCaller,
		who + "because no VPC endpoint policy allows the s3:GetBucketTagging action":    diagnosis.DenialOfCaller,
		who + "with an explicit deny in a VPC endpoint policy":                          diagnosis.DenialOfCaller,
		who + "because no service control policy allows the s3:GetBucketTagging action": diagnosis.DenialOfCaller,
		who + "with an explicit deny in a service control policy":                       diagnosis.DenialOfCaller,
		who + "because no resource-based policy allows the s3:GetBucketTagging action":  diagnosis.DenialOfCaller,
		"Access Denied": diagnosis.DenialUnclear,
		"":              diagnosis.DenialUnclear,
		strings.Repeat("x", 500) + " with an explicit deny in a resource-based policy": diagnosis.DenialOfBucket,
	} {
		withStore(t, func(t *testing.T, store *buckets.Store, fake *s3fake.Server) {
			fake.SetFault(s3fake.Always("GetBucketTagging", s3fake.Fault{Status: 403, Code: "AccessDenied", Message: text}))
			if got, err := store.Denial(t.Context(), name); err != nil || got != want {
				t.Errorf("%q: got %d, %v; want %d", text, got, err, want)
			}
		})
	}
}

func TestNobodyIsSaidToDenyWhatIsAnsweredOrFails(t *testing.T) {
	for title, c := range map[string]struct {
		fault s3fake.Fault
		want  fault.Code
	}{
		"it's answered now":     {s3fake.Fault{}, fault.OperationConflict},
		"it's gone now":         {s3fake.Fault{Status: 404, Code: "NoSuchBucket"}, fault.OperationConflict},
		"throttled":             {s3fake.Fault{Status: 503, Code: "SlowDown"}, fault.Throttled},
		"S3 has a fault":        {s3fake.Fault{Status: 500, Code: "InternalError"}, fault.ServiceUnavailable},
		"no answer":             {s3fake.Fault{Drop: true}, fault.ServiceUnavailable},
		"the token expired":     {s3fake.Fault{Status: 400, Code: "ExpiredToken"}, fault.CredentialsRefused},
		"a key S3 doesn't know": {s3fake.Fault{Status: 403, Code: "InvalidAccessKeyId"}, fault.CredentialsRefused},
		"the account is closed": {s3fake.Fault{Status: 403, Code: "AccountProblem"}, fault.AccountProblem},
		"the clock is wrong":    {s3fake.Fault{Status: 403, Code: "RequestTimeTooSkewed"}, fault.ClockSkewed},
	} {
		t.Run(title, func(t *testing.T) {
			withStore(t, func(t *testing.T, store *buckets.Store, fake *s3fake.Server) {
				fake.SetFault(s3fake.Always("GetBucketTagging", c.fault))
				if _, err := store.Denial(t.Context(), name); !fault.Is(err, c.want) {
					t.Errorf("got %v, want %s", err, c.want)
				}
			})
		})
	}
}

func TestWhatIsDeniedNamesThePermission(t *testing.T) {
	calls := map[string]func(context.Context, *buckets.Store) error{
		"s3:GetBucketTagging on bucket " + name: func(ctx context.Context, s *buckets.Store) error { _, err := s.Tags(ctx, name); return err },
		"s3:TagResource on bucket " + name: func(ctx context.Context, s *buckets.Store) error {
			return s.Tag(ctx, name, buckets.Tag{Key: "OrgId", Value: "xmsqa1"})
		},
		"s3:ListAllMyBuckets": func(ctx context.Context, s *buckets.Store) error { _, err := s.Created(ctx, name); return err },
		"s3:ListBucket on bucket " + name: func(ctx context.Context, s *buckets.Store) error {
			_, _, err := s.Objects(ctx, name, 5)
			return err
		},
	}
	for permission, call := range calls {
		withStore(t, func(t *testing.T, store *buckets.Store, fake *s3fake.Server) {
			fake.SetFault(s3fake.Always("", s3fake.Fault{Status: 403, Code: "AccessDenied", Message: "Access Denied"}))
			if err := call(t.Context(), store); !fault.Is(err, fault.AccessDenied) || !strings.Contains(err.Error(), "needs permission "+permission) {
				t.Errorf("%v doesn't name %s", err, permission)
			}
		})
	}
}

func TestTheCallersEndIsNoFaultOfS3(t *testing.T) {
	withStore(t, func(t *testing.T, store *buckets.Store, fake *s3fake.Server) {
		fake.SetDelay(time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := store.Owns(ctx, name); !fault.Is(err, fault.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

// TestTheToolAndTheFunctionNameARefusalAlike: an operator compares the diagnosis with
// the function's log.
func TestTheToolAndTheFunctionNameARefusalAlike(t *testing.T) {
	for _, code := range strings.Fields("AccessDenied AccessDeniedException AllAccessDisabled Forbidden " +
		"NotSignedUp AccountProblem InvalidPayer UnauthorizedAccess OptInRequired SubscriptionRequiredException " +
		"InvalidAccessKeyId SignatureDoesNotMatch ExpiredToken InvalidToken TokenRefreshRequired InvalidSecurity ExpiredTokenException UnrecognizedClientException " +
		"InvalidClientTokenId IncompleteSignature InvalidSignatureException MissingAuthenticationToken RequestTimeTooSkewed RequestExpired RequestInTheFuture " +
		"SlowDown Throttling InternalError ServiceUnavailable OperationAborted NoSuchBucket") {
		withStore(t, func(t *testing.T, store *buckets.Store, fake *s3fake.Server) {
			status := 403
			if code == "InternalError" || code == "ServiceUnavailable" {
				status = 503
			}
			fake.SetFault(s3fake.Always("", s3fake.Fault{Status: status, Code: code}))
			_, functions := s3store.New(fake.Client(s3fake.ClientOptions{}), account, "homes").ReadPolicy(t.Context(), name)
			_, tools := store.Tags(t.Context(), name)
			if fault.Of(tools).Code != fault.Of(functions).Code {
				t.Errorf("%s: %v, but the function says %v", code, tools, functions)
			}
		})
	}
}
