package access

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Answers: Refused is to who isn't allowed, Done to a write that succeeded.
const (
	Refused = "403 AccessDenied"
	Done    = "200"
)

// Get returns an object's content.
func (v Visitor) Get(bucket, key string) string {
	out, err := v.Client.GetObject(v.Context, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return Answer(err)
	}
	defer func() { _ = out.Body.Close() }()
	body, err := io.ReadAll(out.Body)
	if err != nil {
		return err.Error()
	}
	return string(body)
}

// Put writes an object.
func (v Visitor) Put(bucket, key, content string) string {
	_, err := v.Client.PutObject(v.Context, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(content)})
	return Answer(err)
}

// Remove deletes an object.
func (v Visitor) Remove(bucket, key string) string {
	_, err := v.Client.DeleteObject(v.Context, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key})
	return Answer(err)
}

// List returns the keys, space-separated.
func (v Visitor) List(bucket string) string {
	out, err := v.Client.ListObjectsV2(v.Context, &s3.ListObjectsV2Input{Bucket: &bucket})
	if err != nil {
		return Answer(err)
	}
	var keys []string
	for _, object := range out.Contents {
		keys = append(keys, *object.Key)
	}
	return strings.Join(keys, " ")
}

// Answer says in short what S3 answered.
func Answer(err error) string {
	if err == nil {
		return Done
	}
	var response *smithyhttp.ResponseError
	var api smithy.APIError
	if errors.As(err, &response) && errors.As(err, &api) {
		return fmt.Sprint(response.HTTPStatusCode(), " ", api.ErrorCode())
	}
	return err.Error()
}
