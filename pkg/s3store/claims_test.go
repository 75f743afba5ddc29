package s3store_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

var wanted = provision.Claim{Bucket: home, MessageID: "m", At: time.Unix(1, 0).UTC()}

// claims is a store whose bucket of the claims holds body under the organization's key.
func claims(t *testing.T, body string) (*s3store.Store, *s3fake.Server) {
	t.Helper()
	store, fake, _ := newStore(t)
	b := s3fake.Bucket{Objects: map[string]s3fake.Object{}}
	if body != "" {
		b.Objects["homes/xmsqa1"] = s3fake.Object{Body: []byte(body)}
	}
	fake.Put("orgbucket-homes", b)
	return store, fake
}

func TestRefusalsOfAClaimsRead(t *testing.T) {
	for name, c := range map[string]struct {
		f    s3fake.Fault
		want fault.Code // empty: there is no claim
		list fault.Code // to a store that may list
	}{
		"no key":            {s3fake.Fault{Status: 404, Code: "NoSuchKey"}, "", ""},
		"denied":            {s3fake.Fault{Status: 403, Code: "AccessDenied"}, "", fault.AccessDenied},
		"disabled":          {s3fake.Fault{Status: 403, Code: "AllAccessDisabled"}, "", fault.AccessDenied},
		"wrong key":         {s3fake.Fault{Status: 403, Code: "InvalidAccessKeyId"}, fault.CredentialsRefused, fault.CredentialsRefused},
		"no bucket":         {s3fake.Fault{Status: 404, Code: "NoSuchBucket"}, fault.ClaimsUnavailable, fault.ClaimsUnavailable},
		"another Region":    {s3fake.Fault{Status: 301, Code: "PermanentRedirect"}, fault.ClaimsUnavailable, fault.ClaimsUnavailable},
		"a redirect's page": {s3fake.Fault{Status: 307, Code: "x"}, fault.ClaimsUnavailable, fault.ClaimsUnavailable},
		"unknown":           {s3fake.Fault{Status: 400, Code: "Whatever"}, fault.RequestRefused, fault.RequestRefused},
		"busy":              {s3fake.Fault{Status: 500, Code: "InternalError"}, fault.ServiceUnavailable, fault.ServiceUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, fake := claims(t, "")
				fake.SetFault(s3fake.Always("GetObject", c.f))
				for want, store := range map[*fault.Code]*s3store.Store{&c.want: store, &c.list: store.Listing()} {
					got, etag, err := store.ClaimWithETag(t.Context(), orgID)
					if got != (provision.Claim{}) || etag != "" || *want == "" && err != nil || *want != "" && (!fault.Is(err, *want) || !strings.Contains(err.Error(), "read claim homes/xmsqa1 in orgbucket-homes")) {
						t.Errorf("got %+v %q %v, want %s", got, etag, err, *want)
					}
				}
			})
		})
	}
}

func TestAClaimThatCannotBeUnderstoodIsDoubt(t *testing.T) {
	valid := `{"bucket":"` + home + `","messageId":"m"}`
	for name, c := range map[string]struct{ body, says string }{
		"no JSON": {"x", "invalid character"}, "no bucket": {"{}", "it names no bucket"}, "no text": {`{"bucket":"` + home + `","messageId":7}`, "number"},
		"too long": {valid + strings.Repeat(" ", 4097-len(valid)), "it has more than 4096 bytes"},
	} {
		store, _ := claims(t, c.body)
		if got, etag, err := store.ClaimWithETag(t.Context(), orgID); got != (provision.Claim{}) || etag != "" || !fault.Is(err, fault.OwnershipUnproved) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %+v, %q, %v", name, got, etag, err)
		}
	}
	store, _ := claims(t, valid+strings.Repeat(" ", 4096-len(valid)))
	if c, err := store.ReadClaim(t.Context(), orgID); err != nil || c.Bucket != home || c.MessageID != "m" {
		t.Errorf("4096 bytes: %+v, %v", c, err)
	}
}

func TestRefusalsOfAClaimsWrite(t *testing.T) {
	const theirs = `{"bucket":"fusion-rms-other"}`
	for name, c := range map[string]struct {
		f       s3fake.Fault
		stored  string
		winner  string
		want    fault.Code // of Claim
		replace fault.Code // of ReplaceClaim
	}{
		"a condition that doesn't hold": {s3fake.Fault{Status: 412, Code: "PreconditionFailed"}, theirs, "fusion-rms-other", "", fault.OperationConflict},
		"by its status":                 {s3fake.Fault{Status: 412, Code: "x"}, theirs, "fusion-rms-other", "", fault.OperationConflict},
		"by its code":                   {s3fake.Fault{Status: 400, Code: "PreconditionFailed"}, theirs, "fusion-rms-other", "", fault.OperationConflict},
		"no claim to replace":           {s3fake.Fault{Status: 404, Code: "NoSuchKey"}, theirs, "fusion-rms-other", "", fault.OperationConflict},
		"a claim that can't be read":    {s3fake.Fault{Status: 412, Code: "PreconditionFailed"}, "", "", fault.AccessDenied, fault.OperationConflict},
		"no bucket":                     {s3fake.Fault{Status: 404, Code: "NoSuchBucket"}, theirs, "", fault.ClaimsUnavailable, fault.ClaimsUnavailable},
		"another Region":                {s3fake.Fault{Status: 301, Code: "x"}, theirs, "", fault.ClaimsUnavailable, fault.ClaimsUnavailable},
		"denied":                        {s3fake.Fault{Status: 403, Code: "AccessDenied"}, theirs, "", fault.AccessDenied, fault.AccessDenied},
		"another conditional write":     {s3fake.Fault{Status: 409, Code: "ConditionalRequestConflict"}, theirs, "", fault.OperationConflict, fault.OperationConflict},
		"unknown":                       {s3fake.Fault{Status: 400, Code: "Whatever"}, theirs, "", fault.RequestRefused, fault.RequestRefused},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, fake := claims(t, c.stored)
				fake.SetFault(s3fake.Always("PutObject", c.f))
				winner, won, err := store.Claim(t.Context(), orgID, wanted)
				if winner != c.winner || won || c.want == "" && err != nil || c.want != "" && !fault.Is(err, c.want) {
					t.Errorf("Claim: %q %v %v, want %q %s", winner, won, err, c.winner, c.want)
				}
				if err := store.ReplaceClaim(t.Context(), orgID, wanted, `"e"`); !fault.Is(err, c.replace) || !strings.Contains(err.Error(), "homes/xmsqa1") || strings.Contains(err.Error(), "changed meanwhile") != (c.winner != "" || c.stored == "") {
					t.Errorf("ReplaceClaim: %v, want %s", err, c.replace)
				}
			})
		})
	}
}

