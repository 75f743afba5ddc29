package retry_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/retry"
)

func TestPausesDoubleUntilAnAttemptIsTheLast(t *testing.T) {
	for name, c := range map[string]struct {
		works, tries int           // the attempt that works, and how many there are
		pauses       time.Duration // without jitter
	}{
		"at once": {1, 1, 0}, "at the third attempt": {3, 3, 3 * time.Second}, "never": {9, 4, 7 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began, tries := time.Now(), 0
				retry.Do(t.Context(), 4, time.Second, func() bool { tries++; return tries < c.works })
				if took := time.Since(began); tries != c.tries || took < c.pauses*3/4 || took > c.pauses*5/4 {
					t.Errorf("%d attempts in %s, want %d in about %s", tries, took, c.tries, c.pauses)
				}
			})
		})
	}
}

func TestAPauseEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began, tries := time.Now(), 0
		retry.Do(ctx, 4, time.Hour, func() bool { tries++; return true })
		if took := time.Since(began); tries != 1 || took != time.Second || retry.Pause(ctx, time.Hour) {
			t.Errorf("%d attempts in %s", tries, took)
		}
	})
}

func TestACallOutlastsItsContextByTheGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		longer, cancel := retry.Outlast(ctx, 15*time.Second)
		defer cancel()
		began := time.Now()
		<-longer.Done()
		if took := time.Since(began); took != 75*time.Second {
			t.Errorf("it ended after %s", took)
		}
		other, cancelOther := retry.Outlast(ctx, time.Hour)
		cancelOther()
		<-other.Done()
		if took := time.Since(began); took != 75*time.Second {
			t.Errorf("the finished call's context ended after %s", took)
		}
	})
}
