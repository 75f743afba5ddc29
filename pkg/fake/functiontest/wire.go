package functiontest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Service is whom a request goes to.
type Service string

// The services that the function calls.
const (
	S3      Service = "S3"
	SNS     Service = "SNS"
	SQS     Service = "SQS"
	Tagging Service = "tagging"
	Control Service = "S3 Control"
)

// ServiceOf returns a request's service, by its protocol: SQS uses JSON with a
// target header, the tagging API another one, SNS forms, S3 Control paths of its own, S3
// none of these.
func ServiceOf(r *http.Request) Service {
	switch {
	case strings.HasPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS."):
		return SQS
	case strings.HasPrefix(r.Header.Get("X-Amz-Target"), "ResourceGroupsTaggingAPI_"):
		return Tagging
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		return SNS
	case strings.HasPrefix(r.URL.Path, "/v20180820/"):
		return Control
	}
	return S3
}

// Publication is what a request publishes.
type Publication struct {
	Message    string
	Attributes map[string]string
}

// ReadPublication reads a request to SNS and leaves its body to be read again
// (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html).
func ReadPublication(r *http.Request) (Publication, error) {
	body, err := readBody(r)
	if err != nil {
		return Publication{}, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get("Action") != "Publish" {
		return Publication{}, fmt.Errorf("%q doesn't publish: %v", body, err)
	}
	p := Publication{Message: form.Get("Message"), Attributes: map[string]string{}}
	for i := 1; form.Has(fmt.Sprintf("MessageAttributes.entry.%d.Name", i)); i++ {
		entry := fmt.Sprintf("MessageAttributes.entry.%d.", i)
		p.Attributes[form.Get(entry+"Name")] = form.Get(entry + "Value.StringValue")
	}
	return p, nil
}

// Published answers a request to SNS.
func Published(r *http.Request) *http.Response {
	return Respond(r, http.StatusOK, `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`)
}

// Visibility is a change of a message's visibility, in seconds
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html).
type Visibility struct {
	ReceiptHandle     string
	VisibilityTimeout int
}

// ReadVisibility reads a request to SQS and leaves its body to be read again.
func ReadVisibility(r *http.Request) (v Visibility, err error) {
	if target := r.Header.Get("X-Amz-Target"); target != "AmazonSQS.ChangeMessageVisibility" {
		return v, fmt.Errorf("the function doesn't call %s", target)
	}
	body, err := readBody(r)
	if err != nil {
		return v, err
	}
	return v, json.Unmarshal(body, &v)
}

// VisibilityChanged answers a request to SQS.
func VisibilityChanged(r *http.Request) *http.Response { return Respond(r, http.StatusOK, "{}") }

// Refuse answers with an error as the request's service words it.
func Refuse(r *http.Request, status int, code, message string) *http.Response {
	form := "<Error><Code>%s</Code><Message>%s</Message><RequestId>" + requestID + "</RequestId></Error>"
	switch ServiceOf(r) {
	case SNS:
		form = "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>" + requestID + "</RequestId></ErrorResponse>"
	case Control:
		form = "<ErrorResponse>" + form + "</ErrorResponse>"
	case Tagging:
		form = `{"__type":%q,"Message":%q}`
	case SQS:
		form = `{"__type":"com.amazonaws.sqs#%s","message":%q}`
	}
	return Respond(r, status, fmt.Sprintf(form, code, message))
}

const requestID = "FAKE000000000001"

var contentTypes = map[Service]string{S3: "application/xml", Control: "application/xml", SNS: "text/xml", SQS: "application/x-amz-json-1.0", Tagging: "application/x-amz-json-1.1"}

// Respond answers with a body of the service's content type, none to HEAD.
func Respond(r *http.Request, status int, body string) *http.Response {
	if r.Method == http.MethodHead {
		body = ""
	}
	return &http.Response{
		StatusCode: status, Status: fmt.Sprint(status, " ", http.StatusText(status)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {contentTypes[ServiceOf(r)]}, "X-Amz-Request-Id": {requestID}},
		Body:   io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}
}

func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("read a request to %s: %w", ServiceOf(r), err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, nil
}
