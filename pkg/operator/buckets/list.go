package buckets

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// pageSize is how many buckets a page has. AWS needs it to be given if there may
// be more than 10,000 (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html).
const pageSize = 1000

// Buckets lists the account's buckets of all Regions whose names begin with
// prefix, in the order of their names. An error ends it.
func (s *Store) Buckets(ctx context.Context, prefix string) iter.Seq2[audit.Listed, error] {
	return func(yield func(audit.Listed, error) bool) {
		for token := (*string)(nil); ; {
			page, err := s.api.ListBuckets(ctx, &s3.ListBucketsInput{Prefix: &prefix, MaxBuckets: aws.Int32(pageSize), ContinuationToken: token})
			if err != nil {
				yield(audit.Listed{}, classify(err, "s3:ListAllMyBuckets", "", "list the buckets "+prefix+"*"))
				return
			}
			for _, b := range page.Buckets {
				// Servers that speak S3's language may not know the parameter.
				if name := aws.ToString(b.Name); strings.HasPrefix(name, prefix) &&
					!yield(audit.Listed{Name: name, Region: aws.ToString(b.BucketRegion), Changed: aws.ToTime(b.CreationDate)}, nil) {
					return
				}
			}
			next := aws.ToString(page.ContinuationToken)
			switch {
			case next == "":
				return
			case next == aws.ToString(token):
				// The list must not end here as if it were whole.
				yield(audit.Listed{}, fault.New(fault.ServiceUnavailable, "list the buckets %s*: S3 sends the same page again and again", prefix))
				return
			}
			token = &next
		}
	}
}

// List is a Store as the audit asks it.
type List struct {
	*Store
	// Homes keeps the claims.
	Homes string
}

// Claims lists the organizations that have a claim. An error ends it.
func (l List) Claims(ctx context.Context) iter.Seq2[org.ID, error] {
	return func(yield func(org.ID, error) bool) {
		pages := s3.NewListObjectsV2Paginator(l.api, &s3.ListObjectsV2Input{
			Bucket: &l.Homes, Prefix: aws.String(bucket.ClaimPrefix), ExpectedBucketOwner: &l.account,
		}, func(o *s3.ListObjectsV2PaginatorOptions) { o.StopOnDuplicateToken = true })
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield("", classify(err, "s3:ListBucket", l.Homes, "list the claims in "+l.Homes))
				return
			}
			for _, o := range page.Contents {
				id, err := org.ParseID(strings.TrimPrefix(aws.ToString(o.Key), bucket.ClaimPrefix))
				if err == nil && !yield(id, nil) {
					return
				}
			}
		}
	}
}

// Tags reads the tags of a bucket of the account in its Region. If region is empty,
// that is the client's, or the one to which S3 redirects. A bucket of another account
// is AccessDenied.
func (l List) Tags(ctx context.Context, name, region string) (audit.Tagging, error) {
	set, served, err := l.readTags(ctx, name, region)
	if there := redirectedTo(err); region == "" && there != "" {
		set, served, err = l.readTags(ctx, name, there)
	}
	if slices.Contains([]string{"NoSuchBucket", "NotFound"}, awserror.Code(err)) {
		return audit.Tagging{}, nil
	}
	if err != nil {
		return audit.Tagging{}, classify(err, "s3:GetBucketTagging", name, "read the tags of "+name)
	}
	t := audit.Tagging{Exists: true, Region: served, Tags: make(map[string]string, len(set))}
	for _, tag := range set {
		t.Tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return t, nil
}

// readTags reads a bucket's tags in a Region, the client's own if it's empty, and
// returns the Region that was asked.
func (s *Store) readTags(ctx context.Context, name, region string) (tags []types.Tag, served string, err error) {
	in := &s3.GetBucketTaggingInput{Bucket: &name, ExpectedBucketOwner: &s.account}
	out, err := s.api.GetBucketTagging(ctx, in, func(o *s3.Options) {
		if region != "" {
			o.Region = region
		}
		served = o.Region
	})
	switch {
	case awserror.Code(err) == "NoSuchTagSet":
		return nil, served, nil
	case err != nil:
		return nil, served, err
	}
	return out.TagSet, served, nil
}

// redirectedTo is the Region to which S3 refers the caller, if it does
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html).
func redirectedTo(err error) string {
	response, ok := errors.AsType[*smithyhttp.ResponseError](err)
	if !ok || response.Response == nil {
		return ""
	}
	switch response.HTTPStatusCode() {
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusBadRequest:
		return response.Response.Header.Get("X-Amz-Bucket-Region")
	}
	return ""
}

// HasFolder reports whether the folder's object is there, as the method of
// s3store.Store does. A folder that these credentials may not see is AccessDenied:
// GetObject's answer has a text that tells it from an absent folder, and
// HeadObject's has none. Without the right to list, an absent object is refused as
// well, but then the text names s3:ListBucket, or no action
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
func (s *Store) HasFolder(ctx context.Context, name string) (bool, error) {
	out, err := s.api.GetObject(ctx, &s3.GetObjectInput{
		Bucket: &name, Key: aws.String(bucket.FolderKey), ExpectedBucketOwner: &s.account,
		Range: aws.String("bytes=0-0"), // somebody may have put a big object there
	})
	if err == nil {
		_ = out.Body.Close() // nothing of it is read
		return true, nil
	}
	switch r := awserror.Of(err); {
	case r.Status == http.StatusRequestedRangeNotSatisfiable: // an empty object has no first byte
		return true, nil
	case r.Status == http.StatusNotFound, r.Cause == awserror.Denied && !strings.Contains(strings.ToLower(r.Text), "s3:getobject"):
		return false, nil
	}
	return false, classify(err, "s3:GetObject on "+bucket.FolderKey, name, "look for "+bucket.FolderKey+" in "+name)
}
