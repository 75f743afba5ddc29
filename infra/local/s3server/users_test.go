package s3server

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// clientPolicy is what a provisioned bucket grants its client's user.
func clientPolicy(bucket, arn string) []string {
	return []string{
		`{"Effect":"Allow","Principal":{"AWS":"` + arn + `"},"Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::` + bucket + `/*"}`,
		`{"Effect":"Allow","Principal":{"AWS":"` + arn + `"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::` + bucket + `"}`,
	}
}

func TestABucketServesItsOwnUserOnly(t *testing.T) {
	bucket, own, other := newBucket(t), newUser(t), newUser(t)
	must(t, putPolicy(t, bucket, clientPolicy(bucket, own.ARN)...))
	for _, c := range []struct {
		who     Credentials
		allowed bool
	}{{own, true}, {other, false}} {
		client, key := server.Client(c.who), "sync/file"
		_, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("x")})
		wantPermission(t, "put", err, c.allowed)
		_, err = client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
		wantPermission(t, "get", err, c.allowed)
		_, err = client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket})
		wantPermission(t, "list", err, c.allowed)
		_, err = client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: &key})
		wantPermission(t, "delete", err, c.allowed)
		_, err = client.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &bucket})
		wantPermission(t, "policy", err, false)
	}
}

func TestAPolicyThatNamesNobodyIsRefused(t *testing.T) {
	bucket := newBucket(t)
	for name, principal := range map[string]string{
		"a user that doesn't exist": "arn:aws:iam::000000000000:user/rms_nobody",
		"the id of a deleted user":  "AIDACKCEVSQ6C2EXAMPLE",
		"a user of another account": "arn:aws:iam::111122223333:user/rms_x",
	} {
		t.Run(name, func(t *testing.T) {
			err := putPolicy(t, bucket, clientPolicy(bucket, principal)...)
			wantCode(t, err, 400, "MalformedPolicy")
			if _, _, message := refusal(err); message != "Invalid principal in policy" {
				t.Errorf("the message is %q", message)
			}
		})
	}
}

func TestADeletedUserIsNobody(t *testing.T) {
	bucket, user := newBucket(t), newUser(t, `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)
	must(t, putPolicy(t, bucket, clientPolicy(bucket, user.ARN)...))
	must(t, server.DeleteUser(t.Context(), user.User))
	_, err := server.Client(user).ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket})
	wantCode(t, err, 403, "InvalidAccessKeyId")
	wantCode(t, putPolicy(t, bucket, clientPolicy(bucket, user.ARN)...), 400, "MalformedPolicy")
}

func TestADenyHoldsOutsideTheResourcesThatItSpares(t *testing.T) {
	bucket := newBucket(t)
	client := server.Client(newUser(t, `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`,
		`{"Effect":"Deny","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],"NotResource":"arn:aws:s3:::fusion-rms-*/pub/"}`))
	for key, allowed := range map[string]bool{"pub/": true, "pub/x": false, "sync/file": false} {
		_, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("")})
		wantPermission(t, "PutObject "+key, err, allowed)
	}
	_, err := client.GetBucketLocation(t.Context(), &s3.GetBucketLocationInput{Bucket: &bucket})
	must(t, err)
}
