package lambdasim_test

import (
	"testing"
	"time"
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
