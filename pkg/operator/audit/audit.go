// Package audit examines all buckets of a deployment and tells what is off:
// with what shall be, with whose they are, with what others wrote in their
// policies. It writes nothing. Buckets are taken as they are listed and given
// out as they are ready, so that memory doesn't grow with their number.
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
	// Region is empty if the list doesn't tell.
	Region string
	// Changed is when the bucket was created or configured last, as far as the
	// list tells; zero if it doesn't.
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

// Source is what the audit asks about buckets beside examining them. Methods
// may be called concurrently. Errors are classified (*fault.Error); what AWS asks
// to repeat has been repeated before one is returned.
type Source interface {
	// Buckets lists the account's buckets of all Regions whose names begin with
	// prefix, in the order of their names, page after page as they are asked for.
	// An error is the last that it yields.
	Buckets(ctx context.Context, prefix string) iter.Seq2[Listed, error]
	// Tags reads a bucket's tags in the Region where it is, with our account as
	// the expected owner. An empty region stands for wherever it is.
	Tags(ctx context.Context, name, region string) (Tagging, error)
	// HasFolder tells whether the folder's object is there. That these credentials
	// may not see it is AccessDenied, and so more than provision's method tells.
	HasFolder(ctx context.Context, name string) (bool, error)
}

// Examiner finds out what a message for an organization would find and do now.
// provision.Service is one. It may be called concurrently.
type Examiner interface {
	Examine(ctx context.Context, id org.ID) (provision.Examination, error)
}

// Auditor examines buckets.
type Auditor struct {
	naming   bucket.Naming
	names    names
	source   Source
	examiner Examiner
}

// New takes valid naming settings, and ports that see the same buckets.
func New(naming bucket.Naming, source Source, examiner Examiner) (*Auditor, error) {
	names, err := newNames(naming)
	if err != nil {
		return nil, fmt.Errorf("prepare the audit: %w", err)
	}
	return &Auditor{naming, names, source, examiner}, nil
}

// Options are what is examined, and how.
type Options struct {
	// Organizations, if any, are examined instead of what is listed.
	Organizations []org.ID
	// Ignore are findings that aren't reported and only counted apart.
	Ignore []Code
	// Progress, if not nil, is told after each bucket what has been done so far.
	// It isn't called concurrently.
	Progress func(Progress)
}

// Progress is how far an audit has come. How many buckets there are isn't known
// before the list has ended.
type Progress struct {
	// Listed and Done are numbers of buckets, or of organizations if those were
	// asked for.
	Listed, Done int
	// Findings counts those that aren't ignored, NotExamined rows.
	Findings, NotExamined int
}

const (
	// workers is how many buckets are examined at once. The rate of API calls is the
	// limit that counts: an examination takes some 100 ms, and eight at once make
	// more calls than the default rate allows.
	workers = 8
	// window is how many buckets may be ahead of the one whose row is given out next:
	// enough that one that is being retried for a while doesn't stop the others.
	window = 8 * workers
)
