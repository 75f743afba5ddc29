package provision

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

func conflict() error { return fault.New(fault.OperationConflict, "busy") }

func TestWhatPassesIsTriedAgainWithGrowingPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		began := time.Now()
		err := retry(t.Context(), isConflict, func() error {
			at = append(at, time.Since(began))
			return conflict()
		})
		if !isConflict(err) || len(at) != mostTries {
			t.Fatalf("%d tries, error %v", len(at), err)
		}
		for i, want := 1, firstPause; i < len(at); i, want = i+1, want*2 {
			if pause := at[i] - at[i-1]; pause < want*3/4 || pause > want*5/4 {
				t.Errorf("pause %d is %s, want about %s", i, pause, want)
			}
		}
	})
}

func TestWhatDoesNotPassIsReturnedAtOnce(t *testing.T) {
	tries := 0
	err := retry(t.Context(), isConflict, func() error { tries++; return fault.New(fault.AccessDenied, "no") })
	if tries != 1 || !fault.Is(err, fault.AccessDenied) {
		t.Errorf("%d tries, error %v", tries, err)
	}
}

func TestNoPauseIsBegunThatTheDeadlineWouldCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		err := retry(ctx, isConflict, conflict)
		if !isConflict(err) || ctx.Err() != nil {
			t.Errorf("error %v, context %v; want the cause before the deadline", err, ctx.Err())
		}
	})
}

func TestAPauseEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		began := time.Now()
		if err := retry(ctx, isConflict, conflict); !isConflict(err) || time.Since(began) != 100*time.Millisecond {
			t.Errorf("error %v after %s", err, time.Since(began))
		}
	})
}

func TestParallelRunsAllAndGivesTheFirstErrorInOrder(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	ran := make(chan int, 3)
	err := parallel(
		func() error { ran <- 1; return nil },
		func() error { time.Sleep(time.Millisecond); ran <- 2; return first },
		func() error { ran <- 3; return second },
	)
	if err != first || len(ran) != 3 {
		t.Errorf("error %v, %d ran", err, len(ran))
	}
}

func TestAPanicInATaskIsItsError(t *testing.T) {
	boom := func() error { panic("boom") }
	for name, err := range map[string]error{"parallel": parallel(boom, func() error { return nil }), "background": background(boom)()} {
		p, ok := errors.AsType[*fault.Panic](err)
		if !ok || !strings.Contains(string(p.Stack), "retry_test.go") || fault.Of(err).Code != fault.Internal {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
