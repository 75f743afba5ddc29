package s3server

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// front is the S3 endpoint: it keeps creations of a bucket apart from other requests,
// proxies the request, and logs the answer before the client can see it.
func (s *Server) front(socket string) http.Handler {
	proxy := s.proxy(socket)
	proxy.ModifyResponse = func(response *http.Response) error {
		call := callOf(response.Request.Context())
		if arn := response.Header.Get(callerHeader); arn != "" {
			call.Who = nameInARN(arn)
		}
		response.Header.Del(callerHeader)
		call.Status = response.StatusCode
		if call.Status >= http.StatusBadRequest {
			if err := noteError(call, response); err != nil {
				return err
			}
		}
		s.calls.add(*call)
		return nil
	}
	proxy.ErrorHandler = s.broken
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		call := newCall(r)
		serve := func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Amz-Target") == searchTarget {
				s.search(w, r, call)
				return
			}
			defer s.locks.enter(call.Bucket, call.alone())()
			proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callKey{}, call)))
		}
		if fault := s.faults.choose(*call); fault != nil {
			s.serveFaulty(w, r, call, fault, serve)
			return
		}
		serve(w, r)
	})
}

// broken answers when versitygw couldn't be reached, mostly because the client disconnected.
func (s *Server) broken(w http.ResponseWriter, r *http.Request, cause error) {
	fmt.Fprintf(s.log, "s3server: pass %s %s on to versitygw: %v\n", r.Method, r.URL.Path, cause)
	call := callOf(r.Context())
	call.Status, call.Code = http.StatusServiceUnavailable, "ServiceUnavailable"
	s.calls.add(*call)
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(call.Status)
	_, _ = io.WriteString(w, xml.Header+"<Error><Code>ServiceUnavailable</Code><Message>The local server could not be asked.</Message></Error>")
}

// noteError reads the code from an error's body, which is small, and restores the body.
func noteError(call *Call, response *http.Response) error {
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("read versitygw's error: %w", err)
	}
	_ = response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(body))
	var document struct {
		Code    string
		Control string `xml:"Error>Code"`
	}
	_ = xml.Unmarshal(body, &document) // HEAD has no body, and then there is no code
	call.Code = document.Code + document.Control
	return nil
}

// nameInARN returns the last part of a principal's ARN: the user's name, or "root".
func nameInARN(arn string) string {
	return arn[strings.LastIndexAny(arn, ":/")+1:]
}

type callKey struct{}

// callOf finds the entry that belongs to a request on its way through the proxy.
func callOf(ctx context.Context) *Call {
	call, _ := ctx.Value(callKey{}).(*Call)
	return call
}
