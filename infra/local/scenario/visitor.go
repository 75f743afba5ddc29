package scenario

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
)

// visitor sends requests to the real server under one identity. Each method
// gives what the server said: "403 AccessDenied", "200", or what was read.
type visitor interface {
	get(bucket, key string) string
	put(bucket, key, content string) string
	remove(bucket, key string) string
	list(bucket string) string // the keys, space-separated
}

// refused is the answer to who isn't allowed.
const refused = "403 AccessDenied"

// done is the answer to a write that succeeded.
const done = "200"

// anyone is a visitor without an identity: plain HTTP, as from a browser.
type anyone struct {
	ctx    context.Context
	server *s3server.Server
}

func (a anyone) get(bucket, key string) string {
	return a.request(http.MethodGet, a.server.ObjectURL(bucket, key), "")
}

func (a anyone) put(bucket, key, content string) string {
	return a.request(http.MethodPut, a.server.ObjectURL(bucket, key), content)
}

func (a anyone) remove(bucket, key string) string {
	return a.request(http.MethodDelete, a.server.ObjectURL(bucket, key), "")
}

func (a anyone) list(bucket string) string {
	return a.request(http.MethodGet, a.server.URL()+"/"+url.PathEscape(bucket)+"?list-type=2", "")
}

func (a anyone) request(method, address, content string) string {
	request, err := http.NewRequestWithContext(a.ctx, method, address, strings.NewReader(content))
	if err != nil {
		return err.Error()
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return err.Error()
	case response.StatusCode == http.StatusOK && method == http.MethodGet:
		return string(body)
	case response.StatusCode < http.StatusBadRequest:
		return done
	}
	var refusal struct{ Code string }
	_ = xml.Unmarshal(body, &refusal) // without a code, the status says enough
	return strings.TrimSpace(fmt.Sprint(response.StatusCode, " ", refusal.Code))
}

// user is a visitor with keys.
type user struct {
	ctx    context.Context
	client *s3.Client
}

func (u user) get(bucket, key string) string {
	out, err := u.client.GetObject(u.ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return answer(err)
	}
	defer func() { _ = out.Body.Close() }()
	body, err := io.ReadAll(out.Body)
	if err != nil {
		return err.Error()
	}
	return string(body)
}

func (u user) put(bucket, key, content string) string {
	_, err := u.client.PutObject(u.ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(content)})
	return answer(err)
}

func (u user) remove(bucket, key string) string {
	_, err := u.client.DeleteObject(u.ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key})
	return answer(err)
}

func (u user) list(bucket string) string {
	out, err := u.client.ListObjectsV2(u.ctx, &s3.ListObjectsV2Input{Bucket: &bucket})
	if err != nil {
		return answer(err)
	}
	var keys []string
	for _, object := range out.Contents {
		keys = append(keys, *object.Key)
	}
	return strings.Join(keys, " ")
}

// answer says in short what S3 answered.
func answer(err error) string {
	if err == nil {
		return done
	}
	var response *smithyhttp.ResponseError
	var api smithy.APIError
	if errors.As(err, &response) && errors.As(err, &api) {
		return fmt.Sprint(response.HTTPStatusCode(), " ", api.ErrorCode())
	}
	return err.Error()
}
