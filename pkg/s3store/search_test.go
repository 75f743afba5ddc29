package s3store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// scripted answers every request alike and keeps the last one.
type scripted struct {
	status int
	body   string
	rest   io.Reader // what follows the body
	header http.Header
	asked  *http.Request
	sent   string
	closed bool // the answer's body was
}

func (s *scripted) Close() error { s.closed = true; return nil }

func (s *scripted) Do(r *http.Request) (*http.Response, error) {
	s.asked = r
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	s.sent = string(sent)
	body := struct {
		io.Reader
		io.Closer
	}{strings.NewReader(s.body), s}
	if s.rest != nil {
		body.Reader = io.MultiReader(body.Reader, s.rest)
	}
	return &http.Response{StatusCode: s.status, Body: body, Header: s.header, Request: r}, nil
}

// search searches by the client.
func (s *scripted) search(ctx context.Context, s3Endpoint *string, region, address string) ([]string, error) {
	options := s3fake.New(account).Client(s3fake.ClientOptions{Region: region}).Options()
	options.HTTPClient, options.BaseEndpoint = s, s3Endpoint
	return s3store.New(nil, account, "homes").Searching(options, address).SearchTagged(ctx, orgID)
}

const own = "https://elsewhere.test"

func TestASearchIsAnsweredOrSaysWhyNot(t *testing.T) {
	const one = `{"ResourceTagMappingList":[{"ResourceARN":"arn:aws:s3:::fusion-rms-xmsqa1-2"},{"ResourceARN":"arn:aws:s3:::b/key"},{"ResourceARN":"arn:aws:sns:us-east-1:1:t"}]}`
	for name, c := range map[string]struct {
		address, body string
		status        int
		code          fault.Code
		found         int
		besideAWS     bool // S3 is AWS's, though the address isn't
	}{
		"found":                       {status: 200, body: one, found: 1},
		"found by another server":     {address: own, status: 200, body: one, found: 1},
		"nothing":                     {status: 200, body: `{"ResourceTagMappingList":[]}`},
		"no list":                     {status: 200, body: "{}", code: fault.ServiceUnavailable},
		"an error as 200":             {status: 200, body: `{"__type":"ThrottledException"}`, code: fault.Throttled},
		"expired credentials":         {status: 400, body: `{"__type":"ExpiredTokenException"}`, code: fault.CredentialsRefused},
		"no JSON":                     {status: 200, body: "<html>", code: fault.ServiceUnavailable},
		"no JSON, another server":     {address: own, status: 200, body: "<html>"},
		"not known to another server": {address: own, status: 501, body: "<Error/>"},
		"not found on another server": {address: own, status: 404, body: ""},
		// Taken for nothing, these would have a second home made.
		"no JSON, beside AWS's S3":    {besideAWS: true, address: own, status: 200, body: "<html>", code: fault.ServiceUnavailable},
		"not known, beside AWS's S3":  {besideAWS: true, address: own, status: 501, body: "<Error/>", code: fault.ServiceUnavailable},
		"not found, beside AWS's S3":  {besideAWS: true, address: own, status: 404, code: fault.Internal},
		"AWS answers 501":             {status: 501, code: fault.ServiceUnavailable},
		"another server's fault":      {address: own, status: 503, code: fault.ServiceUnavailable},
		"throttled":                   {status: 400, body: `{"__type":"com.amazonaws.tagging#ThrottledException"}`, code: fault.Throttled},
		"too many":                    {status: 429, code: fault.Throttled},
		"denied":                      {status: 400, body: `{"__type":"AccessDeniedException","Message":"not authorized to perform: tag:GetResources"}`, code: fault.AccessDenied},
		"denied, without words":       {status: 403, code: fault.AccessDenied},
		"denied by another server":    {address: own, status: 400, body: `{"__type":"AccessDeniedException"}`, code: fault.AccessDenied},
		"another server's own fault":  {address: own, status: 500, code: fault.ServiceUnavailable},
		"a list beside an error":      {status: 500, body: one, code: fault.ServiceUnavailable},
		"AWS by another of its names": {address: "https://tagging.us-east-1.api.aws", status: 404, code: fault.Internal},
		"AWS in a VPC":                {address: "https://vpce-1.tagging.us-east-1.vpce.amazonaws.com", status: 404, code: fault.Internal},
		"refused":                     {status: 400, body: `{"__type":"InvalidParameterException"}`, code: fault.RequestRefused},
	} {
		t.Run(name, func(t *testing.T) {
			client := &scripted{status: c.status, body: c.body}
			var s3s *string // nil: AWS's
			if c.address == own && !c.besideAWS {
				s3s = aws.String(own)
			}
			names, err := client.search(t.Context(), s3s, "", c.address)
			if len(names) != c.found || c.code == "" && err != nil || c.code != "" && !fault.Is(err, c.code) {
				t.Errorf("found %v, %v; want %d, %q", names, err, c.found, c.code)
			}
			if c.address == "" && client.asked.URL.String() != "https://tagging.us-east-1.amazonaws.com" {
				t.Errorf("asked %s", client.asked.URL)
			}
			if a := client.asked.Header.Get("Authorization"); !strings.Contains(a, "/us-east-1/tagging/aws4_request") || !strings.Contains(client.sent, `"Values":["xmsqa1"]`) {
				t.Errorf("signed as %q, sent %s", a, client.sent)
			}
			if !client.closed {
				t.Error("the answer wasn't closed")
			}
		})
	}
}

