package doctor

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

// checkNamespace looks whether a stage that names its buckets in the account's own
// namespace has others. Then the setting was changed while the stage was in use, and a
// home without a claim is found by the lagging search by tag alone.
func checkNamespace(ctx context.Context, f *facts) Result {
	n := f.stage.Naming
	switch {
	case n.BucketPrefix == "":
		return unknown(missing("--stage or BUCKET_PREFIX"))
	case n.Namespace != bucket.NamespaceAccountRegional:
		return ok("new buckets are named in the global namespace first; this setting isn't to be changed while the stage is in use")
	}
	pages := s3.NewListBucketsPaginator(f.buckets, &s3.ListBucketsInput{Prefix: aws.String(n.BucketPrefix), MaxBuckets: aws.Int32(1000)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return unknown(account.Unanswered(err, "s3:ListAllMyBuckets on *"))
		}
		for _, b := range page.Buckets {
			if name := aws.ToString(b.Name); strings.HasPrefix(name, n.BucketPrefix) && !strings.HasSuffix(name, "-an") {
				return notice("Claim the homes of before, so that none is doubled: orgbucket adopt --all. This setting isn't to be changed while a stage is in use.",
					"new buckets are named in the account's own namespace only, but there are others, such as %s", show(name))
			}
		}
	}
	return ok("all buckets are of the account's own namespace; this setting isn't to be changed while the stage is in use")
}
