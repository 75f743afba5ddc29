package deadletter_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// scan scans to the end and holds the result to the promise: every message once,
// and everything visible again.
func (w *world) scan(t *testing.T) deadletter.Looked {
	t.Helper()
	var shown []string
	looked, err := w.scanner.Scan(t.Context(), w.diagnoser, deadletter.Selection{}, func(l deadletter.Letter) error {
		shown = append(shown, l.ID)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(sorted(shown), sorted(w.put)) {
		t.Errorf("%d messages were shown, %d are there, or some of them twice", len(shown), len(w.put))
	}
	if hidden := w.hidden(); len(hidden) > 0 {
		t.Errorf("%d messages are still hidden", len(hidden))
	}
	return looked
}

func TestAScanShowsEveryMessageOnceAndLeavesTheQueueAsItWas(t *testing.T) {
	for name, disturb := range map[string]func(w *world){
		"a plain queue":                       func(*world) {},
		"receives that find nothing at first": func(w *world) { w.dead.FindNothing(2) },
		"messages that come although they're held": func(w *world) {
			n := 0
			w.dead.On(func(c queuetest.Call) queuetest.Fault {
				if n++; n < 30 && c.Operation == "ReceiveMessage" {
					w.dead.Repeat(w.put[n%9])
				}
				return queuetest.Fault{}
			})
		},
		"diagnoses that outlast the hold": func(w *world) {
			w.diagnoser.takes = 5 * time.Minute
		},
		"holds that can't be made longer": func(w *world) {
			w.diagnoser.takes = 70 * time.Second
			w.dead.On(onHold(w, queuetest.Fault{Before: queuetest.Unavailable()}))
		},
		"holds of which every entry is busy": func(w *world) {
			w.diagnoser.takes = 70 * time.Second
			w.dead.On(onHold(w, queuetest.Fault{Entries: func(int) *types.BatchResultErrorEntry { return queuetest.Busy() }}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(137)
				disturb(w)
				if looked := w.scan(t); looked.Seen != 137 || looked.InFlight+looked.Unseen+looked.Unreleased != 0 {
					t.Errorf("got %+v", looked)
				}
				for i, m := range w.dead.All() {
					if !queuetest.Same(m.Content, letterContent(i)) || m.Receives < 7 {
						t.Errorf("message %d: received %d times, or changed: %s", i, m.Receives, m.Content.Body)
					}
				}
			})
		})
	}
}

// onHold lets calls fail that make holds longer: those before the first message
// was released.
func onHold(w *world, fails queuetest.Fault) func(queuetest.Call) queuetest.Fault {
	return func(c queuetest.Call) queuetest.Fault {
		if c.Operation == "ChangeMessageVisibilityBatch" && w.diagnoser.counted() < len(w.put) {
			return fails
		}
		return queuetest.Fault{}
	}
}

func (d *fakeDiagnoser) counted() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.of
}

func TestHoldsAreMadeLongerSoThatNothingComesTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(40)
		w.diagnoser.takes = 30 * time.Minute // two and a half hours in all
		w.scan(t)
		for _, m := range w.dead.All() {
			if m.Receives != 7 {
				t.Errorf("received %d times, want the six from before and one", m.Receives)
			}
		}
	})
}

func TestAnEmptyQueueIsBelievedAfterSomeLongPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, began, polls := newWorld(0), time.Now(), 0
		w.dead.On(func(c queuetest.Call) queuetest.Fault {
			if c.Operation == "ReceiveMessage" {
				polls++
			}
			return queuetest.Fault{}
		})
		w.scan(t)
		if took := time.Since(began); polls < 3 || took < time.Second || took > 3*time.Second {
			t.Errorf("%d polls in %s", polls, took)
		}
	})
}

func TestWhatCannotBeReceivedIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(3)
		w.dead.HoldAll(time.Minute) // others have them
		for range 50 {
			w.dead.Put(queue.Content{Body: "later"}, time.Now(), 6)
		}
		w.dead.InFlightLimit = 33
		shown := 0
		looked, err := w.scanner.Scan(t.Context(), w.diagnoser, deadletter.Selection{}, func(deadletter.Letter) error { shown++; return nil })
		if err != nil || shown != 30 || looked.InFlight != 3 || looked.Unseen != 20 {
			t.Errorf("%d shown, %+v, %v", shown, looked, err)
		}
	})
}

