package s3fake_test

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// get gets an object's body.
func get(t *testing.T, c *s3.Client, key string) ([]byte, error) {
	t.Helper()
	out, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(name), Key: &key})
	if err != nil {
		return nil, err
	}
	defer out.Body.Close()
	return io.ReadAll(out.Body)
}

func TestObjectsComeBackAsTheyWerePut(t *testing.T) {
	s := newFake()
	s.Put(name, s3fake.Bucket{})
	c := once(s, s3fake.ClientOptions{})
	for _, size := range []int{0, 1, 100_000} {
		body := bytes.Repeat([]byte("x\n"), size)[:size]
		// A checksum of a reader that can't seek makes the SDK send chunks with a trailer.
		_, err := c.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: aws.String(name), Key: aws.String("a/b c"), ContentType: aws.String("text/plain"),
			Metadata: map[string]string{"made-by": "us"}, Body: io.MultiReader(bytes.NewReader(body)), ContentLength: aws.Int64(int64(size)), ChecksumAlgorithm: types.ChecksumAlgorithmCrc32,
		})
		must(t, err)
		got, err := get(t, c, "a/b c")
		must(t, err)
		if !bytes.Equal(got, body) {
			t.Errorf("put %d bytes, got %d", size, len(got))
		}
		head, err := c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(name), Key: aws.String("a/b c")})
		must(t, err)
		if *head.ContentLength != int64(size) || *head.ContentType != "text/plain" || head.Metadata["made-by"] != "us" {
			t.Errorf("HEAD gives %d bytes of %s, %v", *head.ContentLength, *head.ContentType, head.Metadata)
		}
	}
	writes := s.Writes()
	if sum := writes[len(writes)-1].Header.Get("X-Amz-Content-Sha256"); !strings.HasPrefix(sum, "STREAMING-") {
		t.Errorf("the body wasn't sent in chunks (%s), so this shows nothing of them", sum)
	}
}

func TestAConditionalPutDoesntOverwrite(t *testing.T) {
	s := newFake()
	s.Put(name, s3fake.Bucket{})
	c := once(s, s3fake.ClientOptions{})
	put := func(body string) error {
		_, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(name), Key: aws.String("k"), Body: strings.NewReader(body), IfNoneMatch: aws.String("*")})
		return err
	}
	must(t, put("first"))
	refused(t, put("second"), 412, "PreconditionFailed")
	if got, _ := get(t, c, "k"); string(got) != "first" {
		t.Errorf("the object is %q", got)
	}
	_, err := c.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: aws.String(name)})
	refused(t, err, 409, "BucketNotEmpty")
	_, err = c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(name), Key: aws.String("k")})
	must(t, err)
	_, err = c.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: aws.String(name)})
	must(t, err)
	if names := s.Names(); len(names) != 0 {
		t.Errorf("there's still %v", names)
	}
}

func TestListsComeInPages(t *testing.T) {
	s := newFake()
	c := once(s, s3fake.ClientOptions{})
	s.Put("theirs", s3fake.Bucket{Owner: them})
	s.Put("afar", s3fake.Bucket{Region: "eu-west-1"})
	objects := map[string]s3fake.Object{}
	var want []string
	for i := range 5 {
		key := fmt.Sprintf("b-%d", i)
		want = append(want, key)
		objects[key] = s3fake.Object{}
		s.Put(key, s3fake.Bucket{})
	}
	s.Put(name, s3fake.Bucket{Objects: objects})

	var buckets, keys []string
	bucketPages := s3.NewListBucketsPaginator(c, &s3.ListBucketsInput{Prefix: aws.String("b-"), MaxBuckets: aws.Int32(2), BucketRegion: aws.String("us-east-1")})
	for bucketPages.HasMorePages() {
		page, err := bucketPages.NextPage(t.Context())
		must(t, err)
		for _, b := range page.Buckets {
			buckets = append(buckets, *b.Name)
		}
	}
	keyPages := s3.NewListObjectsV2Paginator(c, &s3.ListObjectsV2Input{Bucket: aws.String(name), MaxKeys: aws.Int32(2)})
	for keyPages.HasMorePages() {
		page, err := keyPages.NextPage(t.Context())
		must(t, err)
		for _, o := range page.Contents {
			keys = append(keys, *o.Key)
		}
	}
	if !slices.Equal(buckets, want) || !slices.Equal(keys, want) {
		t.Errorf("buckets %v and keys %v, want %v", buckets, keys, want)
	}
	all, err := c.ListBuckets(t.Context(), &s3.ListBucketsInput{})
	must(t, err)
	if len(all.Buckets) != 7 || *all.Buckets[1].Name != "afar" || *all.Buckets[1].BucketRegion != "eu-west-1" {
		t.Errorf("our account has %d buckets", len(all.Buckets))
	}
}
