package fault_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

func TestOfClassifiesEveryError(t *testing.T) {
	denied := fault.New(fault.AccessDenied, "read the tags of b")
	for name, c := range map[string]struct {
		err  error
		want fault.Code
	}{
		"a classified one keeps its code":                    {denied, fault.AccessDenied},
		"a wrapped classified one keeps its code":            {fmt.Errorf("look: %w", denied), fault.AccessDenied},
		"a joined classified one keeps its code":             {errors.Join(io.EOF, denied), fault.AccessDenied},
		"the outermost class counts":                         {fault.Wrap(fault.Throttled, denied, "look"), fault.Throttled},
		"a deadline is DeadlineExceeded":                     {context.DeadlineExceeded, fault.DeadlineExceeded},
		"a wrapped deadline is DeadlineExceeded":             {fmt.Errorf("put: %w", context.DeadlineExceeded), fault.DeadlineExceeded},
		"a cancellation is DeadlineExceeded":                 {context.Canceled, fault.DeadlineExceeded},
		"a class around a deadline counts, not the deadline": {fault.Wrap(fault.PublishFailed, context.DeadlineExceeded, "publish"), fault.PublishFailed},
		"anything else is Internal":                          {io.ErrUnexpectedEOF, fault.Internal},
	} {
		t.Run(name, func(t *testing.T) {
			got := fault.Of(c.err)
			if got == nil || got.Code != c.want {
				t.Fatalf("Of(%v) = %v, want code %s", c.err, got, c.want)
			}
			if fault.Of(got) != got {
				t.Error("classifying again changes it")
			}
		})
	}
	if fault.Of(nil) != nil {
		t.Error("Of(nil) isn't nil")
	}
}

func TestWhatNobodyClassifiedIsTransientAndKeepsItsCause(t *testing.T) {
	f := fault.Of(io.ErrUnexpectedEOF)
	if f.Kind() != fault.Transient {
		t.Errorf("kind %s: a surprise would be acknowledged or blocked", f.Kind())
	}
	if !errors.Is(f, io.ErrUnexpectedEOF) {
		t.Error("the cause is lost")
	}
}

func TestAtNamesTheInnermostStep(t *testing.T) {
	inner := fault.At(fault.StepCreate, fault.New(fault.AccessDenied, "create b"))
	outer := fault.At(fault.StepObserve, fmt.Errorf("provision: %w", inner))
	if got := fault.Of(outer).Step; got != fault.StepCreate {
		t.Errorf("step %q, want the innermost, %q", got, fault.StepCreate)
	}
	if got := fault.Of(fault.At(fault.StepPolicy, io.EOF)); got.Step != fault.StepPolicy || got.Code != fault.Internal {
		t.Errorf("an unclassified error became %q at %q", got.Code, got.Step)
	}
	if err := fault.At(fault.StepPolicy, nil); err != nil {
		t.Errorf("At(nil) = %v", err)
	}
}

func TestAtLeavesAnErrorThatOthersHoldAsItIs(t *testing.T) {
	shared := fault.New(fault.Throttled, "look")
	_ = fault.At(fault.StepObserve, shared)
	if shared.Step != "" {
		t.Errorf("At wrote step %q into the caller's error", shared.Step)
	}
}

func TestIsTellsTheOutermostClass(t *testing.T) {
	err := fmt.Errorf("x: %w", fault.Wrap(fault.OperationConflict, fault.New(fault.AccessDenied, "inner"), "outer"))
	for code, want := range map[fault.Code]bool{fault.OperationConflict: true, fault.AccessDenied: false, fault.Internal: false} {
		if fault.Is(err, code) != want {
			t.Errorf("Is(%v, %s) = %v", err, code, !want)
		}
	}
	if fault.Is(nil, fault.Internal) || fault.Is(io.EOF, fault.Internal) {
		t.Error("an unclassified error has a class")
	}
}

func TestAnErrorSaysItsCodeWhatWasDoneAndWhy(t *testing.T) {
	err := fault.Wrap(fault.AccessDenied, io.EOF, "put policy on %s", "b")
	if got, want := err.Error(), "AccessDenied: put policy on b: EOF"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err.Hint() != fault.AccessDenied.Hint() || err.Kind() != fault.Blocked {
		t.Error("hint or kind isn't the code's")
	}
	if got := fault.New(fault.Internal, "100%% of %d", 3).Message; got != "100% of 3" {
		t.Errorf("got %q", got)
	}
}

func TestCatchTurnsAPanicIntoAnInternalFailure(t *testing.T) {
	run := func(value any, before error) (err error) {
		defer fault.Catch(&err)
		err = before
		if value != nil {
			panic(value)
		}
		return err
	}
	for name, value := range map[string]any{"a text": "boom", "an error": io.EOF, "a number": 7, "a classified error": fault.New(fault.InvalidOrganizationID, "x")} {
		err := run(value, nil)
		p, ok := errors.AsType[*fault.Panic](err)
		if !ok || !fault.Is(err, fault.Internal) {
			t.Errorf("panic with %s gave %v", name, err)
			continue
		}
		if fmt.Sprint(p.Value) != fmt.Sprint(value) || !strings.Contains(string(p.Stack), "fault_test.go") {
			t.Errorf("panic with %s: value %v, stack\n%s", name, p.Value, p.Stack)
		}
		if strings.Contains(err.Error(), "goroutine") {
			t.Errorf("the stack is in the published text: %v", err)
		}
	}
	if err := run(nil, io.EOF); !errors.Is(err, io.EOF) {
		t.Errorf("without a panic the error became %v", err)
	}
	if err := run("boom", io.EOF); !fault.Is(err, fault.Internal) {
		t.Errorf("a panic after an error gave %v", err)
	}
}
