// Package account reads what an operator has to know of the AWS account beside its
// buckets: whether a client's IAM user exists, whether the account or its
// organization in AWS Organizations blocks public policies, and how many more
// buckets the quota allows.
//
// Operators often lack a permission, and a system on one machine lacks most
// services. The error is then a *CantTell, whose text names the missing permission
// or what didn't answer.
package account

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"

	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// Account answers questions about one account. Its methods may be called
// concurrently. Of the answers it keeps only whose the credentials are.
type Account struct {
	identity     *sts.Client
	users        *iam.Client
	control      *s3control.Client
	organization *organizations.Client
	quotas       *servicequotas.Client
	buckets      s3.ListBucketsAPIClient

	id     string
	region string

	mu sync.Mutex
	me string // the credentials' account, once it's known
}

// New returns the account that owns the buckets, whose number id has 12 digits.
// id and region may be empty if they aren't known; most questions then have no
// answer. buckets must keep to the endpoints of cfg.
func New(cfg aws.Config, buckets s3.ListBucketsAPIClient, id, region string) *Account {
	cfg = Asking(cfg)
	return &Account{
		identity: sts.NewFromConfig(cfg), users: iam.NewFromConfig(cfg), control: NewS3Control(cfg),
		organization: organizations.NewFromConfig(cfg), quotas: servicequotas.NewFromConfig(cfg), buckets: buckets,
		id: id, region: region,
	}
}

// CantTell is the answer to a question that couldn't be asked or wasn't answered.
type CantTell struct {
	// Permission is the missing permission, such as "iam:GetUser on arn:…"; empty
	// if there's another reason.
	Permission string
	// Why is the reason in a few words, safe to show.
	Why string
	// Advice is what to do about it; may be empty.
	Advice string
	// Cause is the request's error; nil if none was made.
	Cause error

	notServed bool
}

// Error returns the reason.
func (e *CantTell) Error() string { return e.Why }

// Unwrap returns the cause.
func (e *CantTell) Unwrap() error { return e.Cause }

// Unanswered makes a CantTell of a request's error. permission is what the request
// needs, as an IAM action and the resource: "iam:GetUser on arn:…".
func Unanswered(err error, permission string) *CantTell {
	if e, ok := errors.AsType[*CantTell](err); ok {
		return e
	}
	r := awserror.Of(err)
	e := &CantTell{Why: r.Why(permission), Advice: r.Advice(), Cause: err}
	if r.Cause == awserror.Denied {
		e.Permission = permission
	}
	return e
}

func cant(format string, args ...any) *CantTell { return &CantTell{Why: fmt.Sprintf(format, args...)} }

// Caller is whose the credentials are.
type Caller struct {
	Account string // 12 digits
	ARN     string
	// Metadata is the answer's, which has AWS's time.
	Metadata middleware.Metadata
}

// Caller returns whose the credentials are. That needs no permission.
func (a *Account) Caller(ctx context.Context) (Caller, error) {
	out, err := a.identity.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Caller{}, Unanswered(err, "sts:GetCallerIdentity")
	}
	if aws.ToString(out.Account) == "" {
		return Caller{}, cant("STS answered without an account")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.me = safetext.Line(*out.Account, 20)
	return Caller{
		Account:  a.me,
		ARN:      safetext.Line(aws.ToString(out.Arn), 200),
		Metadata: out.ResultMetadata,
	}, nil
}

// own returns the account of the credentials. Where there's no STS, on a system on
// one machine, that can only be the buckets' account. An answer is kept, since
// credentials stay those of one account.
func (a *Account) own(ctx context.Context) (string, error) {
	a.mu.Lock()
	known := a.me
	a.mu.Unlock()
	if known != "" {
		return known, nil
	}
	caller, err := a.Caller(ctx)
	if IsNotServed(err) {
		return a.id, nil
	}
	return caller.Account, err
}

// errNoAccount is the answer if the account isn't known.
var errNoAccount = cant("the account isn't known: needs --stage or ACCOUNT_ID")

// only returns an error unless the credentials are of the account: the answer
// would be about the wrong one.
func (a *Account) only(ctx context.Context, account string) error {
	if account == "" {
		return errNoAccount
	}
	own, err := a.own(ctx)
	if err != nil {
		return err
	}
	if own != account {
		return cant("the question is about account %s, and the credentials are of account %s", account, own)
	}
	return nil
}
