package fault_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

// findings are the codes that no message fails with.
var findings = []fault.Code{
	fault.Drift, fault.Unfinished, fault.ClientGrantDead, fault.NotReadable, fault.Reopened, fault.CrossAccountGrant, fault.ForeignDeny, fault.RestrictPublicBuckets,
	fault.AccountBlockUnknown, fault.TagsMissing, fault.PublicListAllowed, fault.Unclaimed, fault.TagNameMismatch, fault.UnknownBucket, fault.Unforeseen,
}

// TestFindingsAreNoFailuresAndHaveARepairOnly: a code that no message fails with has
// the hint and the kind of what nobody foresaw.
func TestFindingsAreNoFailuresAndHaveARepairOnly(t *testing.T) {
	for _, code := range findings {
		if len(code.Repair()) < 20 {
			t.Errorf("%s: the repair is %q", code, code.Repair())
		}
		if slices.Contains(fault.Codes(), code) || code.Kind() != fault.Transient || code.Hint() != fault.Internal.Hint() {
			t.Errorf("%s is a failure, of kind %s, with the hint %q", code, code.Kind(), code.Hint())
		}
	}
}

// TestWhatNoBucketCanHaveHasNoRepair: the audit and the plan show a repair if there is one.
func TestWhatNoBucketCanHaveHasNoRepair(t *testing.T) {
	for _, code := range []fault.Code{
		fault.MalformedMessage, fault.UnexpectedEventType, fault.ClientUserNotFound, fault.PublicPolicyBlocked, fault.Throttled, fault.ServiceUnavailable,
		fault.OperationConflict, fault.DeadlineExceeded, fault.PublishFailed, fault.Internal, "Nonsense",
	} {
		if got := code.Repair(); got != "" {
			t.Errorf("%s: %q", code, got)
		}
	}
	for _, code := range fault.Codes() {
		if repair := code.Repair(); repair != "" && !strings.HasSuffix(repair, ".") {
			t.Errorf("%s: the repair isn't a sentence: %q", code, repair)
		}
	}
	for _, code := range []fault.Code{fault.OwnershipUnproved, fault.OnHold} {
		if len(code.Repair()) < 20 {
			t.Errorf("%s: %q", code, code.Repair())
		}
	}
}

// TestAFailureOfTheCallerSaysNothingOfABucket: with another code a bucket is blocked.
func TestAFailureOfTheCallerSaysNothingOfABucket(t *testing.T) {
	ofCaller := []fault.Code{fault.AccountProblem, fault.CredentialsRefused, fault.ClockSkewed, fault.RequestRefused, fault.AccessDenied}
	for _, code := range append(fault.Codes(), "Nonsense") {
		if got := code.OfCaller(); got != slices.Contains(ofCaller, code) {
			t.Errorf("%s: %v", code, got)
		}
	}
}

func TestACausesCodeIsSaidOnceIfItIsTheSame(t *testing.T) {
	cause := fault.New(fault.Throttled, "slow down")
	if got := fault.Wrap(fault.Throttled, fmt.Errorf("put: %w", cause), "tag b").Message; got != "tag b: slow down" {
		t.Errorf("the same code: %q", got)
	}
	if got := fault.Wrap(fault.Internal, cause, "tag b").Message; got != "tag b: Throttled: slow down" {
		t.Errorf("another code: %q", got)
	}
	if got := fault.Wrap(fault.Internal, errors.New("boom"), "tag b").Message; got != "tag b: boom" {
		t.Errorf("no code: %q", got)
	}
}

func TestAContextThatEndedIsADeadline(t *testing.T) {
	for _, err := range []error{context.Canceled, context.DeadlineExceeded, fmt.Errorf("put: %w", context.Canceled)} {
		if got := fault.Of(err).Code; got != fault.DeadlineExceeded {
			t.Errorf("%v is %s", err, got)
		}
	}
}
