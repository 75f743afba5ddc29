package s3server

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func TestPermissionIsSettledBeforeTheBlock(t *testing.T) {
	bucket, user := newBucket(t), newUser(t)
	policy := document(publicRead(bucket))
	_, err := server.Client(user).PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: &policy})
	wantCode(t, err, 403, "AccessDenied")
	if _, _, message := refusal(err); strings.Contains(message, "BlockPublicPolicy") {
		t.Errorf("the block speaks to one who has no permission: %s", message)
	}
}

func TestAStoredPublicPolicyWorksOnlyWhileNothingRestrictsIt(t *testing.T) {
	bucket := newBucket(t)
	putObject(t, bucket, "pub/x", "picture")
	putObject(t, bucket, "private", "secret")
	want := func(when string, status int) {
		t.Helper()
		got, body := get(t, bucket, "pub/x")
		if got != status || (status == 200 && body != "picture") {
			t.Errorf("%s: GET pub/x gives %d %q, want %d", when, got, body, status)
		}
		if got, _ := get(t, bucket, "private"); got != 403 {
			t.Errorf("%s: GET private gives %d, want 403", when, got)
		}
	}
	want("in a new bucket", 403)
	setBlock(t, bucket, Block{})
	want("without a policy", 403)
	must(t, putPolicy(t, bucket, publicRead(bucket)))
	want("with a policy and no block", 200)
	setBlock(t, bucket, Block{RestrictPublicBuckets: true})
	want("with RestrictPublicBuckets", 403)
	must(t, putPolicy(t, bucket, publicRead(bucket))) // which RestrictPublicBuckets doesn't refuse
	setBlock(t, bucket, Block{BlockPublicPolicy: true})
	want("with BlockPublicPolicy alone, which doesn't touch what is stored", 200)
	must(t, setAccountBlock(t, server.RootCredentials(), Block{RestrictPublicBuckets: true}))
	defer func() { must(t, setAccountBlock(t, server.RootCredentials(), Block{})) }()
	want("with the account's RestrictPublicBuckets", 403)
	must(t, setAccountBlock(t, server.RootCredentials(), Block{}))
	want("when the account's block is off again", 200)
}

func TestARestrictedBucketStillServesItsUsers(t *testing.T) {
	bucket := newBucket(t)
	putObject(t, bucket, "pub/x", "picture")
	user := newUser(t, `{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`)
	key := "pub/x"
	_, err := server.Client(user).GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	must(t, err)
}

func TestAnAbsentBucketIsAbsentToEverybody(t *testing.T) {
	if status, _ := get(t, "there-is-none", "x"); status != 404 {
		t.Errorf("got %d, want 404", status)
	}
}

func TestABucketPolicyMayHave20KBAndNoMore(t *testing.T) {
	bucket, user := newBucket(t), newUser(t)
	statement := func(sid int) string {
		return `{"Sid":"` + strings.Repeat("x", sid) + `","Effect":"Allow","Principal":{"AWS":"` + user.ARN + `"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::` + bucket + `/*"}`
	}
	room := maxPolicy - len(document(statement(0)))
	must(t, putPolicy(t, bucket, statement(room)))
	wantCode(t, putPolicy(t, bucket, statement(room+1)), 400, "PolicyTooLarge")
}
