// Package bucketstest is the conformance suite of the ports provision.Buckets and
// provision.Claims: what package provision relies on, held against an implementation and the S3
// behind it. The fake and a real server both have to pass it, so that what is
// tested with the fake is true of more than the fake.
package bucketstest

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// World is an S3 and the port's implementation on it. Cases use organization
// ids that no other case does, so worlds may share a server.
type World struct {
	// Buckets is what is under test.
	Buckets provision.Buckets
	// Claims is under test, too; HomesBucket keeps its claims.
	Claims      provision.Claims
	HomesBucket string
	// WithoutHomes is Claims whose bucket doesn't exist.
	WithoutHomes provision.Claims
	// Naming names the account and Region that Buckets works in.
	Naming bucket.Naming
	// Organizations is what the organizations' ids begin with, "t" if it is empty.
	Organizations string
	// Backdoor does what others do to the same S3.
	Backdoor Backdoor
	// Lacks is what the server can't show. Cases that need it aren't run, and
	// Run's log lists them.
	Lacks []Capability
}

// Capability is something that AWS does and not every server.
type Capability string

// The capabilities that cases may need.
const (
	// OtherAccounts: a bucket can become another account's.
	OtherAccounts Capability = "another account"
	// OtherRegions: buckets can be in another Region, which answers with 301.
	OtherRegions Capability = "other Regions"
	// UniquePrincipals: a deleted user's name in a policy becomes its unique id.
	UniquePrincipals Capability = "unique ids of deleted users"
	// AccountBlock: an account has a public access block of its own.
	AccountBlock Capability = "the account's public access block"
)

// Backdoor does what operators, signup, visitors and other accounts do. Its
// errors end the case. [Operator] has the first part of it.
type Backdoor interface {
	// Client is an S3 client that may do everything in the account.
	Client() *s3.Client
	// Control is an S3 Control client that may do everything in the account.
	Control() *s3control.Client
	// CreateBucket creates a bucket of the account in the Region; tags may be nil.
	CreateBucket(ctx context.Context, c bucket.Candidate, tags map[string]string) error
	// Tags returns the bucket's tags, an empty map if there are none.
	Tags(ctx context.Context, name string) (map[string]string, error)
	// AccessBlock returns the bucket's public access block, nil if there is none.
	AccessBlock(ctx context.Context, name string) (*bucket.AccessBlock, error)
	// PutAccessBlock sets the bucket's public access block; nil removes it.
	PutAccessBlock(ctx context.Context, name string, b *bucket.AccessBlock) error
	// Policy returns the bucket's policy, "" if there is none.
	Policy(ctx context.Context, name string) (string, error)
	PutPolicy(ctx context.Context, name, document string) error
	// Object returns an object, nil if there is none.
	Object(ctx context.Context, name, key string) (*Object, error)
	PutObject(ctx context.Context, name, key string, o Object) error

	// GiveAway makes the bucket another account's, TakeBack the account's again. They
	// need OtherAccounts.
	GiveAway(ctx context.Context, name string) error
	TakeBack(ctx context.Context, name string) error
	// Move makes the bucket be in another Region than before. It needs OtherRegions.
	Move(ctx context.Context, name, region string) error
	// BlockAccount switches all of the account's own public access block on or
	// off. It needs AccountBlock.
	BlockAccount(ctx context.Context, on bool) error
	// CreateUser and DeleteUser make and delete an IAM user of the client account.
	CreateUser(ctx context.Context, name string) error
	DeleteUser(ctx context.Context, name string) error
	// ClientOf is one of a user that CreateUser made. No policy of IAM allows the
	// user anything.
	ClientOf(ctx context.Context, user string) (*s3.Client, error)
	// ReadAnonymously gets an object with an unsigned request.
	ReadAnonymously(ctx context.Context, name, key string) (status int, body []byte, err error)
}

// Object is an object's content. Note is user-defined metadata "note".
type Object struct{ ContentType, Body, Note string }
