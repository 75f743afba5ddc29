package s3server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// server is shared by all tests, since a process can run only one. Each test has buckets and users of its own.
var server *Server

func TestMain(m *testing.M) {
	os.Exit(withServer(m.Run))
}

func withServer(run func() int) int {
	var err error
	if server, err = Start(context.Background(), Options{}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := run()
	if err := server.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

var numbers atomic.Int64

// newName returns a name that no other test has.
func newName(prefix string) string { return fmt.Sprintf("%s-%d", prefix, numbers.Add(1)) }

// newBucket creates a bucket as root.
func newBucket(t *testing.T) string {
	t.Helper()
	name := newName("fusion-rms-b")
	_, err := server.RootClient().CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name})
	must(t, err)
	return name
}

// newUser creates a user that may do what the statements say; none: nothing.
func newUser(t *testing.T, statements ...string) Credentials {
	t.Helper()
	user, err := server.CreateUser(t.Context(), newName("rms_u"))
	must(t, err)
	if len(statements) > 0 {
		must(t, server.PutUserPolicy(t.Context(), user.User, "p", document(statements...)))
	}
	return user
}

// document puts statements into a policy.
func document(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// publicRead lets everybody read a bucket's objects below pub/.
func publicRead(bucket string) string {
	return `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + bucket + `/pub/*"}`
}

// setBlock puts a bucket's access block as root.
func setBlock(t *testing.T, bucket string, block Block) {
	t.Helper()
	_, err := server.RootClient().PutPublicAccessBlock(t.Context(), &s3.PutPublicAccessBlockInput{
		Bucket: &bucket,
		PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
			BlockPublicAcls: &block.BlockPublicAcls, IgnorePublicAcls: &block.IgnorePublicAcls,
			BlockPublicPolicy: &block.BlockPublicPolicy, RestrictPublicBuckets: &block.RestrictPublicBuckets,
		},
	})
	must(t, err)
}

// putPolicy puts a bucket policy as root and returns what S3 said.
func putPolicy(t *testing.T, bucket string, statements ...string) error {
	t.Helper()
	_, err := server.RootClient().PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{
		Bucket: &bucket, Policy: aws.String(document(statements...)),
	})
	return err
}

// putObject writes an object as root.
func putObject(t *testing.T, bucket, key, content string) {
	t.Helper()
	_, err := server.RootClient().PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: strings.NewReader(content),
	})
	must(t, err)
}

// get sends a plain HTTP request without a signature.
func get(t *testing.T, bucket, key string) (status int, body string) {
	t.Helper()
	response, err := http.Get(server.ObjectURL(bucket, key))
	must(t, err)
	defer func() { _ = response.Body.Close() }()
	var content bytes.Buffer
	_, err = io.Copy(&content, response.Body)
	must(t, err)
	return response.StatusCode, content.String()
}

// must ends the test on an error that isn't its subject.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantCode checks that S3 refused with a status and a code.
func wantCode(t *testing.T, err error, status int, code string) {
	t.Helper()
	if gotStatus, gotCode, _ := refusal(err); gotStatus != status || gotCode != code {
		t.Errorf("got %d %s (%v), want %d %s", gotStatus, gotCode, err, status, code)
	}
}

// refusal takes S3's status, code and message out of an error.
func refusal(err error) (status int, code, message string) {
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) {
		status = response.HTTPStatusCode()
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		code, message = api.ErrorCode(), api.ErrorMessage()
	}
	return status, code, message
}
