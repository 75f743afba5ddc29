package bucketstest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Server is one of the S3s that the suite runs on.
type Server int

// The servers.
const (
	Fake      Server = iota // pkg/fake/s3fake
	Versitygw               // versitygw behind infra/local/s3server
)

// Difference is something that the servers, or one of them and AWS, answer
// differently: a status with S3's code, or what the answer says. What isn't
// listed in [Differences] either is alike or isn't used by this system.
type Difference struct {
	What                 string
	AWS, Fake, Versitygw string
	// Source is where AWS documents its answer.
	Source string
	// Why it's left so.
	Why string

	try func(*stage) string
}

// RunDifferences tries all that is listed and checks that it's still so: a
// server that was mended, or broke in another way, has to be listed anew.
func RunDifferences(t *testing.T, server Server, newWorld func(t *testing.T) World) {
	for _, d := range Differences() {
		t.Run(d.What, func(t *testing.T) {
			if d.Fake == d.Versitygw && d.Fake == d.AWS || d.Source == "" || d.Why == "" {
				t.Errorf("not a difference, or without source or reason: %+v", d)
			}
			want := map[Server]string{Fake: d.Fake, Versitygw: d.Versitygw}[server]
			if got := d.try(newStage(t, newWorld(t))); got != want {
				t.Errorf("the answer is %q, listed is %q", got, want)
			}
		})
	}
}

// answered is a call's status and S3's code, or 200.
func answered(err error) string {
	if err == nil {
		return "200"
	}
	api, isAPI := errors.AsType[smithy.APIError](err)
	response, isResponse := errors.AsType[*smithyhttp.ResponseError](err)
	if !isAPI || !isResponse {
		return "error: " + err.Error()
	}
	return fmt.Sprint(response.HTTPStatusCode(), " ", api.ErrorCode())
}

// said gives the words of an error that are among some, in their order.
func said(err error, words ...string) string {
	var found []string
	for _, word := range words {
		if err != nil && strings.Contains(err.Error(), word) {
			found = append(found, word)
		}
	}
	return strings.Join(found, " ")
}