// TestWhatIsNotMeantAnywayIsNotDiagnosed: a diagnosis asks S3 and IAM, and takes
// long when they are down.
func TestWhatIsNotMeantAnywayIsNotDiagnosed(t *testing.T) {
	for name, c := range map[string]struct {
		s                       func(w *world) deadletter.Selection
		shown, diagnosed, meant int
	}{
		"no condition":      {func(*world) deadletter.Selection { return deadletter.Selection{} }, 20, 20, 20},
		"two organizations": {func(*world) deadletter.Selection { return deadletter.Selection{Orgs: []org.ID{"org-3", "org-5"}} }, 20, 2, 2},
		"an age":            {func(*world) deadletter.Selection { return deadletter.Selection{OlderThan: 15 * time.Minute} }, 20, 5, 5},
		"an id":             {func(w *world) deadletter.Selection { return deadletter.Selection{IDs: w.put[7:8]} }, 20, 1, 1},
		"a code": {func(*world) deadletter.Selection {
			return deadletter.Selection{Codes: []fault.Code{fault.ClientUserNotFound}}
		}, 20, 20, 4},
		"an age and what works": {func(*world) deadletter.Selection {
			return deadletter.Selection{OlderThan: 15 * time.Minute, Verdicts: deadletter.WorthReplaying}
		}, 20, 5, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(20)
				w.diagnoser.takes = 10 * time.Millisecond // not so long that one becomes old enough meanwhile
				shown, meant := 0, 0
				_, err := w.scanner.Scan(t.Context(), w.diagnoser, c.s(w), func(l deadletter.Letter) error {
					shown++
					if l.Selected {
						meant++
					}
					if l.Selected && l.Diagnosis.Verdict == "" {
						t.Errorf("%s is selected and has no diagnosis", l.Body)
					}
					return nil
				})
				if err != nil || shown != c.shown || w.diagnoser.of != c.diagnosed || meant != c.meant {
					t.Errorf("%d shown, %d diagnosed, %d meant; want %d, %d, %d; %v", shown, w.diagnoser.of, meant, c.shown, c.diagnosed, c.meant, err)
				}
			})
		})
	}
}

func TestAtMostEightDiagnosesAndTwoReceivesAtATimeAndOneShow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(60)
		w.diagnoser.takes = time.Second
		showing := false
		_, err := w.scanner.Scan(t.Context(), w.diagnoser, deadletter.Selection{}, func(deadletter.Letter) error {
			if showing {
				t.Error("shown while another one is being shown")
			}
			showing = true
			time.Sleep(10 * time.Millisecond)
			showing = false
			return nil
		})
		if err != nil || w.diagnoser.most != 8 {
			t.Errorf("%d diagnoses at a time; %v", w.diagnoser.most, err)
		}
	})
}

// TestBodiesDoNotPileUp: while the show stands still, no more is received than
// the stages in front of it can hold.
func TestBodiesDoNotPileUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(500)
		shown := 0
		_, err := w.scanner.Scan(t.Context(), w.diagnoser, deadletter.Selection{}, func(deadletter.Letter) error {
			if shown++; shown == 1 {
				time.Sleep(time.Minute)
				if held := len(w.hidden()); held > 2*queue.BatchLimit+8 {
					t.Errorf("%d messages were received while one was shown", held)
				}
			}
			return nil
		})
		if err != nil || shown != 500 {
			t.Errorf("%d shown, %v", shown, err)
		}
	})
}

