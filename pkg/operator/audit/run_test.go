package audit_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// slowly examines after a while, or fails when ctx ends.
func slowly(d func() time.Duration) func(context.Context, org.ID) (provision.Examination, error) {
	return func(ctx context.Context, id org.ID) (provision.Examination, error) {
		select {
		case <-time.After(d()):
			return examined(id, true)
		case <-ctx.Done():
			return provision.Examination{}, fault.Of(ctx.Err())
		}
	}
}

func always(d time.Duration) func() time.Duration { return func() time.Duration { return d } }

func TestRowsComeInTheListsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &simulated{buckets: 500, examine: slowly(func() time.Duration { return rand.N(time.Second) })}
		next := 0
		summary, err := s.auditor(t).Run(t.Context(), audit.Options{}, func(r audit.Row) error {
			if want := "fusion-rms-" + string(numbered(next)); r.Bucket != want {
				t.Errorf("row %d is of %s", next, r.Bucket)
			}
			next++
			return nil
		})
		if err != nil || !summary.Complete || next != 500 || summary.Done != 500 || summary.Listed != 500 || summary.Rows[audit.Healthy] != 500 {
			t.Errorf("%d rows, %+v, %v", next, summary, err)
		}
	})
}

func TestEightBucketsAreExaminedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		s := &simulated{buckets: 400}
		s.examine = func(_ context.Context, id org.ID) (provision.Examination, error) {
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(time.Second)
			now.Add(-1)
			return examined(id, true)
		}
		began := time.Now()
		if _, err := s.auditor(t).Run(t.Context(), audit.Options{}, ignore); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); most.Load() != 8 || took != 50*time.Second {
			t.Errorf("%d at once; 400 seconds of work took %s", most.Load(), took)
		}
	})
}

func ignore(audit.Row) error { return nil }

// One bucket that is retried for a while delays its row, not the others' work.
func TestASlowBucketDoesNotStopTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &simulated{buckets: 60, examine: slowly(always(time.Second))}
		quick := s.examine
		s.examine = func(ctx context.Context, id org.ID) (provision.Examination, error) {
			if id == numbered(0) {
				time.Sleep(20 * time.Second)
			}
			return quick(ctx, id)
		}
		began := time.Now()
		if _, err := s.auditor(t).Run(t.Context(), audit.Options{}, ignore); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 21*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// Whoever reads slowly slows the list down: what is ahead of the row that is
// given out stays bounded.
func TestASlowReaderHoldsTheListBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const bound = 8*8 + 2 // the window, the one that waits for room, and the one that is given out
		s := &simulated{buckets: 2000}
		given, ahead := int64(0), int64(0)
		_, err := s.auditor(t).Run(t.Context(), audit.Options{}, func(audit.Row) error {
			time.Sleep(time.Second) // long enough for all others to get as far as they can
			ahead = max(ahead, s.listed.Load()-given)
			given++
			return nil
		})
		if err != nil || given != 2000 {
			t.Fatalf("%d rows, %v", given, err)
		}
		if ahead > bound || ahead < bound/2 {
			t.Errorf("the list was up to %d buckets ahead, want about %d", ahead, bound)
		}
	})
}

func TestStoppingEndsSoonAndSaysHowFarItCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		s := &simulated{buckets: 1_000_000, examine: slowly(always(time.Second))}
		time.AfterFunc(10*time.Second+time.Millisecond, stop)
		began, given := time.Now(), 0
		summary, err := s.auditor(t).Run(ctx, audit.Options{}, func(r audit.Row) error {
			if r.Status != audit.Healthy {
				t.Errorf("gave out %+v", r)
			}
			given++
			return nil
		})
		if took := time.Since(began); took > 10*time.Second+2*time.Millisecond {
			t.Errorf("ended %s after it was told to", took-10*time.Second)
		}
		if !errors.Is(err, context.Canceled) || !summary.Stopped || summary.Complete {
			t.Errorf("got %+v, %v", summary, err)
		}
		if given != 80 || summary.Done != 80 || summary.Rows[audit.NotExamined] != 0 || summary.Listed <= 80 || summary.Listed > 80+66 {
			t.Errorf("gave out %d rows, %+v", given, summary)
		}
	})
}

