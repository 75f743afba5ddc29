package buckets

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

// Visitor asks as the public does: its requests have no signature. It implements
// audit.Visitor.
type Visitor struct{ api *s3.Client }

// NewVisitor returns a visitor that asks where the client does.
func NewVisitor(api *s3.Client) Visitor {
	return Visitor{s3.New(api.Options(), func(o *s3.Options) { o.Credentials = aws.AnonymousCredentials{} })}
}

// CanRead reports whether the public can read the folder's object. Whoever may not list
// a bucket gets 403 for an object that isn't there as well, so it has to be.
func (v Visitor) CanRead(ctx context.Context, name string) (bool, error) {
	_, err := v.api.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &name, Key: aws.String(bucket.FolderKey)})
	return answered(err, name, "read "+bucket.FolderKey+" in "+name)
}

// CanList reports whether the public can list a bucket.
func (v Visitor) CanList(ctx context.Context, name string) (bool, error) {
	_, err := v.api.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &name, MaxKeys: aws.Int32(1)})
	return answered(err, name, "list "+name)
}

// answered reports whether a request was carried out; a refusal is no error.
func answered(err error, name, doing string) (bool, error) {
	switch {
	case err == nil:
		return true, nil
	case awserror.Of(err).Status == http.StatusForbidden:
		return false, nil
	}
	return false, classify(err, "nothing but the bucket's policy", name, doing+" as the public does")
}
