package s3server

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func TestTheFolderIsPutOnce(t *testing.T) {
	bucket := newBucket(t)
	in := &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("pub/"), IfNoneMatch: aws.String("*"), ContentType: aws.String("application/x-directory")}
	_, err := server.RootClient().PutObject(t.Context(), in)
	must(t, err)
	_, err = server.RootClient().PutObject(t.Context(), in)
	wantCode(t, err, 412, "PreconditionFailed")
	out, err := server.RootClient().HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &bucket, Key: in.Key})
	must(t, err)
	if *out.ContentType != *in.ContentType {
		t.Errorf("content type is %s", *out.ContentType)
	}
	putObject(t, bucket, "pub/x", "picture")
	_, err = server.RootClient().DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: in.Key})
	must(t, err)
}

func TestAKeyThatEndsInASlashIsAnotherKey(t *testing.T) {
	bucket := newBucket(t)
	client := server.Client(newUser(t, `{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::fusion-rms-*/pub/"}`))
	for key, allowed := range map[string]bool{"pub/": true, "pub": false, "pub/x": false, "other/pub/": true} {
		_, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("")})
		wantPermission(t, "PutObject "+key, err, allowed)
	}
}

func TestOnlyWhoMayListLearnsThatAnObjectIsAbsent(t *testing.T) {
	bucket, key := newBucket(t), "pub/absent"
	const read = `{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`
	for name, c := range map[string]struct {
		client *s3.Client
		status int
	}{
		"a reader who may not list": {server.Client(newUser(t, read)), 403},
		"a reader who may list":     {server.Client(newUser(t, read, `{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}`)), 404},
		"root":                      {server.RootClient(), 404},
		"a visitor":                 {server.AnonymousClient(), 403},
	} {
		setBlock(t, bucket, Block{})
		must(t, putPolicy(t, bucket, publicRead(bucket)))
		t.Run(name, func(t *testing.T) {
			_, err := c.client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
			if status, _, _ := refusal(err); status != c.status {
				t.Errorf("GetObject: %v, want %d", err, c.status)
			}
			_, err = c.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &bucket, Key: &key})
			if status, _, _ := refusal(err); status != c.status {
				t.Errorf("HeadObject: %v, want %d", err, c.status)
			}
		})
	}
}

func TestKeysComeThroughAsTheyAre(t *testing.T) {
	bucket := newBucket(t)
	for _, key := range []string{"a b+c%d/é&=?#;x", "pub/..hidden", "pub/a%2Fb", "pub/ä/日本語.png"} {
		putObject(t, bucket, key, key)
		out, err := server.RootClient().ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &key})
		must(t, err)
		if len(out.Contents) != 1 || *out.Contents[0].Key != key {
			t.Errorf("%q is not listed", key)
		}
	}
}

func TestALargeObjectComesThroughWhole(t *testing.T) {
	bucket, key, content := newBucket(t), "large", bytes.Repeat([]byte("0123456789abcdef"), 512*1024)
	_, err := server.RootClient().PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(content)})
	must(t, err)
	out, err := server.RootClient().GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	must(t, err)
	defer func() { _ = out.Body.Close() }()
	got, err := io.ReadAll(out.Body)
	must(t, err)
	if !bytes.Equal(got, content) {
		t.Errorf("got %d bytes, want %d", len(got), len(content))
	}
}

// Over TLS the SDK sends bodies in chunks with a checksum after them; over plain
// HTTP it doesn't, so the request is written out here.
func TestAChunkedBodyWithATrailerComesThrough(t *testing.T) {
	bucket := newBucket(t)
	response := send(t, http.MethodPut, bucket+"/chunked", http.Header{
		"Content-Encoding": {"aws-chunked"}, "X-Amz-Trailer": {"x-amz-checksum-crc32"},
		"X-Amz-Decoded-Content-Length": {"5"}, "X-Amz-Content-Sha256": {"STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
	}, strings.NewReader("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"))
	if response.StatusCode != http.StatusOK {
		t.Fatalf("got %s", response.Status)
	}
	out, err := server.RootClient().GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: aws.String("chunked")})
	must(t, err)
	defer func() { _ = out.Body.Close() }()
	if got, _ := io.ReadAll(out.Body); string(got) != "hello" {
		t.Errorf("got %q", got)
	}
}

// send signs and sends a request as root. The body is not covered by the signature.
func send(t *testing.T, method, path string, header http.Header, body *strings.Reader) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, server.URL()+"/"+path, body)
	must(t, err)
	hash := "UNSIGNED-PAYLOAD"
	for name, values := range header {
		request.Header[name] = values
	}
	if given := request.Header.Get("X-Amz-Content-Sha256"); given != "" {
		hash = given
	}
	request.Header.Set("X-Amz-Content-Sha256", hash)
	root := aws.Credentials{AccessKeyID: server.root.AccessKeyID, SecretAccessKey: server.root.SecretAccessKey}
	must(t, v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }).SignHTTP(
		t.Context(), root, request, hash, "s3", server.Region(), time.Now()))
	response, err := http.DefaultClient.Do(request)
	must(t, err)
	_ = response.Body.Close()
	return response
}