func TestASearchIsWhereS3Is(t *testing.T) {
	for _, c := range []struct {
		s3, region, asked string
	}{
		{"", "cn-north-1", "https://tagging.cn-north-1.amazonaws.com.cn"},
		{"https://vpce-1.s3.eu-west-1.vpce.amazonaws.com", "eu-west-1", "https://tagging.eu-west-1.amazonaws.com"},
		{"https://S3.us-east-1.AmazonAWS.com.", "us-east-1", "https://tagging.us-east-1.amazonaws.com"},
		{"http://127.0.0.1:9000", "us-east-1", ""},
		{"http://:9000", "us-east-1", ""},
		{"http://%zz", "us-east-1", ""},
		{"https://amazonaws.com.example.org", "us-east-1", ""},
	} {
		client := &scripted{status: 200, body: `{"ResourceTagMappingList":[]}`}
		if _, err := client.search(t.Context(), &c.s3, c.region, ""); err != nil {
			t.Error(err)
		}
		var asked []string
		if client.asked != nil {
			asked = append(asked, client.asked.URL.String())
		}
		if want := strings.Fields(c.asked); !slices.Equal(asked, want) {
			t.Errorf("S3 at %q: asked %v, want %v", c.s3, asked, want)
		}
	}
}

// The API is called by its JSON protocol
// (https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html).
func TestASearchSpeaksTheAPIsProtocol(t *testing.T) {
	client := &scripted{status: 200, body: `{"ResourceTagMappingList":[]}`}
	if _, err := client.search(t.Context(), nil, "", ""); err != nil {
		t.Fatal(err)
	}
	want := http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {"ResourceGroupsTaggingAPI_20170126.GetResources"}}
	for name := range want {
		if got := client.asked.Header.Get(name); client.asked.Method != http.MethodPost || got != want.Get(name) {
			t.Errorf("%s with %s %q", client.asked.Method, name, got)
		}
	}
	if want := `{"PaginationToken":"","ResourceTypeFilters":["s3"],"TagFilters":[{"Key":"OrgId","Values":["xmsqa1"]}]}`; client.sent != want {
		t.Errorf("sent %s, want %s", client.sent, want)
	}
}

// pages answers with one page after the other.
type pages struct {
	scripted
	left, asked []string // what is still to be answered, and the bodies of the requests
}

func (p *pages) Do(r *http.Request) (*http.Response, error) {
	p.body, p.left = p.left[0], p.left[1:]
	answer, err := p.scripted.Do(r)
	p.asked = append(p.asked, p.sent)
	return answer, err
}

// TestASearchReadsAllPages: the home may be on the last one, and pages may be empty.
func TestASearchReadsAllPages(t *testing.T) {
	const found = `{"PaginationToken":"%s","ResourceTagMappingList":[%s]}`
	client := &pages{scripted: scripted{status: 200}, left: []string{
		fmt.Sprintf(found, "2", `{"ResourceARN":"arn:aws:s3:::a"}`), fmt.Sprintf(found, "3", ""), fmt.Sprintf(found, "", `{"ResourceARN":"arn:aws:s3:::b"}`),
	}}
	options := s3fake.New(account).Client(s3fake.ClientOptions{}).Options()
	options.HTTPClient, options.BaseEndpoint = client, nil
	names, err := s3store.New(nil, account, "homes").Searching(options, "").SearchTagged(t.Context(), orgID)
	if err != nil || !slices.Equal(names, []string{"a", "b"}) || len(client.asked) != 3 {
		t.Fatalf("found %q in %d pages, %v", names, len(client.asked), err)
	}
	for i, token := range []string{"", "2", "3"} {
		if !strings.Contains(client.asked[i], `"PaginationToken":"`+token+`"`) {
			t.Errorf("page %d is asked for by %s", i+1, client.asked[i])
		}
	}
}

