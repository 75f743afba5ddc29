// Package account asks the AWS account, and the organization in AWS Organizations
// that it may belong to, what an operator has to know beside the buckets: does a
// client's IAM user exist, does a public access block stand above the buckets',
// may there be more of them. It only reads.
//
// Often an operator may not ask, or nobody is there to ask, as on a system of
// one's own machine: then the error is a *CantTell, whose text says in a few words
// which permission is missing or what didn't answer.
package account

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"

	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// Account answers questions about one account. Its methods may be called
// concurrently. Nothing is kept but whose the credentials are.
type Account struct {
	clients Clients
	id      string
	region  string

	mu sync.Mutex
	me string // the credentials' account, once it's known
}

// New takes the account that owns the buckets, 12 digits, and its Region. They may
// be empty if they aren't known; then most can't be told.
func New(clients Clients, id, region string) *Account {
	return &Account{clients: clients, id: id, region: region}
}

// How long a question may take, retries included. A walk over pages may take longer.
const (
	patience     = 20 * time.Second
	walkPatience = 2 * time.Minute
)

// CantTell is the answer to a question that couldn't be asked or wasn't answered.
type CantTell struct {
	// Permission is what is missing, such as "iam:GetUser on arn:…"; empty if it's
	// something else.
	Permission string
	// Why says it in a few words, safe to show.
	Why string
	// Advice is what to do about it; may be empty.
	Advice string
	// Cause is the request's error; nil if none was made.
	Cause error
}

// Error says why.
func (e *CantTell) Error() string { return e.Why }

// Unwrap gives the cause.
func (e *CantTell) Unwrap() error { return e.Cause }

// Unanswered makes a CantTell of a request's error. permission is what the request
// needs, as an IAM action and the resource: "iam:GetUser on arn:…".
func Unanswered(err error, permission string) *CantTell {
	r := awserror.Of(err)
	e := &CantTell{Why: r.Why(permission, ""), Advice: r.Advice(), Cause: err}
	if r.Cause == awserror.Denied {
		e.Permission = permission
	}
	return e
}

func cant(format string, args ...any) *CantTell { return &CantTell{Why: fmt.Sprintf(format, args...)} }

// NotServed is the answer where a service isn't there to be asked.
func NotServed(service string) *CantTell {
	return cant("%s isn't served here: the endpoints that are set aren't AWS's", service)
}

// Caller is whose the credentials are.
type Caller struct {
	Account string // 12 digits
	ARN     string
	// Metadata is that of the answer, which tells AWS's time.
	Metadata middleware.Metadata
}

// Caller asks whose the credentials are. That needs no permission.
func (a *Account) Caller(ctx context.Context) (Caller, error) {
	if a.clients.Identity == nil {
		return Caller{}, NotServed("AWS STS")
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	out, err := a.clients.Identity.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
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

// own tells whose the credentials are. Where there's no STS, on a system of one's
// own machine, they can't be anybody else's than the buckets' owner's. Credentials
// don't change hands, so a good answer is kept.
func (a *Account) own(ctx context.Context) (string, error) {
	if a.clients.Identity == nil {
		return a.id, nil
	}
	a.mu.Lock()
	known := a.me
	a.mu.Unlock()
	if known != "" {
		return known, nil
	}
	caller, err := a.Caller(ctx)
	return caller.Account, err
}

// errNoAccount is for questions about an account that nobody has named.
var errNoAccount = cant("the account isn't known: needs --stage or ACCOUNT_ID")

// only refuses to ask about an account with another's credentials: the answer
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
		return cant("it's a matter of account %s, and the credentials are of account %s", account, own)
	}
	return nil
}
