package s3fake

import (
	"encoding/xml"
	"fmt"
	"net/http"
)

// answer is an HTTP response.
type answer struct {
	status int
	code   string // of an error
	header http.Header
	body   []byte
}

const xmlNamespace = "http://s3.amazonaws.com/doc/2006-03-01/"

func ok(status int) answer { return answer{status: status, header: http.Header{}} }

// okXML answers with a document.
func okXML(document any) answer {
	body, err := xml.Marshal(document)
	if err != nil {
		panic(fmt.Sprintf("s3fake: encode %T: %v", document, err))
	}
	a := ok(http.StatusOK)
	a.header.Set("Content-Type", "application/xml")
	a.body = append([]byte(xml.Header), body...)
	return a
}

// refuse answers with an error document
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
func refuse(status int, code, message string) answer {
	type document struct {
		XMLName                          xml.Name `xml:"Error"`
		Code, Message, RequestId, HostId string
	}
	a := okXML(document{Code: code, Message: message, RequestId: requestID, HostId: hostID})
	a.status, a.code = status, code
	return a
}

// The ids of every answer. S3's differ; here they are constant, so that tests can
// compare answers.
const (
	requestID = "S3FAKE0000000001"
	hostID    = "s3fake"
)

func denied() answer { return refuse(http.StatusForbidden, "AccessDenied", "Access Denied") }

func noSuchBucket() answer {
	return refuse(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist")
}

func operationAborted() answer {
	return refuse(http.StatusConflict, "OperationAborted", "A conflicting conditional operation is currently in progress against this resource. Please try again.")
}

func malformedXML() answer {
	return refuse(http.StatusBadRequest, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
}

// finish returns the answer with the headers that all answers have. An answer to HEAD
// has no body, and so an error no code
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html).
func (a answer) finish(method string) answer {
	a.header = a.header.Clone()
	a.header.Set("X-Amz-Request-Id", requestID)
	a.header.Set("X-Amz-Id-2", hostID)
	a.header.Set("Server", "AmazonS3")
	if !bodyless(method, a.status) || a.header.Get("Content-Length") == "" {
		a.header.Set("Content-Length", fmt.Sprint(len(a.body)))
	}
	if bodyless(method, a.status) {
		a.body = nil
	}
	return a
}

func bodyless(method string, status int) bool {
	return method == http.MethodHead || status == http.StatusNoContent
}