// TestAClaimOfAnotherDeliveryThatIsNotAnswered is neither won nor lost.
func TestAClaimOfAnotherDeliveryThatIsNotAnswered(t *testing.T) {
	store, fake := claims(t, `{"bucket":"fusion-rms-other"}`)
	fake.SetFault(s3fake.Always("GetObject", s3fake.Fault{Status: 400, Code: "ExpiredToken"}))
	if winner, won, err := store.Claim(t.Context(), orgID, wanted); winner != "" || won || !fault.Is(err, fault.CredentialsRefused) {
		t.Errorf("%q %v %v", winner, won, err)
	}
}

func TestAClaimIsWrittenAsJSON(t *testing.T) {
	store, fake := claims(t, "")
	if winner, won, err := store.Claim(t.Context(), orgID, wanted); winner != home || !won || err != nil {
		t.Fatalf("%q %v %v", winner, won, err)
	}
	b, _ := fake.Bucket("orgbucket-homes")
	if got := string(b.Objects["homes/xmsqa1"].Body); got != `{"bucket":"fusion-rms-xmsqa1","claimedAt":"1970-01-01T00:00:01Z","messageId":"m"}` {
		t.Errorf("the claim is %s", got)
	}
	for _, c := range fake.Calls() {
		if c.Operation == "PutObject" && (c.Header.Get("Content-Type") != "application/json" || c.Header.Get("If-None-Match") != "*") {
			t.Errorf("it was sent with %v", c.Header)
		}
	}
}

// breaking is a body that breaks off, and remembers that it was closed.
type breaking struct{ closed bool }

func (*breaking) Read([]byte) (int, error) { return 0, errors.New("reset") }
func (b *breaking) Close() error           { b.closed = true; return nil }

// answering is a client whose GetObject answers with a body or an error, and whose
// GetBucketTagging with a tag.
type answering struct {
	s3store.API
	body io.ReadCloser
	err  error
}

func (a answering) GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	return &s3.GetObjectOutput{Body: a.body}, a.err
}

func (a answering) GetBucketTagging(context.Context, *s3.GetBucketTaggingInput, ...func(*s3.Options)) (*s3.GetBucketTaggingOutput, error) {
	return &s3.GetBucketTaggingOutput{TagSet: []types.Tag{{Key: aws.String("OrgId"), Value: aws.String(string(orgID))}}}, nil
}

// cancellation is an error that says whether the caller ended the call.
type cancellation bool

func (cancellation) Error() string         { return "it ended" }
func (c cancellation) CanceledError() bool { return bool(c) }

// TestWhatHasNoAnswerOfS3s is told by what the SDK says of it.
func TestWhatHasNoAnswerOfS3s(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want fault.Code
	}{
		"ended by the caller":      {cancellation(true), fault.DeadlineExceeded},
		"ended otherwise":          {cancellation(false), fault.ServiceUnavailable},
		"a code without an answer": {&smithy.GenericAPIError{Code: "TooManyBuckets"}, fault.BucketQuotaExceeded},
	} {
		if _, err := s3store.New(answering{err: c.err}, account, "orgbucket-homes").ReadClaim(t.Context(), orgID); !fault.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// TestTagsWithoutAnAnswersHeaderSayNothingOfTheRegion.
func TestTagsWithoutAnAnswersHeaderSayNothingOfTheRegion(t *testing.T) {
	spec := specIn(t, "us-east-1")
	if got, err := s3store.New(answering{}, account, "orgbucket-homes").Look(t.Context(), spec, spec.Candidates[0]); err != nil || got.State != bucket.Ours {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAClaimWhoseTimeCannotBeWrittenIsNotPut(t *testing.T) {
	store, fake := claims(t, "")
	_, won, err := store.Claim(t.Context(), orgID, provision.Claim{Bucket: home, At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)})
	if won || !fault.Is(err, fault.Internal) || len(fake.Calls()) > 0 {
		t.Errorf("%v, %v, calls %v", won, err, fake.Calls())
	}
}

func TestAClaimThatBreaksOffIsServiceUnavailableAndItsBodyIsClosed(t *testing.T) {
	body := &breaking{}
	c, etag, err := s3store.New(answering{body: body}, account, "orgbucket-homes").ClaimWithETag(t.Context(), orgID)
	if c != (provision.Claim{}) || etag != "" || !fault.Is(err, fault.ServiceUnavailable) || !body.closed {
		t.Errorf("%+v, %v, closed %v", c, err, body.closed)
	}
}
