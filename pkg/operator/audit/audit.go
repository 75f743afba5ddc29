// Package audit examines all buckets and claims of a stage. It reports drift,
// doubtful ownership, claims and tags that don't agree, and what others' policy
// statements open or deny. It writes nothing. Rows are emitted while later buckets are
// being examined; of each organization only its id is remembered.
package audit

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// Listed is a bucket in the account's list.
type Listed struct {
	Name string
	// Region is empty if the list doesn't have it.
	Region string
	// Changed is when the bucket was last created or configured; zero if the list
	// doesn't have it.
	Changed time.Time
}

// Tagging is a bucket's tags.
type Tagging struct {
	// Exists: the account has the bucket.
	Exists bool
	// Region is where it is.
	Region string
	Tags   map[string]string
}

// Source reads what examinations of organizations don't. Methods may be called
// concurrently. Errors are classified (*fault.Error); requests have been retried
// before one is returned.
type Source interface {
	// Buckets yields the account's buckets of all Regions whose names begin with
	// prefix, in the order of their names. It reads a page when one is needed. Nothing
	// follows an error.
	Buckets(ctx context.Context, prefix string) iter.Seq2[Listed, error]
	// Tags reads a bucket's tags in the Region where it is, with our account as the
	// expected owner. If region is empty, it finds the Region.
	Tags(ctx context.Context, name, region string) (Tagging, error)
	// Claims yields the organizations that have a claim. Nothing follows an error.
	Claims(ctx context.Context) iter.Seq2[org.ID, error]
	// HasFolder reports whether the folder's object exists. Unlike provision's method
	// it fails with AccessDenied if these credentials may not see it.
	HasFolder(ctx context.Context, name string) (bool, error)
}

// Examiner finds out what a message for an organization would do now;
// *provision.Service is one. It may be called concurrently.
type Examiner interface {
	Examine(ctx context.Context, id org.ID) (provision.Examination, error)
}

// Visitor asks as the public does, without credentials. It may be called concurrently.
type Visitor interface {
	// CanRead reports whether the public can read the folder's object of a bucket that
	// has it. Errors are classified; a refusal is none.
	CanRead(ctx context.Context, name string) (bool, error)
	// CanList reports whether the public can list a bucket.
	CanList(ctx context.Context, name string) (bool, error)
}

// Auditor examines buckets.
type Auditor struct {
	naming   bucket.Naming
	names    names
	source   Source
	examiner Examiner
	visitor  Visitor // nil: nobody visits
}

// New returns an auditor. The naming settings have to be valid, and source and
// examiner have to see the same buckets.
func New(naming bucket.Naming, source Source, examiner Examiner) (*Auditor, error) {
	names, err := newNames(naming)
	if err != nil {
		return nil, fmt.Errorf("prepare the audit: %w", err)
	}
	return &Auditor{naming: naming, names: names, source: source, examiner: examiner}, nil
}

// Visited returns an auditor that also has each home visited: what the configuration
// promises may still be refused, by a setting of the account for one.
func (a *Auditor) Visited(by Visitor) *Auditor {
	visited := *a
	visited.visitor = by
	return &visited
}

// Options select what is examined, and how.
type Options struct {
	// From, if not nil, is where an earlier run ended early; this one goes on after it.
	From *Position
	// Done, if not nil, is called after a bucket's rows were emitted, never concurrently.
	// Once the run has been stopped no more are emitted than it is called for. What the
	// position refers to changes with the next call.
	Done func(Position)
	// Ignore are findings that are only counted.
	Ignore []Ignorable
	// Progress, if not nil, is called after each bucket, never concurrently.
	Progress func(Progress)
}

// Ignorable are the findings of a code, all of them or, with a name, those of one bucket.
type Ignorable struct {
	Code   Code
	Bucket string
}

// Progress is how far an audit has come. Listed grows until the list has ended.
type Progress struct {
	// Listed and Done count buckets.
	Listed, Done int
	// Findings counts findings that aren't ignored; NotExamined counts rows.
	Findings, NotExamined int
}

const (
	// workers is how many buckets are examined concurrently. The rate of API calls is
	// the limit that counts: an examination takes some 100 ms, and eight at once make
	// more calls than the default rate allows.
	workers = 8
	// window is how many buckets may be ahead of the one whose row is emitted next:
	// enough that one that is being retried for a while doesn't stop the others.
	window = 8 * workers
)
