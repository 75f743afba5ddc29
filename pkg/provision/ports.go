// Package provision provisions one organization's bucket: it observes what is there,
// lets package bucket decide and plan, applies the changes and announces the outcome.
// A first run, a resumed run, a repair and a run with nothing to do are the same code
// with another observation.
//
// A delivery enters at [Handler.Handle] (handle.go), which calls [Service.Provision]
// (service.go) and publishes the outcome. The steps in between are in provisioning.go.
package provision

import (
	"context"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// Buckets is what provisioning needs of S3. Every method may be called
// concurrently. Errors are classified (*fault.Error). Throttling, 5xx and broken
// connections have been retried before they are returned, except those of PutPolicy
// and PutAccessBlock. A missing bucket and a conflict with another change are
// OperationConflict, which the caller retries.
//
// Every call but Create names the account that must own the bucket, so that
// none ever reaches a stranger's.
type Buckets interface {
	// Look finds out who owns the bucket of the candidate's name. An unreadable
	// bucket is a sighting, not an error.
	Look(ctx context.Context, spec bucket.Spec, c bucket.Candidate) (bucket.Sighting, error)
	// SearchTagged returns the names of the account's buckets in the Region that are
	// tagged for the organization, whatever their names. It lags, so it is a hint, which
	// a bucket's own tags have to prove. It is sent once.
	SearchTagged(ctx context.Context, id org.ID) (names []string, err error)
	// Create creates the bucket with its tag. That the name is taken is a
	// result, not an error.
	Create(ctx context.Context, spec bucket.Spec, c bucket.Candidate) (Creation, error)

	// ReadAccessBlock reads the public access block. If there is none, all flags are off.
	ReadAccessBlock(ctx context.Context, name string) (bucket.AccessBlock, error)
	// ReadPolicy reads the policy, the zero Document if there is none. A policy that
	// can't be parsed is PolicyConflict.
	ReadPolicy(ctx context.Context, name string) (policy.Document, error)
	// ReadAccountBlock returns the public access block in effect for all of the
	// account's buckets; if there is none, all flags are off. It may be a minute old. An
	// S3 that isn't AWS's may not know of it, and isn't waited for after the end of work,
	// which this runs beside.
	ReadAccountBlock(ctx, work context.Context) (bucket.AccessBlock, error)
	// HasFolder reports whether the folder's object is known to exist.
	HasFolder(ctx context.Context, name string) (bool, error)

	// PutAccessBlock writes all four flags.
	PutAccessBlock(ctx context.Context, name string, b bucket.AccessBlock) error
	// PutFolder creates the folder's object if there is none, and reports whether it did.
	PutFolder(ctx context.Context, name string) (created bool, err error)
	// PutPolicy replaces the policy. A principal that doesn't exist is
	// ClientUserNotFound, a refusal by a public access block PublicPolicyBlocked.
	PutPolicy(ctx context.Context, name string, d policy.Document) error
}

// Claims is the record of which bucket is each organization's home: an object that
// is written once and never changed, but by an operator. Unlike a bucket's
// configuration it is strongly consistent. Errors are classified as those of Buckets.
type Claims interface {
	// ReadClaim reads the organization's claim, the zero Claim if there is none. A
	// claim that can't be parsed is OwnershipUnproved.
	ReadClaim(ctx context.Context, id org.ID) (Claim, error)
	// Claim claims c's bucket unless the organization has a claim. It returns the
	// bucket that the claim names, and whether this call wrote the claim.
	Claim(ctx context.Context, id org.ID, c Claim) (winner string, won bool, err error)
}

// Claim says which bucket is an organization's home.
type Claim struct {
	Bucket    string
	MessageID string    // of the message that claimed it
	At        time.Time // when
}

// Creation is how creating a bucket ended.
type Creation int

// The results of a creation.
const (
	Created      Creation = iota // the bucket is new and ours
	NameTaken                    // another account has a bucket of this name
	AlreadyOwned                 // our account has one, here or in another Region
)

// Outcomes announces outcomes. Both methods return when the topic has accepted the
// outcome. An error is PublishFailed, or DeadlineExceeded if ctx ended.
type Outcomes interface {
	// Provisioned announces that the bucket is ready.
	Provisioned(ctx context.Context, r Result, from Source) error
	// Failed announces that an operator has the message now. id is empty if the
	// message had no valid one.
	Failed(ctx context.Context, id org.ID, failure *fault.Error, from Source) error
}

// Source is the delivery that an outcome is about.
type Source struct {
	MessageID     string
	ReceiveCount  int
	CorrelationID string
	Context       string // opaque; it isn't logged
}

// Status is what a successful run did. Every status means that the bucket is ready.
type Status string

// The statuses.
const (
	StatusCreated   Status = "created"
	StatusRepaired  Status = "repaired"
	StatusUnchanged Status = "unchanged"
)

// Result is a bucket that is ready.
type Result struct {
	Spec     bucket.Spec
	Bucket   string
	Status   Status
	Changes  []bucket.Facet // in the order of bucket.Facets
	Warnings []fault.Warning
}
