package s3store_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

func TestTheAccountsBlockIsReadOrSaysWhyNot(t *testing.T) {
	const (
		restricts = `<PublicAccessBlockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>`
		aws       = "https://935799716578.s3-control.us-east-1.amazonaws.com"
		path      = "/v20180820/configuration/publicAccessBlock"
		nothing   = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	)
	for name, c := range map[string]struct {
		address, asked, body string
		status               int
		code                 fault.Code
		on, fips, besideAWS  bool // besideAWS: S3 is AWS's, though the address isn't
	}{
		"on":                          {asked: aws, status: 200, body: restricts, on: true},
		"off":                         {asked: aws, status: 200, body: `<PublicAccessBlockConfiguration/>`},
		"none":                        {asked: aws, status: 404, body: `<ErrorResponse><Error><Code>NoSuchPublicAccessBlockConfiguration</Code></Error></ErrorResponse>`},
		"an empty answer":             {asked: aws, status: 200, code: fault.ServiceUnavailable},
		"another document":            {asked: aws, status: 200, body: "<html/>", code: fault.ServiceUnavailable},
		"something isn't there":       {asked: aws, status: 404, code: fault.Internal},
		"denied":                      {asked: aws, status: 403, body: `<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>`, code: fault.AccessDenied},
		"throttled":                   {asked: aws, status: 503, body: `<ErrorResponse><Error><Code>SlowDown</Code></Error></ErrorResponse>`, code: fault.Throttled},
		"AWS's fault":                 {asked: aws, status: 500, code: fault.ServiceUnavailable},
		"at an address of AWS's":      {address: "https://vpce-1.s3.us-east-1.vpce.amazonaws.com", asked: "https://935799716578.vpce-1.s3.us-east-1.vpce.amazonaws.com", status: 403, code: fault.AccessDenied},
		"wrong credentials":           {asked: aws, status: 403, body: `<ErrorResponse><Error><Code>InvalidAccessKeyId</Code></Error></ErrorResponse>`, code: fault.CredentialsRefused},
		"FIPS":                        {fips: true, asked: "https://935799716578.s3-control-fips.us-east-1.amazonaws.com", status: 200, body: restricts, on: true},
		"by another server":           {address: own, asked: own, status: 200, body: restricts, on: true},
		"none on another server":      {address: own, asked: own, status: 404, body: `<ErrorResponse><Error><Code>NoSuchPublicAccessBlockConfiguration</Code></Error></ErrorResponse>`},
		"not known to another server": {address: own, asked: own, status: 501},
		"not found on another server": {address: own, asked: own, status: 404, body: "<Error><Code>NoSuchBucket</Code></Error>"},
		"denied by another server":    {address: own, asked: own, status: 403, body: "<Error><Code>AccessDenied</Code></Error>"},
		"another server's fault":      {address: own, asked: own, status: 500},
		"another server's page":       {address: own, asked: own, status: 200, body: "<html>"},
		"another server's nothing":    {address: own, asked: own, status: 200},
		"another server's redirect":   {address: own, asked: own, status: 302},
		// A proxy, say. The account is AWS's.
		"on, beside AWS's S3":        {besideAWS: true, address: own, asked: own, status: 200, body: restricts, on: true},
		"none, beside AWS's S3":      {besideAWS: true, address: own, asked: own, status: 404, body: `<ErrorResponse><Error><Code>NoSuchPublicAccessBlockConfiguration</Code></Error></ErrorResponse>`},
		"denied, beside AWS's S3":    {besideAWS: true, address: own, asked: own, status: 403, body: "<Error><Code>AccessDenied</Code></Error>", code: fault.AccessDenied},
		"not known, beside AWS's S3": {besideAWS: true, address: own, asked: own, status: 501, code: fault.ServiceUnavailable},
		"a page, beside AWS's S3":    {besideAWS: true, address: own, asked: own, status: 200, body: "<html>", code: fault.ServiceUnavailable},
		"a fault, beside AWS's S3":   {besideAWS: true, address: own, asked: own, status: 500, code: fault.ServiceUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			client := &scripted{status: c.status, body: c.body}
			options := s3fake.New(account).Client(s3fake.ClientOptions{}).Options()
			options.HTTPClient, options.BaseEndpoint = client, nil
			if c.address == own && !c.besideAWS {
				options.BaseEndpoint = awssdk.String(own)
			}
			if c.fips {
				options.EndpointOptions.UseFIPSEndpoint = awssdk.FIPSEndpointStateEnabled
			}
			block, err := s3store.New(nil, account, "homes").ReadingAccountBlock(options, c.address).ReadAccountBlock(t.Context(), t.Context())
			if block != (bucket.AccessBlock{RestrictPublicBuckets: c.on}) || c.code == "" && err != nil || c.code != "" && !fault.Is(err, c.code) {
				t.Errorf("read %+v, %v; want %t, %q", block, err, c.on, c.code)
			}
			if c.code == fault.AccessDenied && !strings.Contains(err.Error(), "read the account's public access block, which needs s3:GetAccountPublicAccessBlock: S3 Control answered 403") {
				t.Errorf("it says %v", err)
			}
			if got := client.asked.Header.Get("X-Amz-Content-Sha256"); got != nothing { // S3 Control asks for it
				t.Errorf("the hash of the body is %q", got)
			}
			if got := client.asked.URL.String(); got != c.asked+path || client.asked.Header.Get("X-Amz-Account-Id") != account {
				t.Errorf("asked %s for account %q", got, client.asked.Header.Get("X-Amz-Account-Id"))
			}
		})
	}
}