func TestAStoppedScanReleasesEverythingAtOnce(t *testing.T) {
	boom := errors.New("boom")
	for name, c := range map[string]struct {
		stop func(w *world, cancel context.CancelFunc) func(shown int) error
		want error
	}{
		"by Ctrl-C": {func(_ *world, cancel context.CancelFunc) func(int) error {
			return func(shown int) error {
				if shown == 25 {
					cancel()
				}
				return nil
			}
		}, context.Canceled},
		"by the one who shows": {func(*world, context.CancelFunc) func(int) error {
			return func(shown int) error {
				if shown == 25 {
					return boom
				}
				return nil
			}
		}, boom},
		"by a receive that fails": {func(w *world, _ context.CancelFunc) func(int) error {
			w.dead.On(failing("ReceiveMessage", 4, 4, queuetest.Fault{Before: queuetest.Denied()}))
			return func(int) error { return nil }
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(300)
				w.diagnoser.takes = 10 * time.Millisecond
				ctx, cancel := context.WithCancel(t.Context())
				show := c.stop(w, cancel)
				shown, began := 0, time.Now()
				looked, err := w.scanner.Scan(ctx, w.diagnoser, deadletter.Selection{}, func(deadletter.Letter) error { shown++; return show(shown) })
				if c.want != nil && !errors.Is(err, c.want) || c.want == nil && !fault.Is(err, fault.AccessDenied) {
					t.Errorf("got %v", err)
				}
				if looked.Seen < shown || shown > 60 || len(w.hidden()) > 0 || time.Since(began) > 3*time.Second {
					t.Errorf("%d shown, %+v, %d hidden after %s", shown, looked, len(w.hidden()), time.Since(began))
				}
			})
		})
	}
}

// TestADiagnosisThatWasCutOffIsNotShown: it says nothing of the message.
func TestADiagnosisThatWasCutOffIsNotShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(30)
		w.diagnoser.takes = time.Second
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(500*time.Millisecond, cancel)
		_, err := w.scanner.Scan(ctx, w.diagnoser, deadletter.Selection{}, func(l deadletter.Letter) error {
			t.Errorf("shown: %s", l.Content.Body)
			return nil
		})
		if !errors.Is(err, context.Canceled) || w.diagnoser.of < 8 {
			t.Errorf("%v after %d diagnoses", err, w.diagnoser.of)
		}
	})
}

// TestAnAnswerUnderWayIsWaitedForOnCtrlC: its messages would stay hidden.
func TestAnAnswerUnderWayIsWaitedForOnCtrlC(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(0)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(300*time.Millisecond, cancel)
		time.AfterFunc(600*time.Millisecond, func() { w.dead.Put(queue.Content{Body: "{}"}, time.Now(), 6) })
		looked, err := w.scanner.Scan(ctx, w.diagnoser, deadletter.Selection{}, func(deadletter.Letter) error {
			t.Error("shown after Ctrl-C")
			return nil
		})
		if !errors.Is(err, context.Canceled) || looked.Seen != 1 || len(w.hidden()) > 0 {
			t.Errorf("%+v, %v; %d hidden", looked, err, len(w.hidden()))
		}
	})
}

func TestAReceiveThatHangsIsGivenUpSomeTimeAfterCtrlC(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(3)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		w.scanner.Queue = hanging{w.scanner.Queue}
		began := time.Now()
		if _, err := w.scanner.Scan(ctx, w.diagnoser, deadletter.Selection{}, ignore); !errors.Is(err, context.Canceled) || time.Since(began) > 20*time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}

// hanging is a queue whose receives get no answer.
type hanging struct{ deadletter.Queue }

func (hanging) Receive(ctx context.Context, _, _ time.Duration) ([]queue.Message, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestWhatCannotBeReleasedIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(35)
		w.dead.On(failing("ChangeMessageVisibilityBatch", 2, 2, queuetest.Fault{Before: queuetest.Denied()}))
		looked, err := w.scanner.Scan(t.Context(), w.diagnoser, deadletter.Selection{}, ignore)
		if err != nil || looked.Unreleased == 0 || looked.Unreleased != len(w.hidden()) || looked.Unreleased > 10 {
			t.Errorf("%+v, %v; %d hidden", looked, err, len(w.hidden()))
		}
		time.Sleep(looked.Hold)
		if len(w.hidden()) > 0 {
			t.Errorf("still hidden after the hold of %s", looked.Hold)
		}
	})
}

func TestReleasingIsBoundedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(35)
		w.scanner.Queue = unreleasing{w.scanner.Queue}
		began := time.Now()
		looked, err := w.scanner.Scan(t.Context(), w.diagnoser, deadletter.Selection{}, ignore)
		if took := time.Since(began); err != nil || looked.Unreleased != 35 || took > time.Minute {
			t.Errorf("%+v, %v after %s", looked, err, took)
		}
	})
}