func TestBeingStoppedAfterAllWasListedAndExaminedIsNoStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		s := &simulated{buckets: 20, claims: 1}
		given := 0
		summary, err := s.auditor(t).Run(ctx, audit.Options{}, func(audit.Row) error {
			if given++; given == 21 {
				time.Sleep(time.Second) // the claims are listed by then
				stop()
			}
			return nil
		})
		if err != nil || !summary.Complete || summary.Stopped || summary.Done != 21 {
			t.Errorf("got %+v, %v", summary, err)
		}
	})
}

func TestAListThatFailsEndsTheAuditAndWhatWasGivenOutStaysRight(t *testing.T) {
	lost := fault.New(fault.ServiceUnavailable, "list the buckets")
	s := &simulated{buckets: 2000, failAt: 1500, failure: lost}
	given := 0
	summary, err := s.auditor(t).Run(t.Context(), audit.Options{}, func(audit.Row) error { given++; return nil })
	if !errors.Is(err, lost) || summary.Complete || summary.Stopped || given != 1500 || summary.Done != 1500 || summary.Listed != 1500 {
		t.Errorf("%d rows, %+v, %v", given, summary, err)
	}
}

func TestAReaderThatIsGoneEndsTheAudit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := errors.New("broken pipe")
		s := &simulated{buckets: 1_000_000, examine: slowly(always(time.Second))}
		given := 0
		summary, err := s.auditor(t).Run(t.Context(), audit.Options{}, func(audit.Row) error {
			if given++; given == 10 {
				return gone
			}
			return nil
		})
		if !errors.Is(err, gone) || given != 10 || summary.Done != 9 || summary.Complete || summary.Rows[audit.Healthy] != 9 || summary.Listed > 100 {
			t.Errorf("%d rows, %+v, %v", given, summary, err)
		}
	})
}

func TestAPanicIsItsBucketsRow(t *testing.T) {
	s := &simulated{buckets: 30}
	s.examine = func(_ context.Context, id org.ID) (provision.Examination, error) {
		if id == numbered(7) {
			panic("boom")
		}
		return examined(id, true)
	}
	var got []string
	summary, err := s.auditor(t).Run(t.Context(), audit.Options{}, func(r audit.Row) error {
		if r.Status != audit.Healthy {
			got = append(got, short(r))
		}
		return nil
	})
	if err != nil || !summary.Complete || len(got) != 1 || got[0] != "fusion-rms-org0000007 notExamined, unread Internal" {
		t.Errorf("got %q, %+v, %v", got, summary, err)
	}
}

func TestProgressCountsWhatIsDone(t *testing.T) {
	s := &simulated{buckets: 50}
	s.examine = func(_ context.Context, id org.ID) (provision.Examination, error) {
		return examined(id, id != numbered(3))
	}
	var last audit.Progress
	_, err := s.auditor(t).Run(t.Context(), audit.Options{Progress: func(p audit.Progress) {
		if p.Done != last.Done+1 || p.Listed < p.Done || p.Listed > 50 {
			t.Errorf("after %+v came %+v", last, p)
		}
		last = p
	}}, ignore)
	if want := (audit.Progress{Listed: 50, Done: 50, Findings: 1}); err != nil || last != want {
		t.Errorf("ended with %+v, %v", last, err)
	}
}

func TestIgnoredFindingsAreCountedApart(t *testing.T) {
	inWorld(t, func(w *world) {
		w.made(id)
		w.add(n1, deny(n1))
		w.made("zeta")
		w.add("fusion-rms-zeta", deny("fusion-rms-zeta"))
		w.add("fusion-rms-zeta", everything("fusion-rms-zeta"))
		w.options.Ignore = []audit.Ignorable{{Code: audit.ForeignDeny}}
		w.reports(n1+" ignored xmsqa1(tag), ignored ForeignDeny", "fusion-rms-zeta findings zeta(tag), error ForeignPublicStatement, ignored ForeignDeny")
		_, s, err := w.audit()
		if err != nil || s.Ignored[audit.ForeignDeny] != 2 || s.Warnings != 0 || s.Errors != 1 || s.Findings[audit.ForeignDeny] != 0 || s.Rows[audit.Ignored] != 1 || s.Rows[audit.Found] != 1 {
			t.Errorf("got %+v, %v", s, err)
		}
	})
}
