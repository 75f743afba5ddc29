package s3store

import (
	"context"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// ListAPI is what is used of the S3 client to list. GetObject is for the
// folder's object alone.
type ListAPI interface {
	ListBuckets(context.Context, *s3.ListBucketsInput, ...func(*s3.Options)) (*s3.ListBucketsOutput, error)
	GetBucketTagging(context.Context, *s3.GetBucketTaggingInput, ...func(*s3.Options)) (*s3.GetBucketTaggingOutput, error)
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
}

// List reads which buckets an account has, and of buckets that it has in any
// Region what Look doesn't tell. It writes nothing.
type List struct {
	api     ListAPI
	account string
}

// NewList takes a client with credentials of the account: S3 lists the buckets of
// whoever asks.
func NewList(api ListAPI, account string) *List { return &List{api, account} }

// Listed is a bucket in the list.
type Listed struct {
	Name string
	// Region is empty if the server doesn't tell.
	Region string
	// Changed is when it was created or, as AWS has it, last configured
	// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Bucket.html); zero if
	// the server doesn't tell.
	Changed time.Time
}

// pageSize is how many buckets a page has. AWS needs it to be given if there may
// be more than 10,000 (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html).
const pageSize = 1000

// Buckets lists the account's buckets of all Regions whose names begin with
// prefix, in the order of their names. An error ends it.
func (l *List) Buckets(ctx context.Context, prefix string) iter.Seq2[Listed, error] {
	return func(yield func(Listed, error) bool) {
		for token := (*string)(nil); ; {
			page, err := l.api.ListBuckets(ctx, &s3.ListBucketsInput{Prefix: &prefix, MaxBuckets: aws.Int32(pageSize), ContinuationToken: token})
			if err != nil {
				yield(Listed{}, classify(err, "list the buckets %s*", prefix))
				return
			}
			for _, b := range page.Buckets {
				// Servers that speak S3's language may not know the parameter.
				if name := aws.ToString(b.Name); strings.HasPrefix(name, prefix) &&
					!yield(Listed{name, aws.ToString(b.BucketRegion), aws.ToTime(b.CreationDate)}, nil) {
					return
				}
			}
			next := aws.ToString(page.ContinuationToken)
			switch {
			case next == "":
				return
			case next == aws.ToString(token):
				// The list must not end here as if it were whole.
				yield(Listed{}, fault.New(fault.ServiceUnavailable, "list the buckets %s*: S3 sends the same page again and again", prefix))
				return
			}
			token = &next
		}
	}
}

// Tagging is a bucket's tags.
type Tagging struct {
	// Exists: the account's bucket is there.
	Exists bool
	Region string
	Tags   map[string]string
}

// Tags reads the tags of a bucket of the account where it is. An empty region
// stands for the client's own, and for whereto that one redirects. A stranger's
// bucket is AccessDenied.
func (l *List) Tags(ctx context.Context, name, region string) (Tagging, error) {
	t, err := l.tagsIn(ctx, name, region)
	if r := refusalOf(err); region == "" && r.redirects() && r.region != "" {
		t, err = l.tagsIn(ctx, name, r.region)
	}
	switch r := refusalOf(err); {
	case err == nil:
		return t, nil
	case r.code == "NoSuchTagSet":
		return Tagging{Exists: true, Region: t.Region, Tags: map[string]string{}}, nil
	case r.code == "NoSuchBucket", r.code == "NotFound":
		return Tagging{}, nil
	}
	return Tagging{}, classify(err, "read the tags of %s", name)
}

// tagsIn reads tags in a Region, which it also gives with an error.
func (l *List) tagsIn(ctx context.Context, name, region string) (Tagging, error) {
	in := &s3.GetBucketTaggingInput{Bucket: &name, ExpectedBucketOwner: &l.account}
	var served string
	out, err := l.api.GetBucketTagging(ctx, in, func(o *s3.Options) {
		if region != "" {
			o.Region = region
		}
		served = o.Region
	})
	if err != nil {
		return Tagging{Region: served}, err
	}
	t := Tagging{Exists: true, Region: served, Tags: make(map[string]string, len(out.TagSet))}
	for _, tag := range out.TagSet {
		t.Tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return t, nil
}

// HasFolder tells whether the folder's object is there, as the method of Store
// does, but tells a folder that is absent from one that these credentials may not
// see: that is AccessDenied. The answer to a HeadObject has no text that would
// tell. Without the right to list an absent object is refused as well, but then
// the text speaks of s3:ListBucket, or of nothing
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
func (l *List) HasFolder(ctx context.Context, name string) (bool, error) {
	out, err := l.api.GetObject(ctx, &s3.GetObjectInput{
		Bucket: &name, Key: aws.String(bucket.FolderKey), ExpectedBucketOwner: &l.account,
		Range: aws.String("bytes=0-0"), // somebody may have put a big object there
	})
	if err == nil {
		_ = out.Body.Close() // nothing of it is read
		return true, nil
	}
	switch r := refusalOf(err); {
	case r.status == http.StatusRequestedRangeNotSatisfiable: // an empty object has no first byte
		return true, nil
	case r.status == http.StatusNotFound, r.denies() && !containsFold(r.message, "s3:GetObject"):
		return false, nil
	}
	return false, classify(err, "look for %s in %s", bucket.FolderKey, name)
}
