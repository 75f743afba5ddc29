package intake_test

import (
	"context"
	"errors"
	"fmt"
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
		result, err := s.Send(t.Context(), ids)
		if err != nil || result.Sent != 25 || result.Left != 0 || len(result.Unsent) != 0 {
			t.Fatalf("got %+v, %v", result, err)
		}
		if !sameOrder(w.got, bodies(ids)) || w.calls != 3 {
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

// TestTheRateHoldsOverAnyTime: between any two messages no more come than the
// rate allows, one batch aside, and no time is lost either.
func TestTheRateHoldsOverAnyTime(t *testing.T) {
	for _, perSecond := range []float64{0.2, 1, 3, 9.5, 10, 25, 400} {
		for _, latency := range []time.Duration{0, 20 * time.Millisecond} {
			t.Run(fmt.Sprintf("%v per second, %v each call", perSecond, latency), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld()
					w.latency = latency
					began := time.Now()
					if _, err := w.run(t.Context(), perSecond, organizations(123)); err != nil {
						t.Fatal(err)
					}
					batch := min(10, max(1, perSecond+0.999))
					for i := range w.at {
						for j := i; j < len(w.at); j++ {
							allowed := batch + w.at[j].Sub(w.at[i]).Seconds()*perSecond + 0.001
							if n := float64(j - i + 1); n > allowed {
								t.Fatalf("%v messages in %v, %.2f are allowed", n, w.at[j].Sub(w.at[i]), allowed)
							}
						}
					}
					pace, err := queue.NewPace(perSecond)
					if err != nil {
						t.Fatal(err)
					}
					least := pace.Duration(123)
					most := max(least, time.Duration(w.calls)*latency) + latency + time.Duration(batch/perSecond*float64(time.Second)) + 2*time.Millisecond
					if took := time.Since(began); took < least-time.Millisecond || took > most {
						t.Errorf("took %v, announced %v, with the calls %v", took, least, most)
					}
				})
			})
		}
	}
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
			name := fmt.Sprintf("killed at moment %d", strike)
			if _, err := w.run(t.Context(), 10, ids); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			w.checkAll(t, name, ids, 10)
			moments = max(moments, w.moment)
		}
		if moments < 20 {
			t.Errorf("only %d moments", moments)
		}
	})
}

// TestAStopLosesNoAnswer: after Ctrl-C the batch under way is finished and
// remembered, so that nothing at all is sent twice.
func TestAStopLosesNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ids := organizations(43)
		for strike := 1; strike <= 20; strike++ {
			ctx, stop := context.WithCancel(t.Context())
			w := newWorld()
			w.latency = 2 * time.Second
			w.strike, w.blow = strike, func() error { stop(); return nil }
			result, err := w.run(ctx, 10, ids)
			if len(w.got) < 43 && !errors.Is(err, context.Canceled) {
				t.Errorf("stopped at moment %d: %v", strike, err)
			}
			if result.Sent != len(w.got) || result.Left != 43-len(w.got) {
				t.Errorf("stopped at moment %d: %+v, and %d came", strike, result, len(w.got))
			}
			if result, err := w.run(t.Context(), 10, ids); err != nil || result.Left != 0 {
				t.Errorf("continued after moment %d: %+v, %v", strike, result, err)
			}
			w.checkAll(t, fmt.Sprintf("stopped at moment %d", strike), ids, 0)
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

func TestAFaultAtAnyCallIsToldAndTheRestSentByTheNextRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ids := organizations(43)
		for strike := 1; strike <= 20; strike++ {
			w := newWorld()
			w.strike, w.blow = strike, func() error { return errDown }
			name := fmt.Sprintf("fault at moment %d", strike)
			result, err := w.run(t.Context(), 10, ids)
			if !errors.Is(err, errDown) || !strings.Contains(err.Error(), "org-") {
				t.Errorf("%s: %v", name, err)
			}
			if result.Sent+result.Left != 43 || len(w.journal) > len(w.got) {
				t.Errorf("%s: %+v, remembered %d of %d", name, result, len(w.journal), len(w.got))
			}
			if _, err := w.run(t.Context(), 10, ids); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			w.checkAll(t, name, ids, 10)
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
		if result, err := w.run(t.Context(), 10, ids); err != nil || result.Sent != 2 {
			t.Errorf("the next run: %+v, %v", result, err)
		}
		w.checkAll(t, "after two runs", ids, 0)
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
