package lambdasim_test

import (
	"errors"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/lambdasim"
)

func TestAWarmProcessTakesTheNextInvocation(t *testing.T) {
	f := start(t, "function")
	began := time.Now()
	started, err := f.Warm(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if started.Init <= 0 || started.Init > time.Since(began) {
		t.Errorf("starting took %s of %s", started.Init, time.Since(began))
	}
	if pid := pidOf(t, f, "pid"); pid != started.PID {
		t.Errorf("process %d was warm, but %d was invoked", started.PID, pid)
	}
}

func TestWarmSaysWhyAProcessDidNotStart(t *testing.T) {
	var failed *lambdasim.InitError
	if _, err := start(t, "init exits").Warm(t.Context()); !errors.As(err, &failed) {
		t.Errorf("got %v", err)
	}
	f := start(t, "function")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Warm(t.Context()); !errors.Is(err, lambdasim.ErrClosed) {
		t.Errorf("got %v", err)
	}
}
