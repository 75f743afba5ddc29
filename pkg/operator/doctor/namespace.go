package doctor

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

// checkNamespace tells whether the stage has buckets, from when on its namespace isn't
// to be changed, and whether it was: a stage that names its buckets in the account's own
// namespace then has others. A home without a claim is found by the lagging search by
// tag alone, if its name isn't a candidate any more.
func checkNamespace(ctx context.Context, f *facts) Result {
	n := f.stage.Naming
	if n.BucketPrefix == "" {
		return unknown(missing("--stage or BUCKET_PREFIX"))
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	used := false
	pages := s3.NewListBucketsPaginator(f.buckets, &s3.ListBucketsInput{Prefix: aws.String(n.BucketPrefix), MaxBuckets: aws.Int32(1000)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return unknown(account.Unanswered(err, "s3:ListAllMyBuckets on *"))
		}
		for _, b := range page.Buckets {
			name := aws.ToString(b.Name)
			if !strings.HasPrefix(name, n.BucketPrefix) {
				continue
			}
			used = true
			if n.Namespace == bucket.NamespaceAccountRegional && !strings.HasSuffix(name, "-an") {
				return notice("Claim the homes of before, so that none is doubled: `orgbucket adopt --all`. The namespace isn't to be changed for a stage in use.",
					"new buckets are named in the account's own namespace only, but there are others, such as %s", show(name))
			}
		}
	}
	if used {
		return ok("the stage is in use, with buckets of its namespace: that isn't to be changed any more")
	}
	return ok("the stage has no buckets yet: its namespace may still be changed")
}
