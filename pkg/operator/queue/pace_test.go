package queue_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

func TestAPaceIsHeldAndItsBatchesAreSmallWhenItIsSlow(t *testing.T) {
	for _, c := range []struct {
		rate  float64
		batch int
		n     int
		takes time.Duration
	}{
		{0.5, 1, 11, 20 * time.Second}, {1, 1, 11, 10 * time.Second}, {3, 3, 33, 10 * time.Second}, {10, 10, 110, 10 * time.Second}, {1000, 10, 10_010, 10 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			p, err := queue.NewPace(c.rate)
			if err != nil || p.Batch() != c.batch {
				t.Fatalf("%v: %+v, %v", c.rate, p, err)
			}
			began := time.Now()
			for sent := 0; sent < c.n; {
				n := min(p.Batch(), c.n-sent)
				if err := p.Wait(t.Context(), n); err != nil {
					t.Fatal(err)
				}
				sent += n
				if most := time.Since(began).Seconds()*c.rate + float64(c.batch) + 0.01; float64(sent) > most {
					t.Fatalf("%v: %d sent after %s", c.rate, sent, time.Since(began))
				}
			}
			if took := time.Since(began).Round(time.Millisecond); took != c.takes || p.Duration(c.n).Round(time.Millisecond) != c.takes {
				t.Errorf("%v: %d took %s, said was %s, want %s", c.rate, c.n, took, p.Duration(c.n), c.takes)
			}
		})
	}
}

func TestARateThatCannotBeHeldIsRefused(t *testing.T) {
	for _, rate := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := queue.NewPace(rate); err == nil {
			t.Errorf("%v is taken", rate)
		}
	}
}

func TestWhoWaitsForAPaceIsStoppedByTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _ := queue.NewPace(0.001)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		began := time.Now()
		if err := errors.Join(p.Wait(ctx, 1), p.Wait(ctx, 1)); !errors.Is(err, context.Canceled) || time.Since(began) != time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}
