package s3store_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// TestAnotherOrganizationsBucketIsTakenWhereverItIs: another Region's isn't in doubt.
func TestAnotherOrganizationsBucketIsTakenWhereverItIs(t *testing.T) {
	other := strings.Replace(tagging, "xmsqa1", "xmsqa2", 1)
	for _, region := range []string{"", "us-east-1", "eu-west-3"} {
		store, fake, spec := newStore(t)
		fake.SetFault(s3fake.Always("", s3fake.Fault{Status: 200, Body: other, Header: http.Header{"X-Amz-Bucket-Region": {region}}}))
		if got, err := store.Look(t.Context(), spec, spec.Candidates[0]); err != nil || got.State != bucket.Taken {
			t.Errorf("in %q: %+v, %v", region, got, err)
		}
	}
}

func TestARefusalByItsStatusOrItsCode(t *testing.T) {
	for name, c := range map[string]struct {
		f    s3fake.Fault
		want bucket.State
		seen string // the end of what was seen
	}{
		"absent by the other code": {s3fake.Fault{Status: 404, Code: "NotFound"}, bucket.Absent, "404 NotFound"},
		"moved":                    {s3fake.Fault{Status: 301, Code: "x"}, bucket.Unreadable, "301 x"},
		"moved for a while":        {s3fake.Fault{Status: 307, Code: "x"}, bucket.Unreadable, "307 x"},
		"a redirect by its code":   {s3fake.Fault{Status: 400, Code: "Redirect"}, bucket.Unreadable, "400 Redirect"},
		"permanent by its code":    {s3fake.Fault{Status: 400, Code: "PermanentRedirect"}, bucket.Unreadable, "400 PermanentRedirect"},
		"temporary by its code":    {s3fake.Fault{Status: 400, Code: "TemporaryRedirect"}, bucket.Unreadable, "400 TemporaryRedirect"},
		"denied by its code":       {s3fake.Fault{Status: 400, Code: "AccessDenied"}, bucket.Unreadable, "400 AccessDenied"},
		"disabled by its code":     {s3fake.Fault{Status: 400, Code: "AllAccessDisabled"}, bucket.Unreadable, "400 AllAccessDisabled"},
		"denied without a body":    {s3fake.Fault{Status: 403, Code: "Forbidden"}, bucket.Unreadable, "403 Forbidden"},
	} {
		store, fake, spec := newStore(t)
		fake.SetFault(s3fake.Always("", c.f))
		got, err := store.Look(t.Context(), spec, spec.Candidates[0])
		if err != nil || got.State != c.want || !strings.HasSuffix(got.Seen, c.seen) || got.Redirected != (strings.Contains(name, "moved") || strings.Contains(c.f.Code, "Redirect")) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// TestARefusalOfTheCallerSaysNothingOfABucket: no bucket is in doubt by what AWS says of
// the account, the credentials or the clock.
func TestARefusalOfTheCallerSaysNothingOfABucket(t *testing.T) {
	for want, codes := range map[fault.Code]string{
		fault.AccountProblem: "NotSignedUp AccountProblem InvalidPayer UnauthorizedAccess OptInRequired SubscriptionRequiredException",
		fault.CredentialsRefused: "InvalidAccessKeyId SignatureDoesNotMatch ExpiredToken InvalidToken TokenRefreshRequired InvalidSecurity ExpiredTokenException " +
			"UnrecognizedClientException InvalidClientTokenId IncompleteSignature InvalidSignatureException MissingAuthenticationToken",
		fault.ClockSkewed:        "RequestTimeTooSkewed RequestExpired RequestInTheFuture",
		fault.ServiceUnavailable: "RequestTimeout IncompleteBody BadDigest",
		fault.RequestRefused:     "Whatever",
	} {
		for _, code := range strings.Fields(codes) {
			synctest.Test(t, func(t *testing.T) {
				store, fake, spec := newStore(t)
				fake.SetFault(s3fake.Always("", s3fake.Fault{Status: 400, Code: code}))
				if got, err := store.Look(t.Context(), spec, spec.Candidates[0]); !fault.Is(err, want) {
					t.Errorf("%s: %+v, %v", code, got, err)
				}
			})
		}
	}
}

// TestAnErrorHasS3sWordsAndTheRequestsID, which AWS's support asks for, or says that
// there was no answer.
func TestAnErrorHasS3sWordsAndTheRequestsID(t *testing.T) {
	const looking = "look at bucket fusion-rms-xmsqa1: "
	for name, c := range map[string]struct {
		fault     s3fake.Fault
		says      string
		hasAnswer bool
	}{
		"a refusal":            {s3fake.Fault{Status: 400, Code: "Whatever", Message: "so it is"}, looking + "S3 answered 400 Whatever: so it is (request S3FAKE0000000001)", true},
		"one that breaks off":  {s3fake.Fault{Status: 200, Body: "<Tagging><TagSet><Tag>"}, looking + "S3 answered 200, but the answer couldn't be read: ", true},
		"a broken connection":  {s3fake.Fault{Drop: true}, looking, false},
		"a page with a status": {s3fake.Fault{Status: 300, Code: "x"}, looking + "S3 answered 300 x: ", true},
	} {
		synctest.Test(t, func(t *testing.T) {
			store, fake, spec := newStore(t)
			fake.SetFault(s3fake.Always("", c.fault))
			_, err := store.Look(t.Context(), spec, spec.Candidates[0])
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "S3 answered") != c.hasAnswer {
				t.Errorf("%s: got %v", name, err)
			}
			if c.hasAnswer && !strings.Contains(err.Error(), "(request S3FAKE") {
				t.Errorf("%s: no request's id in %v", name, err)
			}
		})
	}
}

// TestAnEmptyAnswerIsNoAnswer: not "all off", "no policy" or "no tags".
func TestAnEmptyAnswerIsNoAnswer(t *testing.T) {
	for _, m := range methods() {
		if m.operation == "GetBucketTagging" || m.operation == "GetPublicAccessBlock" || m.operation == "GetBucketPolicy" {
			for _, body := range []string{" \n"} {
				synctest.Test(t, func(t *testing.T) {
					store, fake, spec := newStore(t)
					fake.SetFault(s3fake.Always(m.operation, s3fake.Fault{Status: 200, Body: body}))
					if err := m.call(t.Context(), store, spec); !fault.Is(err, fault.ServiceUnavailable) {
						t.Errorf("%s, %q: %v", m.name, body, err)
					}
				})
			}
		}
	}
}

// TestAFolderThatIsThereIsNoChange, by the status or by the code of the refusal.
func TestAFolderThatIsThereIsNoChange(t *testing.T) {
	for _, f := range []s3fake.Fault{{Status: 412, Code: "x"}, {Status: 400, Code: "PreconditionFailed"}} {
		store, fake, _ := newStore(t)
		fake.SetFault(s3fake.Always("PutObject", f))
		if created, err := store.PutFolder(t.Context(), home); created || err != nil {
			t.Errorf("%d %s: %v, %v", f.Status, f.Code, created, err)
		}
	}
	store, fake, _ := newStore(t)
	if created, err := store.PutFolder(t.Context(), home); !created || err != nil {
		t.Fatalf("%v, %v", created, err)
	}
	if b, _ := fake.Bucket(home); len(b.Objects) != 1 || len(b.Objects["pub/"].Body) != 0 {
		t.Errorf("objects %v", b.Objects)
	}
	if there, err := store.HasFolder(t.Context(), home); !there || err != nil {
		t.Errorf("the folder is there: %v, %v", there, err)
	}
}

// TestConfigurationIsSentOnce: the SDK doesn't repeat what was planned from a read.
func TestConfigurationIsSentOnce(t *testing.T) {
	for _, m := range methods() {
		want := map[string]int{"PutBucketPolicy": 1, "PutPublicAccessBlock": 1}[m.operation]
		if want == 0 {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			store, fake, spec := newStore(t)
			fake.SetFault(s3fake.Always(m.operation, s3fake.Fault{Status: 503, Code: "SlowDown"}))
			_ = m.call(t.Context(), store, spec)
			if n := len(fake.Calls()); n != want {
				t.Errorf("%s was sent %d times", m.name, n)
			}
		})
	}
}