// unreleasing is a queue whose releases get no answer.
type unreleasing struct{ deadletter.Queue }

func (unreleasing) Release(ctx context.Context, handles []string) []error {
	<-ctx.Done()
	return slices.Repeat([]error{ctx.Err()}, len(handles))
}

func TestTheHoldGrowsWithTheQueue(t *testing.T) {
	for messages, want := range map[int]time.Duration{
		0: 2 * time.Minute, 20_000: 2 * time.Minute, 20_001: 121 * time.Second, 100_000: 10 * time.Minute, 10_000_000: 12 * time.Hour,
	} {
		if got := deadletter.HoldFor(messages); got != want {
			t.Errorf("%d messages: %s, want %s", messages, got, want)
		}
	}
}

// TestOnlyKnownMessagesForAsLongAsAHoldAreTheEnd: a queue whose holds never last.
func TestOnlyKnownMessagesForAsLongAsAHoldAreTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, shown, began := newWorld(0), 0, time.Now()
		w.scanner.Queue = forgetful{w.scanner.Queue}
		looked, err := w.scanner.Scan(t.Context(), w.diagnoser, deadletter.Selection{}, func(deadletter.Letter) error { shown++; return nil })
		if took := time.Since(began); err != nil || shown != 1 || looked.Seen != 1 || took < 2*time.Minute || took > 125*time.Second {
			t.Errorf("%d shown, %+v, %v after %s", shown, looked, err, took)
		}
	})
}

// forgetful is a queue that gives the same message again and again.
type forgetful struct{ deadletter.Queue }

func (forgetful) Receive(context.Context, time.Duration, time.Duration) ([]queue.Message, error) {
	time.Sleep(100 * time.Millisecond)
	return []queue.Message{{ID: "again", Handle: "handle"}}, nil
}

func TestTheLastReceivesHandleCountsWhateverAnswerComesFirst(t *testing.T) {
	for _, counts := range [][]int{{7, 8, 9}, {9, 8, 7}, {8, 9, 7}} {
		if got := deadletter.LastHandle(counts...); got != "9" {
			t.Errorf("answers with the receive counts %v: the handle of %s is kept", counts, got)
		}
	}
}

// lagging is a queue whose counts are those of a minute ago, as SQS's may be.
type lagging struct {
	deadletter.Queue
	then queue.Depth
}

func (l *lagging) Depth(context.Context) (queue.Depth, error) {
	defer func() { l.then = queue.Depth{} }()
	return l.then, nil
}

func TestWhatWasShownIsNotInFlightWithOthers(t *testing.T) {
	for name, c := range map[string]struct {
		then queue.Depth
		want int
	}{
		"an earlier look has just ended": {queue.Depth{Ready: 20, InFlight: 80}, 0},
		"all were in flight":             {queue.Depth{InFlight: 100}, 0},
		"others hold seven":              {queue.Depth{Ready: 100, InFlight: 7}, 7},
		"others held, and seven still":   {queue.Depth{Ready: 60, InFlight: 47}, 7},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(100)
			w.scanner.Queue = &lagging{w.scanner.Queue, c.then}
			if looked := w.scan(t); looked.InFlight != c.want {
				t.Errorf("%s: %d are in flight, not %d", name, looked.InFlight, c.want)
			}
		})
	}
}

// TestWhatNeedsNoLookIsNotLookedAt, so that no look can fail.
func TestWhatNeedsNoLookIsNotLookedAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(25)
		chosen := w.choose(t, deadletter.Selection{Codes: []fault.Code{fault.MalformedMessage, fault.UnexpectedEventType}})
		if chosen.Len() != 5 || w.diagnoser.of > 0 {
			t.Errorf("%d are chosen after %d looks", chosen.Len(), w.diagnoser.of)
		}
		if chosen := w.choose(t, deadletter.Selection{Codes: []fault.Code{fault.MalformedMessage, fault.ClientUserNotFound}}); chosen.Len() != 10 || w.diagnoser.of != 25 {
			t.Errorf("%d are chosen after %d looks", chosen.Len(), w.diagnoser.of)
		}
	})
}
