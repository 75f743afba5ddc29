package diagnosis

import (
	"context"
	"fmt"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// facts are the account's answers that are the same for every organization, cached.
type facts struct {
	accountBlock      *memo[struct{}, told[bucket.AccessBlock]]
	organizationBlock *memo[struct{}, told[bucket.AccessBlock]]
	headroom          *memo[struct{}, told[int]]
}

// told is an answer, or why there is none.
type told[V any] struct {
	value V
	err   error
}

func newFacts(account Account) *facts {
	return &facts{
		accountBlock:      once(account.AccountAccessBlock),
		organizationBlock: once(account.OrganizationAccessBlock),
		headroom:          once(account.BucketHeadroom),
	}
}

func once[V any](ask func(context.Context) (V, error)) *memo[struct{}, told[V]] {
	m := newMemo(keepAccount, func(ctx context.Context, _ struct{}) told[V] {
		value, err := ask(ctx)
		return told[V]{value, err}
	})
	m.passes = func(t told[V]) bool { return passes(t.err) }
	return m
}

func get[V any](ctx context.Context, m *memo[struct{}, told[V]]) (V, error) {
	t := m.get(ctx, struct{}{})
	return t.value, t.err
}

// askAccount asks what the buckets don't show, each only where it matters, in the
// order in which a message would be affected.
func (d *Diagnoser) askAccount(ctx context.Context, x *Explanation) {
	e := x.Examination
	if e.Bucket == "" {
		d.askHeadroom(ctx, x)
	}
	// S3 checks the principals of a policy when it is put. For a healthy bucket nothing
	// has to be asked: a deleted user has become another principal in its policy.
	if e.Plan.Writes(bucket.FacetPolicy) {
		d.askUser(ctx, x)
	}
	d.askBlock(ctx, x)
	if e.Plan.Writes(bucket.FacetPolicy) {
		x.doubtPrincipals()
	}
}

// doubtPrincipals says that it isn't known what becomes of a policy that names somebody
// by a unique id: S3 refuses it if that user or role was deleted.
func (x *Explanation) doubtPrincipals() {
	id, statement := x.Examination.Plan.Policy.UniqueID()
	if d := &x.Diagnosis; id != "" && d.Verdict == WouldWork {
		d.Verdict, d.Code, d.Hint = Unknown, fault.ForeignPrincipalInvalid, fault.ForeignPrincipalInvalid.Hint()
		d.Reason = fmt.Sprintf("the policy's statement %s names %s, which S3 shows of a user or role that was deleted, and for a while of one that lives; only S3 knows, when a message puts the policy", statement, id)
	}
}

func (d *Diagnoser) askHeadroom(ctx context.Context, x *Explanation) {
	left, err := get(ctx, d.facts.headroom)
	switch {
	case err != nil:
		x.Diagnosis.unanswered("whether the account may have one bucket more", err)
	case left < 1:
		x.Diagnosis.fail(fault.New(fault.BucketQuotaExceeded, "create bucket %s: the account has as many buckets as it may", x.Examination.Create[0].Name))
	}
}

func (d *Diagnoser) askUser(ctx context.Context, x *Explanation) {
	arn := x.Examination.Spec.ClientUserARN
	exists, err := d.account.UserExists(ctx, arn)
	switch {
	case err != nil:
		x.Diagnosis.unanswered("whether the client's IAM user exists", err)
	case !exists:
		x.Diagnosis.fail(fault.New(fault.ClientUserNotFound, "the policy would name %s, the client's IAM user, who doesn't exist", arn))
	}
}

// askBlock asks about the public access block above the bucket's: of each flag
// the strictest setting holds
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
// The account's answer includes what the organization in AWS Organizations sets. So
// that is asked only to name who set a flag, or if the account doesn't answer.
func (d *Diagnoser) askBlock(ctx context.Context, x *Explanation) {
	block, err := get(ctx, d.facts.accountBlock)
	if err == nil && !block.BlockPublicPolicy && !block.RestrictPublicBuckets {
		return
	}
	above, _ := get(ctx, d.facts.organizationBlock) // if this fails, it is taken for the account's
	policy := x.Examination.Plan.Writes(bucket.FacetPolicy)
	if (block.BlockPublicPolicy || above.BlockPublicPolicy) && policy {
		x.Diagnosis.fail(fault.New(fault.PublicPolicyBlocked, "the policy would be refused: BlockPublicPolicy is on in the public access block of %s", whose(above.BlockPublicPolicy)))
	} else if err != nil {
		x.Diagnosis.unanswered("the public access block of the account", err)
	}
	if block.RestrictPublicBuckets || above.RestrictPublicBuckets {
		x.Diagnosis.Warnings = append(x.Diagnosis.Warnings, fault.Warning{Code: fault.RestrictPublicBuckets, Text: fmt.Sprintf(
			"it is on in the public access block of %s, so the public can't read %s whatever the bucket's own settings are", whose(above.RestrictPublicBuckets), bucket.FolderKey)})
	}
}

func whose(organization bool) string {
	if organization {
		return "the organization in AWS Organizations"
	}
	return "the account"
}
