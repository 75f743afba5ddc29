package audit

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// client asks for an audit, all calls at one pace.
type client struct {
	s3     *s3.Client
	naming bucket.Naming
	homes  string
	list   *listing
}

func newClient(c *cli.Connection, perSecond float64) *client {
	paced := c.Paced(perSecond)
	source := buckets.List{Store: buckets.New(paced, c.Naming.Account), Homes: c.HomesBucket}
	return &client{paced, c.Naming, c.HomesBucket, &listing{Source: source}}
}

// auditor examines as the function would.
func (c *client) auditor() (*audit.Auditor, error) {
	store := s3store.New(c.s3, c.naming.Account, c.homes).Listing()
	return audit.New(c.naming, c.list, provision.NewService(c.naming, listed{store, c.list}, store))
}

// probe looks at a bucket as a stranger: without a signature.
func (c *client) probe(ctx context.Context, name string) (seen audit.Probed, err error) {
	unsigned := s3.New(c.s3.Options(), func(o *s3.Options) { o.Credentials = aws.AnonymousCredentials{} })
	out, err := unsigned.GetObject(ctx, &s3.GetObjectInput{Bucket: &name, Key: aws.String(bucket.FolderKey)})
	if err == nil {
		_ = out.Body.Close() // nothing of it is read
	}
	if seen.Folder, err = statusOf(err); err == nil {
		_, err = unsigned.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &name, MaxKeys: aws.Int32(1)})
		seen.List, err = statusOf(err)
	}
	if err != nil {
		return seen, fault.Wrap(fault.ServiceUnavailable, awserror.Plain(err), "look at %s without a signature", name)
	}
	return seen, nil
}

// statusOf is the HTTP status of an answer; an error if there was none.
func statusOf(err error) (int, error) {
	if response, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && response.HTTPStatusCode() > 0 {
		return response.HTTPStatusCode(), nil
	}
	if err != nil {
		return 0, err
	}
	return 200, nil
}

// listing is the account's list of buckets, read to its end before anything is
// examined: some 60 bytes for each. So it is known how many there are, and which of an
// organization's names aren't.
type listing struct {
	audit.Source

	mu    sync.Mutex
	names []string // sorted
}

// Buckets yields the list when it has been read.
func (l *listing) Buckets(ctx context.Context, prefix string) iter.Seq2[audit.Listed, error] {
	return func(yield func(audit.Listed, error) bool) {
		var all []audit.Listed
		for b, err := range l.Source.Buckets(ctx, prefix) {
			if err != nil {
				yield(b, err)
				return
			}
			all = append(all, b)
		}
		l.mu.Lock()
		for _, b := range all {
			l.names = append(l.names, b.Name)
		}
		slices.Sort(l.names)
		l.mu.Unlock()
		for _, b := range all {
			if !yield(b, nil) {
				return
			}
		}
	}
}

// total is how many buckets there are; -1 until that is known.
func (l *listing) total() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.names == nil {
		return -1
	}
	return len(l.names)
}

func (l *listing) has(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, has := slices.BinarySearch(l.names, name)
	return has
}

// listed is buckets that aren't looked at if the list tells that they aren't there: the
// name in the account's own namespace, which nobody else can have, of an organization
// whose conventional name was listed. Of one that came since nothing is concluded.
type listed struct {
	provision.Buckets
	list *listing
}

// Look looks, unless the list tells.
func (l listed) Look(ctx context.Context, spec bucket.Spec, c bucket.Candidate) (bucket.Sighting, error) {
	if c.AccountRegional && !l.list.has(c.Name) && l.list.has(spec.Candidates[0].Name) && c.Name != spec.Candidates[0].Name {
		return bucket.Sighting{Candidate: c, State: bucket.Absent}, nil
	}
	return l.Buckets.Look(ctx, spec, c)
}
