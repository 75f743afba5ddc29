package awsfake

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net"
	"net/http"
	"strings"
)

// Refuse is the refusal of an action as its service writes it.
func Refuse(action string, status int, code, message string) Answer {
	a := Answer{Status: status}
	escaped := html.EscapeString(message)
	switch protocol(action) {
	case xmlOfQuery, xmlOfREST:
		a.Body = fmt.Sprintf(`<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ErrorResponse>`, code, escaped)
	case xmlOfS3:
		a.Body = fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<Error><Code>%s</Code><Message>%s</Message><RequestId>4442587FB7D0A2F9</RequestId><HostId>…</HostId></Error>`, code, escaped)
	default:
		text, _ := json.Marshal(map[string]string{"__type": "com.amazonaws.fake#" + code, "message": message}) // of texts, can't fail
		a.Body = string(text)
	}
	return a
}

// Denied is what an identity without the permission gets: each service has its code.
func Denied(action string) Answer {
	service, _, _ := strings.Cut(action, ":")
	code, status := map[string]string{"iam": "AccessDenied", "s3": "AccessDenied", "sns": "AuthorizationError", "sts": "AccessDenied"}[service], http.StatusForbidden
	if code == "" {
		code, status = "AccessDeniedException", http.StatusBadRequest
	}
	return Refuse(action, status, code, "User: arn:aws:sts::"+Account+":assumed-role/operator/anna is not authorized to perform: "+action+" because no identity-based policy allows the "+action+" action")
}

// Expired is what credentials get whose time is over: each service has its code.
func Expired(action string) Answer {
	if protocol(action) == jsonWire {
		return Refuse(action, http.StatusBadRequest, "ExpiredTokenException", "The security token included in the request is expired")
	}
	return Refuse(action, http.StatusForbidden, "ExpiredToken", "The security token included in the request is expired")
}

// Throttled is what too many requests get.
func Throttled(action string) Answer {
	if protocol(action) == jsonWire {
		return Refuse(action, http.StatusBadRequest, "ThrottlingException", "Rate exceeded")
	}
	return Refuse(action, http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.")
}

// Garbage is the answer of something that isn't AWS.
func Garbage(string) Answer {
	return Answer{Status: http.StatusOK, Body: "<html><body>Welcome\x1b[2J to nginx!</body>"}
}

// NotFound is the answer of a server that knows nothing of the path.
func NotFound(string) Answer {
	return Answer{Status: http.StatusNotFound, Body: "404 page not found\n"}
}

// Unreachable is an endpoint that nobody listens at.
func Unreachable(string) Answer {
	return Answer{Err: &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connect: connection refused")}}
}
