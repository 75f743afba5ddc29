package s3store_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// scripted answers every request alike and keeps the last one.
type scripted struct {
	status int
	body   string
	asked  *http.Request
	sent   string
}

func (s *scripted) Do(r *http.Request) (*http.Response, error) {
	s.asked = r
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	s.sent = string(sent)
	return &http.Response{StatusCode: s.status, Body: io.NopCloser(strings.NewReader(s.body)), Header: http.Header{}, Request: r}, nil
}

const own = "https://elsewhere.test"

func TestASearchIsAnsweredOrSaysWhyNot(t *testing.T) {
	const one = `{"ResourceTagMappingList":[{"ResourceARN":"arn:aws:s3:::fusion-rms-xmsqa1-2"},{"ResourceARN":"arn:aws:s3:::b/key"},{"ResourceARN":"arn:aws:sns:us-east-1:1:t"}]}`
	for name, c := range map[string]struct {
		address, body string
		status        int
		code          fault.Code
		found         int
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
		"AWS answers 501":             {status: 501, code: fault.ServiceUnavailable},
		"another server's fault":      {address: own, status: 503, code: fault.ServiceUnavailable},
		"throttled":                   {status: 400, body: `{"__type":"com.amazonaws.tagging#ThrottledException"}`, code: fault.Throttled},
		"too many":                    {status: 429, code: fault.Throttled},
		"denied":                      {status: 400, body: `{"__type":"AccessDeniedException","Message":"not authorized to perform: tag:GetResources"}`, code: fault.AccessDenied},
		"denied, without words":       {status: 403, code: fault.AccessDenied},
		"denied by another server":    {address: own, status: 400, body: `{"__type":"AccessDeniedException"}`, code: fault.AccessDenied},
		"refused":                     {status: 400, body: `{"__type":"InvalidParameterException"}`, code: fault.RequestRefused},
	} {
		t.Run(name, func(t *testing.T) {
			client := &scripted{status: c.status, body: c.body}
			options := s3fake.New(account).Client(s3fake.ClientOptions{}).Options()
			options.HTTPClient, options.BaseEndpoint = client, nil
			names, err := s3store.New(nil, account, "homes").Searching(options, c.address).SearchTagged(t.Context(), orgID)
			if len(names) != c.found || c.code == "" && err != nil || c.code != "" && !fault.Is(err, c.code) {
				t.Errorf("found %v, %v; want %d, %q", names, err, c.found, c.code)
			}
			if c.address == "" && client.asked.URL.String() != "https://tagging.us-east-1.amazonaws.com" {
				t.Errorf("asked %s", client.asked.URL)
			}
			if a := client.asked.Header.Get("Authorization"); !strings.Contains(a, "/us-east-1/tagging/aws4_request") || !strings.Contains(client.sent, `"Values":["xmsqa1"]`) {
				t.Errorf("signed as %q, sent %s", a, client.sent)
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
		{"http://127.0.0.1:9000", "us-east-1", ""},
		{"https://amazonaws.com.example.org", "us-east-1", ""},
	} {
		client := &scripted{status: 200, body: `{"ResourceTagMappingList":[]}`}
		options := s3fake.New(account).Client(s3fake.ClientOptions{Region: c.region}).Options()
		options.HTTPClient, options.BaseEndpoint = client, &c.s3
		if _, err := s3store.New(nil, account, "homes").Searching(options, "").SearchTagged(t.Context(), orgID); err != nil {
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
