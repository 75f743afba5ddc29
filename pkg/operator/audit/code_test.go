package audit

import (
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

// documented are the codes that scripts may rely on.
var documented = []Code{
	"Drift", "Unfinished", "ClientGrantDead", "NoBucket", "OwnershipUnproved", "BucketInAnotherRegion", "MultipleHomes",
	"ForeignPublicStatement", "ForeignPrincipalInvalid", "PolicyConflict", "PolicyTooLarge", "NoBucketNameAvailable",
	"InvalidOrganizationID", "ForeignDeny", "TagNameMismatch", "UnknownBucket", "Unforeseen",
}

func TestTheCodesAreTheDocumentedOnes(t *testing.T) {
	if got := Codes(); !slices.Equal(got, documented) {
		t.Errorf("got %q", got)
	}
}

func TestEveryCodeHasASeverityAndAHintForItsOrganization(t *testing.T) {
	for _, c := range classes {
		hint := c.code.Hint("acme")
		if c.severity != Error && c.severity != Warning || len(hint) < 20 || !strings.HasSuffix(hint, ".") {
			t.Errorf("%s: %s, %q", c.code, c.severity, hint)
		}
		if strings.Contains(hint, "ORG") || strings.Contains(c.hint, "ORG") != strings.Contains(hint, "acme") {
			t.Errorf("%s: the hint %q doesn't name the organization", c.code, hint)
		}
		if general := c.code.Hint(""); general != c.hint {
			t.Errorf("%s: %q", c.code, general)
		}
	}
}

// Every failure of an organization that the buckets alone can cause has a code
// here; only what needs the account or the queue has none.
func TestEveryFailureThatBucketsCauseHasACode(t *testing.T) {
	elsewhere := []fault.Code{"MalformedMessage", "UnexpectedEventType", "ClientUserNotFound", "PublicPolicyBlocked", "BucketQuotaExceeded", "AccessDenied"}
	for _, code := range fault.Codes() {
		has := code.Kind() == fault.Transient || slices.Contains(elsewhere, code)
		if has == slices.Contains(Codes(), Code(code)) {
			t.Errorf("%s: is a finding's code: %t", code, !has)
		}
	}
}

func TestAWarningWithoutAKnownCodeIsNotLost(t *testing.T) {
	for w, want := range map[string]Code{
		"ForeignDeny: statement 3": ForeignDeny, "Nonsense: statement 3": Unforeseen, "no code": Unforeseen, "": Unforeseen,
	} {
		code, text := splitWarning(w)
		if code != want || want == Unforeseen && text != w || want != Unforeseen && text != "statement 3" {
			t.Errorf("%q became %s %q", w, code, text)
		}
	}
}
