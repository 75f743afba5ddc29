package audit

import (
	"errors"
	"fmt"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// Status is the result of a bucket's examination.
type Status string

// The statuses.
const (
	// Healthy: there are no findings.
	Healthy Status = "healthy"
	// Found: there are findings.
	Found Status = "findings"
	// Ignored: all findings are of codes to ignore.
	Ignored Status = "ignored"
	// NotExamined: something couldn't be read. There may be findings about the rest.
	NotExamined Status = "notExamined"
	// Covered: the organization's findings are in the row of another bucket.
	Covered Status = "covered"
)

// By is how the organization is known.
type By string

// The ways to know whose a bucket is.
const (
	ByTag  By = "tag"  // its tag, which proves it
	ByName By = "name" // its name, which doesn't
	// ByClaim is its claim: the bucket isn't proved, or isn't there.
	ByClaim By = "claim"
)

// Row is one bucket. Its texts may hold what
// others wrote: a terminal needs them escaped.
type Row struct {
	Bucket string `json:"bucket"`
	// Region is empty if it isn't known.
	Region string `json:"region,omitempty"`
	// OrgID is the organization that it belongs to, as far as is known.
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
	// claim: what there is to say of the organization's claim is in this row.
	claim bool
}

// Finding is a deviation from the desired state.
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
		Code: code, Severity: code.Severity(), Text: fmt.Sprintf(format, args...), Hint: code.Hint(r.OrgID, r.Bucket),
	})
	return &r.Findings[len(r.Findings)-1]
}

// fail adds what couldn't be read.
func (r *Row) fail(err error) {
	f := fault.Of(err)
	u := Unread{Code: f.Code, Text: f.Message}
	if f.Code == fault.AccessDenied {
		u.Permission = Permission(err)
	}
	r.Unread = append(r.Unread, u)
}

// settle sets the row's status and removes the findings that are ignored.
func (r *Row) settle(ignored map[Ignorable]bool) {
	var kept []Finding
	for _, f := range r.Findings {
		if ignored[Ignorable{f.Code, ""}] || ignored[Ignorable{f.Code, r.Bucket}] {
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

// permissions are what the audit's calls need, by operation
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html).
var permissions = map[string]string{
	"ListBuckets":          "s3:ListAllMyBuckets",
	"GetBucketTagging":     readTags,
	"GetBucketPolicy":      "s3:GetBucketPolicy",
	"GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
	"HeadObject":           readFolder,
	"GetObject":            readFolder,
	"ListObjectsV2":        "s3:ListBucket on the bucket of the claims",
}

const (
	readTags   = "s3:GetBucketTagging"
	readFolder = "s3:GetObject on " + bucket.FolderKey
	readClaims = "s3:GetObject on " + bucket.ClaimPrefix + "* and s3:ListBucket, both on the bucket of the claims"
)

// Permission returns the permission that the failed call of an error needs, or "" if
// the error doesn't tell. The SDK's errors know their operation.
func Permission(err error) string {
	call, ok := errors.AsType[interface {
		error
		Operation() string
	}](err)
	if !ok {
		return ""
	}
	if call.Operation() == "GetObject" && strings.Contains(err.Error(), bucket.ClaimPrefix) {
		return readClaims
	}
	return permissions[call.Operation()]
}
