package audit_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/audit"
)

// doer counts requests.
type doer struct {
	mu sync.Mutex
	at []time.Time
}

func (d *doer) Do(*http.Request) (*http.Response, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = append(d.at, time.Now())
	return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
}

func TestPaceSendsEvenlyWhoeverAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &doer{}
		paced := audit.Pace(d, 20)
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				for range 10 {
					r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://s3.invalid/", nil)
					if _, err := paced.Do(r); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for i := 1; i < len(d.at); i++ {
			if gap := d.at[i].Sub(d.at[i-1]); gap < 49*time.Millisecond || gap > 51*time.Millisecond {
				t.Fatalf("request %d came %s after the one before", i, gap)
			}
		}
		if len(d.at) != 100 {
			t.Errorf("sent %d requests", len(d.at))
		}
	})
}

func TestARequestThatEndsWhileItWaitsIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &doer{}
		paced := audit.Pace(d, 0.01) // one in 100 seconds
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		r, _ := http.NewRequestWithContext(ctx, http.MethodGet, "https://s3.invalid/", nil)
		_, first := paced.Do(r)
		_, second := paced.Do(r)
		if first != nil || second == nil || len(d.at) != 1 {
			t.Errorf("%v and %v, %d sent", first, second, len(d.at))
		}
		if ctx.Err() == nil {
			t.Error("it failed before its time was over: an audit would take it for a bucket that can't be read")
		}
	})
}
