package audit

import (
	"fmt"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// Status says in a word what became of a bucket's examination.
type Status string

// The statuses.
const (
	// Healthy: nothing is off.
	Healthy Status = "healthy"
	// Found: something is off.
	Found Status = "findings"
	// Ignored: all that is off is ignored.
	Ignored Status = "ignored"
	// NotExamined: something of it couldn't be read. What was read may have findings.
	NotExamined Status = "notExamined"
	// Covered: all that is off is reported in the row of another bucket.
	Covered Status = "covered"
)

// By says how the organization is known.
type By string

// What tells whose a bucket is.
const (
	ByTag  By = "tag"  // its tag, which proves it
	ByName By = "name" // its name, which doesn't
)

// Row is one bucket, or an organization that has none. Its texts may hold what
// others wrote: a terminal needs them escaped.
type Row struct {
	// Bucket is empty if the organization has none.
	Bucket string `json:"bucket,omitempty"`
	// Region is empty if it isn't known.
	Region string `json:"region,omitempty"`
	// OrgID is whose it is, as far as is known.
	OrgID  org.ID `json:"orgId,omitempty"`
	By     By     `json:"by,omitempty"`
	Status Status `json:"status"`
	// Findings are those that aren't ignored.
	Findings []Finding `json:"findings,omitempty"`
	// Ignored are the codes of those that are.
	Ignored []Code `json:"ignored,omitempty"`
	// Unread is what couldn't be read.
	Unread []Unread `json:"unread,omitempty"`
	// See is the bucket in whose row this one is reported.
	See string `json:"see,omitempty"`
}

// Finding is something that is off.
type Finding struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	// Facets are the parts of the bucket that a message would write.
	Facets []bucket.Facet `json:"facets,omitempty"`
	Text   string         `json:"text"`
	Hint   string         `json:"hint"`
}

// Unread is why something couldn't be read.
type Unread struct {
	Code fault.Code `json:"code"`
	// Permission is what the credentials lack or somebody denies, if it's that.
	Permission string `json:"permission,omitempty"`
	Text       string `json:"text"`
}

// find adds a finding with its code's severity.
func (r *Row) find(code Code, format string, args ...any) *Finding {
	r.Findings = append(r.Findings, Finding{
		Code: code, Severity: classOf(code).severity, Text: fmt.Sprintf(format, args...), Hint: code.Hint(r.OrgID),
	})
	return &r.Findings[len(r.Findings)-1]
}

// fail adds what couldn't be read.
func (r *Row) fail(err error) {
	f := fault.Of(err)
	u := Unread{Code: f.Code, Text: f.Message}
	if f.Code == fault.AccessDenied {
		u.Permission = permissionOf(err)
	}
	r.Unread = append(r.Unread, u)
}

// settle sets the row's status, and takes out what is ignored.
func (r *Row) settle(ignored map[Code]bool) {
	var kept []Finding
	for _, f := range r.Findings {
		if ignored[f.Code] {
			r.Ignored = append(r.Ignored, f.Code)
		} else {
			kept = append(kept, f)
		}
	}
	r.Findings = kept
	switch {
	case len(r.Unread) > 0:
		r.Status = NotExamined
	case len(r.Findings) > 0:
		r.Status = Found
	case len(r.Ignored) > 0:
		r.Status = Ignored
	case r.See != "":
		r.Status = Covered
	default:
		r.Status = Healthy
	}
}
