// Package provision brings one organization's bucket into being: it observes
// what is there, lets package bucket decide and plan, applies the changes and
// announces the outcome. A first run, a resumed run, a repair and a run with
// nothing to do are the same code with another observation.
package provision

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// Buckets is what provisioning needs of S3. Every method may be called
// concurrently. Errors are classified (*fault.Error); what AWS asks to repeat
// (throttling, 5xx, broken connections) has been repeated before it's returned.
// A bucket that should be there and isn't, and a conflict with another change,
// are OperationConflict: the caller tries again.
//
// Every call but Create names the account that must own the bucket, so that
// none ever reaches a stranger's.
type Buckets interface {
	// Look finds out whose bucket has the candidate's name. A bucket that can't
	// be read is a sighting, not an error.
	Look(ctx context.Context, spec bucket.Spec, c bucket.Candidate) (bucket.Sighting, error)
	// Create creates the bucket with its tag. That the name is taken is a
	// result, not an error.
	Create(ctx context.Context, spec bucket.Spec, c bucket.Candidate) (Creation, error)

	// ReadAccessBlock reads the public access block; none is all flags off.
	ReadAccessBlock(ctx context.Context, name string) (bucket.AccessBlock, error)
	// ReadPolicy reads the policy; none is the zero Document. A policy that
	// can't be taken apart is PolicyConflict.
	ReadPolicy(ctx context.Context, name string) (policy.Document, error)
	// HasFolder tells whether the folder's object is known to exist.
	HasFolder(ctx context.Context, name string) (bool, error)

	// PutAccessBlock writes all four flags.
	PutAccessBlock(ctx context.Context, name string, b bucket.AccessBlock) error
	// PutFolder creates the folder's object unless it's there, which it tells.
	PutFolder(ctx context.Context, name string) (created bool, err error)
	// PutPolicy replaces the policy. A principal that doesn't exist is
	// ClientUserNotFound, a refusal by a public access block PublicPolicyBlocked.
	PutPolicy(ctx context.Context, name string, d policy.Document) error
}

// Creation is how creating a bucket ended.
type Creation int

// The ends of a creation.
const (
	Created      Creation = iota // the bucket is new and ours
	NameTaken                    // another account has a bucket of this name
	AlreadyOwned                 // our account has one, here or in another Region
)

// Outcomes tells everyone who needs to know. Both methods return after the
// outcome was accepted by the topic; an error is PublishFailed, or
// DeadlineExceeded if ctx ended.
type Outcomes interface {
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
}

// Status says what a successful run did. All mean that the bucket is ready.
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
