package story

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
)

// visitor sends requests to the real server under one identity. Each method
// returns what the server said: "403 AccessDenied", "200", or what was read.
type visitor struct {
	ctx    context.Context
	client *s3.Client
}

// refused is the answer to who isn't allowed.
const refused = "403 AccessDenied"

// done is the answer to a write that succeeded.
const done = "200"

// anyone is a visitor whose requests have no signature, as a browser's.
func (s *scene) anyone() visitor { return visitor{s.ctx, s.sys.S3.AnonymousClient()} }

// as is a visitor with a user's keys.
func (s *scene) as(c s3server.Credentials) visitor { return visitor{s.ctx, s.sys.S3.Client(c)} }

func (v visitor) get(bucket, key string) string {
	out, err := v.client.GetObject(v.ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
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

func (v visitor) put(bucket, key, content string) string {
	_, err := v.client.PutObject(v.ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(content)})
	return answer(err)
}

func (v visitor) remove(bucket, key string) string {
	_, err := v.client.DeleteObject(v.ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key})
	return answer(err)
}

// list returns the keys, space-separated.
func (v visitor) list(bucket string) string {
	out, err := v.client.ListObjectsV2(v.ctx, &s3.ListObjectsV2Input{Bucket: &bucket})
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
