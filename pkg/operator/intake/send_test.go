package intake_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/intake"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

func TestEveryMessageIsSentOnceInOrderAndTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, ids := newWorld(), organizations(25)
		pace, err := queue.NewPace(10)
		if err != nil {
			t.Fatal(err)
		}
		var told []intake.Message
		s := intake.Sender{Queue: w, Pace: pace, CorrelationID: "test", Journal: w, Sent: func(m []intake.Message) { told = append(told, m...) }}
		began := time.Now()
		result, err := s.Send(t.Context(), ids)
		if took := time.Since(began); err != nil || result.Sent != 25 || result.Left != 0 || len(result.Unsent) != 0 || took < pace.Duration(25) || took > pace.Duration(25)+time.Second {
			t.Fatalf("got %+v, %v after %s", result, err, took)
		}
		if !slices.Equal(w.got, bodies(ids)) || w.calls != 3 {
			t.Errorf("%d calls brought %v", w.calls, w.got)
		}
		for i, m := range told {
			if m.OrgID != ids[i] || m.MessageID != fmt.Sprintf("message-%d", i+1) {
				t.Errorf("told %+v of %s", m, ids[i])
			}
		}
		if len(told) != 25 || len(w.journal) != 25 {
			t.Errorf("told %d, remembered %d", len(told), len(w.journal))
		}
	})
}

// TestARunThatWasKilledAnywhereIsContinued ends the run at every moment at which
// the world changes, as SIGKILL does, and then runs it again.
func TestARunThatWasKilledAnywhereIsContinued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ids := organizations(43)
		moments := 0
		for strike := 1; strike == 1 || strike <= moments; strike++ {
			w := newWorld()
			w.strike, w.blow = strike, die
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				_, _ = w.run(t.Context(), 10, ids)
				moments = w.moment
			}()
			<-ended
			w.strike = 0
			w.finish(t, fmt.Sprintf("killed at moment %d", strike), ids, 10)
			moments = max(moments, w.moment)
		}
		if moments < 20 {
			t.Errorf("only %d moments", moments)
		}
	})
}

// TestAStopOrAFaultAtAnyMomentIsContinued: Ctrl-C lets the batch under way finish,
// so that nothing at all is sent twice; a fault may cost the answer of one batch.
func TestAStopOrAFaultAtAnyMomentIsContinued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ids := organizations(43)
		for strike := 1; strike <= 20; strike++ {
			ctx, stop := context.WithCancel(t.Context())
			stopping := func() error { stop(); return nil }
			w := newWorld()
			w.latency, w.strike, w.blow = 2*time.Second, strike, stopping
			result, err := w.run(ctx, 10, ids)
			if len(w.got) < 43 && !errors.Is(err, context.Canceled) || result.Sent != len(w.got) || result.Left != 43-len(w.got) {
				t.Errorf("stopped at moment %d: %+v, %v, and %d came", strike, result, err, len(w.got))
			}
			w.finish(t, fmt.Sprintf("stopped at moment %d", strike), ids, 0)

			w = newWorld()
			w.strike, w.blow = strike, func() error { return errDown }
			result, err = w.run(t.Context(), 10, ids)
			if !errors.Is(err, errDown) || !strings.Contains(err.Error(), "org-") || result.Sent+result.Left != 43 || len(w.journal) > len(w.got) {
				t.Errorf("fault at moment %d: %+v, %v, recorded %d of %d", strike, result, err, len(w.journal), len(w.got))
			}
			w.finish(t, fmt.Sprintf("fault at moment %d", strike), ids, 10)
		}
	})
}

func TestAStopDoesntWaitForAQueueThatDoesntAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.latency = time.Hour
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		began := time.Now()
		result, err := w.run(ctx, 10, organizations(5))
		if took := time.Since(began); err == nil || result.Left != 5 || took != time.Minute+15*time.Second {
			t.Errorf("%+v, %v after %v", result, err, took)
		}
	})
}

func TestARefusedMessageIsToldAndTheOthersAreSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, ids := newWorld(), organizations(25)
		refused := errors.New("InternalError")
		w.refuse = func(body string) error {
			if strings.Contains(body, `"org-3"`) || strings.Contains(body, `"org-24"`) {
				return refused
			}
			return nil
		}
		result, err := w.run(t.Context(), 10, ids)
		if err != nil || result.Sent != 23 || result.Left != 0 || len(result.Unsent) != 2 {
			t.Fatalf("got %+v, %v", result, err)
		}
		if result.Unsent[0].OrgID != "org-3" || result.Unsent[1].OrgID != "org-24" || !errors.Is(result.Unsent[1].Err, refused) {
			t.Errorf("unsent: %v", result.Unsent)
		}
		if w.journal["org-3"] || !w.journal["org-4"] {
			t.Error("what was refused is remembered as sent, or the other way round")
		}
		w.refuse = newWorld().refuse
		w.finish(t, "after a refusal", ids, 0)
	})
}

// TestABatchOfWhichNothingIsConfirmedEndsTheRun: a wrong queue, a missing
// permission or no network isn't tried a million times.
func TestABatchOfWhichNothingIsConfirmedEndsTheRun(t *testing.T) {
	for _, c := range []struct {
		n    int
		says string
	}{{100, "send the 10 messages for org-0 to org-9: "}, {1, "send the message for org-0: "}} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld()
			w.refuse = func(string) error { return errDown }
			result, err := w.run(t.Context(), 10, organizations(c.n))
			if !errors.Is(err, errDown) || w.calls != 1 || result.Left != c.n || result.Sent != 0 || len(result.Unsent) != 0 || !strings.HasPrefix(err.Error(), c.says) {
				t.Errorf("%d calls, %+v, %v", w.calls, result, err)
			}
		})
	}
}

func TestWithoutAJournalNothingIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		pace, err := queue.NewPace(10)
		if err != nil {
			t.Fatal(err)
		}
		s := intake.Sender{Queue: w, Pace: pace, CorrelationID: "test"}
		if result, err := s.Send(t.Context(), organizations(5)); err != nil || result.Sent != 5 || len(w.journal) != 0 {
			t.Errorf("%+v, %v, remembered %v", result, err, w.journal)
		}
	})
}
