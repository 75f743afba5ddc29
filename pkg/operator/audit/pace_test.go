package audit_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
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

// closes tells whether a body was closed.
type closes struct {
	*strings.Reader
	closed bool
}

func (c *closes) Close() error { c.closed = true; return nil }

func TestARequestThatEndsWhileItWaitsIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &doer{}
		paced := audit.Pace(d, 0.01) // one in 100 seconds
		first, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://s3.invalid/", nil)
		if _, err := paced.Do(first); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, stop)
		body := &closes{Reader: strings.NewReader("x")}
		r, _ := http.NewRequestWithContext(ctx, http.MethodPut, "https://s3.invalid/", body)
		began := time.Now()
		_, err := paced.Do(r)
		if !errors.Is(err, context.Canceled) || time.Since(began) != time.Second || len(d.at) != 1 || !body.closed {
			t.Errorf("%v after %s, %d sent, body closed: %t", err, time.Since(began), len(d.at), body.closed)
		}
	})
}
