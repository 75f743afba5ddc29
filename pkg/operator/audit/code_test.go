package audit

import (
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// documented are the codes that scripts may rely on.
var documented = []Code{
	"Drift", "Unfinished", "ClientGrantDead", "NotReadable", "OwnershipUnproved", "BucketInAnotherRegion", "MultipleHomes",
	"ForeignPublicStatement", "ForeignStatementUndecided", "ForeignPrincipalInvalid", "PolicyConflict", "PolicyTooLarge",
	"CrossAccountGrant", "ForeignDeny", "OnHold", "Reopened", "RestrictPublicBuckets", "AccountBlockUnknown", "TagsMissing", "Unclaimed", "TagNameMismatch", "UnknownBucket", "PublicListAllowed", "Unforeseen",
}

func TestTheCodesAreTheDocumentedOnes(t *testing.T) {
	if got := Codes(); !slices.Equal(got, documented) {
		t.Errorf("got %q", got)
	}
}

func TestEveryCodeHasASeverityAndAHintForItsOrganization(t *testing.T) {
	for _, c := range classes {
		hint := c.code.Hint("acme", "fusion-rms-acme")
		if c.severity != Error && c.severity != Warning && c.severity != Notice || len(hint) < 20 || !strings.HasSuffix(hint, ".") {
			t.Errorf("%s: %s, %q", c.code, c.severity, hint)
		}
		if strings.Contains(hint, "ORG") || strings.Contains(c.code.Hint("", ""), "ORG") != strings.Contains(hint, "acme") {
			t.Errorf("%s: the hint %q doesn't name the organization", c.code, hint)
		}
	}
}

// Every failure of an organization that the buckets alone can cause has a code
// here; only what needs the account or the queue has none.
func TestEveryFailureThatBucketsCauseHasACode(t *testing.T) {
	elsewhere := []fault.Code{"MalformedMessage", "UnexpectedEventType", "InvalidOrganizationID", "NoBucketNameAvailable", "TagsAtCreationUnsupported", "ClientUserNotFound", "PublicPolicyBlocked", "BucketQuotaExceeded", "ClaimsUnavailable", "HomeOutOfReach", "AccessDenied", "AccountProblem", "CredentialsRefused", "ClockSkewed", "RequestRefused"}
	for _, code := range fault.Codes() {
		has := code.Kind() == fault.Transient || slices.Contains(elsewhere, code)
		if has == slices.Contains(Codes(), Code(code)) {
			t.Errorf("%s: is a finding's code: %t", code, !has)
		}
	}
}

func TestAWarningWithoutAKnownCodeIsNotLost(t *testing.T) {
	e := provision.Examination{Warnings: []fault.Warning{
		{Code: fault.ForeignDeny, Text: "statement 3"}, {Code: "Nonsense", Text: "statement 3"}, {Text: "no code"},
	}}
	var row Row
	foreign(&row, e, bucket.Comparison{})
	var got []string
	for _, f := range row.Findings {
		got = append(got, string(f.Code)+" "+f.Text)
	}
	if want := []string{"ForeignDeny statement 3", "Unforeseen Nonsense: statement 3", "Unforeseen no code"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
