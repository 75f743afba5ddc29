package awsfake

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
)

// RoundTrip answers a request.
func (w *World) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	in, err := read(r)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	w.seen = append(w.seen, in)
	answer, ok := w.answers[in.Action]
	w.mu.Unlock()
	if !ok {
		return nil, fmt.Errorf("the fake doesn't know %s (%s %s)", in.Action, r.Method, r.URL)
	}
	a := answer(in)
	if a.Silent {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	if a.Err != nil {
		return nil, a.Err
	}
	return w.write(a, r), nil
}

// write makes a response of an answer.
func (w *World) write(a Answer, r *http.Request) *http.Response {
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	header := http.Header{"Date": {time.Now().Add(w.Skew).UTC().Format(http.TimeFormat)}}
	for name, values := range a.Header {
		header[name] = values
	}
	if r.Header.Get("Smithy-Protocol") == "rpc-v2-cbor" {
		header.Set("Smithy-Protocol", "rpc-v2-cbor")
		a.Body = cborOf(a.Body)
	}
	return &http.Response{
		StatusCode: a.Status, Status: http.StatusText(a.Status), Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        header,
		ContentLength: int64(len(a.Body)),
		Body:          io.NopCloser(strings.NewReader(a.Body)),
	}
}

// targets are the services that name the operation in a header.
var targets = map[string]string{
	"AmazonSSM": "ssm", "AmazonSQS": "sqs", "AWSOrganizationsV20161128": "organizations",
	"ServiceQuotasV20190624": "servicequotas", "AWSInsightsIndexService": "ce", "TrentService": "kms", "Logs_20140328": "logs",
}

// versions are the services whose operation is a parameter.
var versions = map[string]string{"2011-06-15": "sts", "2010-05-08": "iam", "2010-03-31": "sns", "2010-05-15": "cloudformation"}

func read(r *http.Request) (Request, error) {
	in := Request{Host: r.URL.Host, Fields: map[string]string{}}
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return in, err
		}
		_ = r.Body.Close()
	}
	in.Body = string(body)
	service, operation, isTarget := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch {
	case isTarget:
		in.Action = targets[service] + ":" + operation
		return in, in.ofJSON(body)
	case r.Header.Get("Smithy-Protocol") == "rpc-v2-cbor":
		in.Action = "cloudwatch:" + r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
		return in, nil
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		form, err := url.ParseQuery(in.Body)
		in.ofForm(form)
		in.Action = versions[form.Get("Version")] + ":" + form.Get("Action")
		return in, err
	}
	in.ofForm(r.URL.Query())
	in.Action = ofPath(r.URL.Path)
	for sub, action := range map[string]string{"publicAccessBlock": "s3:GetBucketPublicAccessBlock", "versioning": "s3:GetBucketVersioning"} {
		if r.URL.Query().Has(sub) {
			in.Action = action
		}
	}
	return in, nil
}

func ofPath(path string) string {
	switch {
	case strings.HasSuffix(path, "/configuration/publicAccessBlock"):
		return "s3:GetAccountPublicAccessBlock"
	case strings.HasSuffix(path, "/invocations"):
		return "lambda:InvokeFunction"
	case strings.HasSuffix(path, "/concurrency"):
		return "lambda:GetFunctionConcurrency"
	case strings.HasSuffix(path, "/configuration"):
		return "lambda:GetFunctionConfiguration"
	case strings.Contains(path, "/event-source-mappings"):
		return "lambda:ListEventSourceMappings"
	}
	return "s3:ListAllMyBuckets"
}

func (r *Request) ofForm(form url.Values) {
	for name := range form {
		r.Fields[name] = form.Get(name)
	}
}

func (r *Request) ofJSON(body []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return err
	}
	for name, raw := range fields {
		text := string(raw)
		_ = json.Unmarshal(raw, &text) // what isn't text stays JSON
		r.Fields[name] = text
	}
	return nil
}

// wire is a service's protocol.
type wire int

const (
	jsonWire wire = iota
	xmlOfQuery
	xmlOfREST
	xmlOfS3
)

func protocol(action string) wire {
	switch service, _, _ := strings.Cut(action, ":"); {
	case service == "sts", service == "iam", service == "sns", service == "cloudformation":
		return xmlOfQuery
	case action == "s3:ListAllMyBuckets", strings.HasPrefix(action, "s3:GetBucket"):
		return xmlOfS3
	case service == "s3":
		return xmlOfREST
	}
	return jsonWire
}

// ServeHTTP answers a request over a socket. An answer that is an error breaks the
// connection.
func (w *World) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	r.URL.Host = r.Host
	answer, err := w.RoundTrip(r)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer answer.Body.Close()
	for name, values := range answer.Header {
		out.Header()[name] = values
	}
	out.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(out, answer.Body) // who asked may have gone
}

// cborOf returns JSON as CBOR, which CloudWatch speaks
// (https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html). What isn't JSON
// stays as it is.
func cborOf(text string) string {
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return text
	}
	return string(cbor.Encode(cborValue(v)))
}

func cborValue(v any) cbor.Value {
	switch v := v.(type) {
	case map[string]any:
		all := cbor.Map{}
		for name := range v {
			all[name] = cborValue(v[name])
		}
		return all
	case []any:
		all := cbor.List{}
		for i := range v {
			all = append(all, cborValue(v[i]))
		}
		return all
	case string:
		return cbor.String(v)
	case bool:
		return cbor.Bool(v)
	case float64:
		return cbor.Float64(v)
	}
	return &cbor.Nil{}
}