// A block that restricts is read again by every delivery, so that the warning ends when it does.
func TestAnOpenAccountIsAskedOnceAMinute(t *testing.T) {
	for name, c := range map[string]struct {
		block s3fake.AccessBlock
		lacks string
		asked int
	}{
		"nothing is on":       {asked: 2},
		"RestrictPublic…":     {block: s3fake.AccessBlock{RestrictPublicBuckets: true}, asked: 4},
		"it can't be read":    {lacks: "s3:GetAccountPublicAccessBlock", asked: 4},
		"only about policies": {block: s3fake.AccessBlock{BlockPublicPolicy: true}, asked: 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s3 := s3fake.New(account)
				s3.SetAccountBlock(account, c.block)
				s3.SetIdentity("function", s3fake.Identity{Lacks: []string{c.lacks}})
				client := s3.Client(s3fake.ClientOptions{AccessKeyID: "function"})
				store := s3store.New(client, account, "homes").ReadingAccountBlock(client.Options(), "https://s3-control.us-east-1.amazonaws.com")
				for range 4 {
					if b, err := store.ReadAccountBlock(t.Context(), t.Context()); (err == nil) != (c.lacks == "") || b.RestrictPublicBuckets != c.block.RestrictPublicBuckets {
						t.Errorf("read %+v, %v", b, err)
					}
					time.Sleep(30 * time.Second)
				}
				if n := len(s3.Calls()); n != c.asked {
					t.Errorf("asked %d times in two minutes, want %d", n, c.asked)
				}
			})
		})
	}
}

func TestSomebodyElsesS3HasNoAccountAtAWS(t *testing.T) {
	client := &scripted{status: 403}
	options := s3fake.New(account).Client(s3fake.ClientOptions{}).Options()
	there := "http://127.0.0.1:9000"
	options.HTTPClient, options.BaseEndpoint = client, &there
	if _, err := s3store.New(nil, account, "homes").ReadingAccountBlock(options, "").ReadAccountBlock(t.Context(), t.Context()); err != nil || client.asked != nil {
		t.Errorf("asked %v, %v", client.asked, err)
	}
}

// A server that isn't AWS's and hangs is given up when the work beside it is done, and
// what wasn't answered isn't remembered.
func TestAnotherServerIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s3 := s3fake.New(account)
		s3.SetAccountBlock(account, s3fake.AccessBlock{RestrictPublicBuckets: true})
		s3.SetFault(s3fake.First(1, "GetAccountPublicAccessBlock", s3fake.Fault{Hang: true}))
		client := s3.Client(s3fake.ClientOptions{})
		store := s3store.New(client, account, "homes").ReadingAccountBlock(client.Options(), *client.Options().BaseEndpoint)
		for _, restricts := range []bool{false, true} {
			work, done := context.WithTimeout(t.Context(), 90*time.Millisecond)
			began := time.Now()
			b, err := store.ReadAccountBlock(t.Context(), work)
			done()
			if took := time.Since(began); err != nil || b.RestrictPublicBuckets != restricts || took > 90*time.Millisecond {
				t.Errorf("read %+v, %v after %s; want %t", b, err, took, restricts)
			}
		}
	})
}

// TestAWSsAnswerIsWaitedFor, also when the work beside it is done.
func TestAWSsAnswerIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s3 := s3fake.New(account)
		s3.SetAccountBlock(account, s3fake.AccessBlock{RestrictPublicBuckets: true})
		s3.SetDelay(time.Second)
		client := s3.Client(s3fake.ClientOptions{})
		store := s3store.New(client, account, "homes").ReadingAccountBlock(client.Options(), "https://s3-control.us-east-1.amazonaws.com")
		work, done := context.WithTimeout(t.Context(), 90*time.Millisecond)
		defer done()
		if b, err := store.ReadAccountBlock(t.Context(), work); err != nil || !b.RestrictPublicBuckets {
			t.Errorf("read %+v, %v", b, err)
		}
	})
}

// TestAWSsServerThatBreaksOffIsUnavailable, which passes.
func TestAWSsServerThatBreaksOffIsUnavailable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s3 := s3fake.New(account)
		s3.SetFault(s3fake.Always("GetAccountPublicAccessBlock", s3fake.Fault{Drop: true}))
		client := s3.Client(s3fake.ClientOptions{})
		store := s3store.New(client, account, "homes").ReadingAccountBlock(client.Options(), "https://s3-control.us-east-1.amazonaws.com")
		if _, err := store.ReadAccountBlock(t.Context(), t.Context()); !fault.Is(err, fault.ServiceUnavailable) {
			t.Errorf("got %v", err)
		}
	})
}
