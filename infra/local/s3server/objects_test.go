package s3server

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

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

// TestOfConditionalPutsAtOnceOneSucceeds is what makes a claim one that counts: the
// store holds a lock of the key while it checks the condition and puts the object.
func TestOfConditionalPutsAtOnceOneSucceeds(t *testing.T) {
	bucket, root := newBucket(t), server.RootClient()
	for round := range 10 {
		key := fmt.Sprint("homes/", round)
		race := func(condition string, in s3.PutObjectInput) (etag string) {
			t.Helper()
			var mu sync.Mutex
			var wg sync.WaitGroup
			won := 0
			for i := range 8 {
				wg.Go(func() {
					in := in
					in.Bucket, in.Key, in.Body = &bucket, &key, strings.NewReader(fmt.Sprint(condition, i))
					out, err := root.PutObject(t.Context(), &in)
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						won, etag = won+1, *out.ETag
					} else if status, _, _ := refusal(err); status != 412 {
						t.Errorf("%s: %v, want 412", condition, err)
					}
				})
			}
			wg.Wait()
			out, err := root.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &bucket, Key: &key})
			must(t, err)
			if won != 1 || *out.ETag != etag {
				t.Errorf("%s: %d puts succeeded, the last with %s; the object is %s", condition, won, etag, *out.ETag)
			}
			return etag
		}
		etag := race("If-None-Match", s3.PutObjectInput{IfNoneMatch: aws.String("*")})
		race("If-Match", s3.PutObjectInput{IfMatch: &etag})
	}
}
