package fault_test

import (
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

// documented is the table of the published contract: consumers, alarms and the
// runbook rely on each of these names and kinds.
var documented = map[fault.Kind][]fault.Code{
	fault.Invalid: {"MalformedMessage", "UnexpectedEventType", "InvalidOrganizationID"},
	fault.Blocked: {
		"ClientUserNotFound", "PublicPolicyBlocked", "OwnershipUnproved", "OnHold", "ClaimsUnavailable", "HomeOutOfReach", "BucketInAnotherRegion", "MultipleHomes",
		"ForeignPublicStatement", "ForeignStatementUndecided", "ForeignPrincipalInvalid", "PolicyConflict", "PolicyTooLarge", "BucketQuotaExceeded",
		"NoBucketNameAvailable", "TagsAtCreationUnsupported", "AccessDenied",
		"AccountProblem", "CredentialsRefused", "ClockSkewed", "RequestRefused",
	},
	fault.Transient: {"Throttled", "ServiceUnavailable", "OperationConflict", "DeadlineExceeded", "PublishFailed", "Internal"},
}

func TestEveryDocumentedCodeHasItsKindAndAHint(t *testing.T) {
	listed := map[fault.Code]bool{}
	for _, code := range fault.Codes() {
		if listed[code] {
			t.Errorf("%s is listed twice", code)
		}
		listed[code] = true
	}
	count := 0
	for kind, codes := range documented {
		for _, code := range codes {
			count++
			if !listed[code] {
				t.Errorf("%s is documented, but Codes doesn't list it", code)
			}
			if got := code.Kind(); got != kind {
				t.Errorf("%s is %s, documented is %s", code, got, kind)
			}
		}
	}
	if count != len(listed) {
		t.Errorf("Codes lists %d codes, %d are documented", len(listed), count)
	}
}

func TestAHintIsOneShortLineThatEndsInAFullStop(t *testing.T) {
	unforeseen := fault.Internal.Hint()
	for _, code := range fault.Codes() {
		hint := code.Hint()
		switch {
		case len(hint) < 20 || len(hint) > 300:
			t.Errorf("%s: the hint has %d bytes: %q", code, len(hint), hint)
		case strings.ContainsAny(hint, "\n\t"):
			t.Errorf("%s: the hint has more than one line: %q", code, hint)
		case !strings.HasSuffix(hint, "."):
			t.Errorf("%s: the hint isn't a sentence: %q", code, hint)
		case hint == unforeseen && code != fault.Internal:
			t.Errorf("%s has the hint of what nobody foresaw", code)
		}
	}
}

func TestAnUnknownCodeIsTransientAndHasTheHintOfTheUnforeseen(t *testing.T) {
	for _, code := range []fault.Code{"", "Nonsense", "accessdenied"} {
		if got := code.Kind(); got != fault.Transient {
			t.Errorf("%q is %s: it would be given up or kept from an operator", code, got)
		}
		if code.Hint() != fault.Internal.Hint() {
			t.Errorf("%q has the hint %q", code, code.Hint())
		}
	}
}

func TestCallersCannotChangeTheListOfCodes(t *testing.T) {
	fault.Codes()[0] = "Broken"
	if fault.Codes()[0] != fault.MalformedMessage {
		t.Error("Codes gives out its own list")
	}
}