// The header of a refusal may have more than its name, and so may the body.
func TestARefusedSearchIsNamedByItsHeaderOrItsBody(t *testing.T) {
	for _, client := range []*scripted{
		{header: http.Header{"X-Amzn-Errortype": {"AccessDeniedException:http://internal.amazon.com/coral/"}}},
		{header: http.Header{"X-Amzn-Errortype": {"AccessDeniedException"}}, body: `{"__type":"another"}`},
		{body: `{"__type":"com.amazonaws.tagging#AccessDeniedException"}`},
	} {
		client.status = 400
		_, err := client.search(t.Context(), nil, "", "")
		if !fault.Is(err, fault.AccessDenied) || !strings.Contains(err.Error(), `search buckets tagged for xmsqa1, which needs tag:GetResources: the tagging API answered 400 "AccessDeniedException"`) {
			t.Errorf("%v %s: %v", client.header, client.body, err)
		}
	}
}

// An answer that repeats what was signed may have secrets in it.
func TestARefusedSignatureIsNotRepeated(t *testing.T) {
	for kind, said := range map[string]bool{"InvalidSignatureException": false, "ExpiredTokenException": true} {
		client := &scripted{status: 400, body: `{"__type":"` + kind + `","Message":"the canonical string is this"}`}
		_, err := client.search(t.Context(), nil, "", "")
		if !fault.Is(err, fault.CredentialsRefused) || strings.Contains(err.Error(), "canonical") != said || !said && !strings.HasSuffix(err.Error(), `"InvalidSignatureException" ""`) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// A search that isn't sent, or whose answer breaks off, says nothing.
func TestASearchThatFailsSaysNothing(t *testing.T) {
	options := s3fake.New(account).Client(s3fake.ClientOptions{}).Options()
	unsigned := options
	unsigned.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, errors.New("no role") })
	for name, c := range map[string]struct {
		options s3.Options
		address string
		rest    io.Reader
		asked   bool
	}{
		"an address that can't be":   {options, "http://%zz", nil, false},
		"no credentials":             {unsigned, own, nil, false},
		"an answer that breaks off":  {options, own, iotest.ErrReader(errors.New("reset")), true},
		"a list that is all of that": {options, own, iotest.ErrReader(io.ErrUnexpectedEOF), true},
	} {
		client := &scripted{status: 200, body: `{"ResourceTagMappingList":[]}`, rest: c.rest}
		c.options.HTTPClient = client
		names, err := s3store.New(nil, account, "homes").Searching(c.options, c.address).SearchTagged(t.Context(), orgID)
		if names != nil || !fault.Is(err, fault.ServiceUnavailable) || (client.asked != nil) != c.asked {
			t.Errorf("%s: %v, %v, asked %v", name, names, err, client.asked)
		}
	}
}

// What was answered counts, even if the time is up by then.
func TestASearchThatWasAnsweredInTheLastMomentCounts(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	client := &scripted{status: 200, body: `{"ResourceTagMappingList":[{"ResourceARN":"arn:aws:s3:::b"}]}`}
	if names, err := client.search(ctx, nil, "", ""); err != nil || len(names) != 1 {
		t.Errorf("%v, %v", names, err)
	}
}

func TestAnAnswerToASearchThatIsTooLongIsNoAnswer(t *testing.T) {
	const most, list = 4 << 20, `{"ResourceTagMappingList":[{"ResourceARN":"arn:aws:s3:::b"}]}`
	for length, code := range map[int]fault.Code{most: "", most + 1: fault.ServiceUnavailable} {
		client := &scripted{status: 200, body: strings.Repeat(" ", length-len(list)) + list}
		if names, err := client.search(t.Context(), nil, "", ""); code == "" && len(names) != 1 || code != "" && !fault.Is(err, code) {
			t.Errorf("%d bytes: %v, %v", length, names, err)
		}
	}
}

// A search that takes too long may be tried again; one that the delivery's end cuts off not.
func TestASearchEndsWithinTheDelivery(t *testing.T) {
	for deadline, c := range map[time.Duration]struct {
		code fault.Code
		took time.Duration
	}{
		time.Minute: {fault.ServiceUnavailable, 5 * time.Second},
		time.Second: {fault.DeadlineExceeded, time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			fake := s3fake.New(account)
			fake.SetFault(s3fake.Always("GetResources", s3fake.Fault{Hang: true}))
			options := fake.Client(s3fake.ClientOptions{}).Options()
			ctx, cancel := context.WithTimeout(t.Context(), deadline)
			defer cancel()
			began := time.Now()
			_, err := s3store.New(nil, account, "homes").Searching(options, *options.BaseEndpoint).SearchTagged(ctx, orgID)
			if took := time.Since(began); !fault.Is(err, c.code) || took != c.took {
				t.Errorf("within %s: %v after %s", deadline, err, took)
			}
		})
	}
}
