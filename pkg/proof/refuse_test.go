package proof

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// refuse is an error as the call's service words it.
func refuse(c call, status int, code, message string) *http.Response {
	var body, kind string
	switch c.service {
	case toS3:
		body, kind = fmt.Sprintf("<Error><Code>%s</Code><Message>%s</Message><RequestId>PROVE</RequestId></Error>", code, message), "application/xml"
	case toTopic:
		body, kind = fmt.Sprintf("<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>PROVE</RequestId></ErrorResponse>", code, message), "text/xml"
	case toQueue:
		text, err := json.Marshal(map[string]string{"__type": "com.amazonaws.sqs#" + code, "message": message})
		if err != nil {
			panic(err) // strings
		}
		body, kind = string(text), "application/x-amz-json-1.0"
	}
	if c.request.Method == http.MethodHead {
		body = ""
	}
	return respond(c, status, kind, body)
}

func respond(c call, status int, kind, body string) *http.Response {
	header := http.Header{"Content-Type": {kind}, "X-Amz-Request-Id": {"PROVE"}}
	return &http.Response{
		StatusCode: status, Status: fmt.Sprint(status, " ", http.StatusText(status)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: c.request,
	}
}
