package deadletter_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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

func (w *world) sourceQueue() *queue.Queue { return queue.New(w.source, sourceURL) }

func TestAReplayMovesWhatWasChosenAsItWasAndLeavesTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(57)
		chosen := w.choose(t, deadletter.Selection{Verdicts: deadletter.WorthReplaying})
		if chosen.Len() != 23 { // verdicts 0 and 3 of 5
			t.Fatalf("%d chosen", chosen.Len())
		}
		var moved []deadletter.Moved
		report, err := w.scanner.Replay(t.Context(), chosen, w.sourceQueue(), anna, fast(), func(m []deadletter.Moved) { moved = append(moved, m...) })
		if err != nil || report.Moved != 23 || report.Remaining() != 0 || len(moved) != 23 || len(report.Twice)+len(report.Failed)+len(report.Missing) != 0 {
			t.Errorf("%+v, %v; told of %d", report, err, len(moved))
		}
		for i, id := range w.put {
			content := letterContent(i)
			replayed := i%5 == 0 || i%5 == 3
			if in(w.source, content) != btoi(replayed) || in(w.dead, content) != btoi(!replayed) {
				t.Errorf("message %d is %d times in the source queue, %d times in the dead-letter queue", i, in(w.source, content), in(w.dead, content))
			}
			at := slices.IndexFunc(moved, func(m deadletter.Moved) bool { return m.ID == id })
			if replayed != (at >= 0) || replayed && (moved[at].OrgID != org.ID(fmt.Sprint("org-", i)) || !slices.Contains(ids(w.source), moved[at].NewID)) {
				t.Errorf("message %d: told %+v", i, at)
			}
		}
		if len(w.hidden()) > 0 {
			t.Errorf("%d are still hidden", len(w.hidden()))
		}
	})
}

// TestAReplayedMessageSaysByWhom, how often and what it was called first, if there's room.
func TestAReplayedMessageSaysByWhom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(0)
		big := strings.Repeat("x", queue.SizeLimit-20)
		first := w.dead.Put(queue.Content{Body: `{"orgId":"a"}`, GroupID: "signup"}, time.Now(), 5)
		w.dead.Put(queuetest.Rich("{}"), time.Now(), 5) // has ten attributes
		w.dead.Put(queue.Content{Body: big}, time.Now(), 5)
		if _, err := w.scanner.Replay(t.Context(), w.choose(t, deadletter.Selection{All: true}), w.sourceQueue(), anna, fast(), nil); err != nil {
			t.Fatal(err)
		}
		for _, m := range w.source.All() {
			stamp := deadletter.StampOf(m.Content)
			switch {
			case m.Content.GroupID != deadletter.ReplayGroup:
				t.Errorf("%.30s is in group %q", m.Content.Body, m.Content.GroupID)
			case m.Content.Body != `{"orgId":"a"}`:
				if stamp.Count != 0 {
					t.Errorf("%.30s has %+v", m.Content.Body, stamp)
				}
			case time.Since(stamp.At) > time.Minute || stamp != deadletter.Stamp{Count: 1, By: anna, At: stamp.At, FirstID: first}:
				t.Errorf("%+v", stamp)
			}
			w.dead.Put(m.Content, time.Now(), 5) // it fails again
		}
		again := queuetest.NewFake(sourceURL)
		if _, err := w.scanner.Replay(t.Context(), w.choose(t, deadletter.Selection{All: true}), queue.New(again, sourceURL), "other", fast(), nil); err != nil {
			t.Fatal(err)
		}
		counts := map[int]int{}
		for _, m := range again.All() {
			if s := deadletter.StampOf(m.Content); s.Count == 0 || s.By == "other" && s.FirstID == first {
				counts[s.Count]++
			}
		}
		if counts[2] != 1 || counts[0] != 2 {
			t.Errorf("replayed twice: %v", counts)
		}
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestOnlyWhatWasShownIsMovedAndWhatIsGoneIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(20)
		chosen := w.choose(t, deadletter.Selection{All: true})
		w.dead.Remove(w.put[4])
		arrived := w.dead.Put(queue.Content{Body: `{"orgId":"new"}`}, time.Now(), 6)
		report, err := w.scanner.Replay(t.Context(), chosen, w.sourceQueue(), anna, fast(), nil)
		if err != nil || report.Moved != 19 || !slices.Equal(report.Missing, w.put[4:5]) || report.Remaining() != 0 {
			t.Errorf("%+v, %v", report, err)
		}
		if !slices.Equal(ids(w.dead), []string{arrived}) || len(w.hidden()) > 0 {
			t.Errorf("left: %v; hidden %v", ids(w.dead), w.hidden())
		}
	})
}

func TestNothingChosenIsNoCall(t *testing.T) {
	w := newWorld(3)
	w.dead.On(func(c queuetest.Call) queuetest.Fault {
		t.Errorf("call %s", c.Operation)
		return queuetest.Fault{}
	})
	if report, err := w.scanner.Replay(t.Context(), deadletter.NewChosen(), w.sourceQueue(), anna, fast(), nil); err != nil || report.Chosen != 0 {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestAReplayHoldsItsRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(205)
		chosen := w.choose(t, deadletter.Selection{All: true})
		pace, _ := queue.NewPace(2)
		began, sent := time.Now(), 0
		w.source.On(func(c queuetest.Call) queuetest.Fault {
			sent += c.Entries
			if most := 2*time.Since(began).Seconds() + 2.01; float64(sent) > most {
				t.Errorf("%d sent after %s", sent, time.Since(began))
			}
			return queuetest.Fault{}
		})
		report, err := w.scanner.Replay(t.Context(), chosen, w.sourceQueue(), anna, pace, nil)
		if took := time.Since(began); err != nil || report.Moved != 205 || took < 101*time.Second || took > 105*time.Second {
			t.Errorf("%+v, %v after %s", report, err, took)
		}
		for _, m := range w.source.All() {
			if m.Receives > 0 {
				t.Error("received from the source queue")
			}
		}
	})
}

// TestHoldsOutlastASlowReplay: 82 of 205 messages, one in ten seconds, take longer
// than a hold, and none comes twice.
func TestHoldsOutlastASlowReplay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(205)
		chosen := w.choose(t, deadletter.Selection{Verdicts: deadletter.WorthReplaying})
		pace, _ := queue.NewPace(0.1)
		report, err := w.scanner.Replay(t.Context(), chosen, w.sourceQueue(), anna, pace, nil)
		if err != nil || report.Moved != 82 || len(w.source.All()) != 82 {
			t.Errorf("%+v, %v", report, err)
		}
		for _, m := range w.dead.All() {
			if m.Receives > 8 || m.Held {
				t.Errorf("a message that wasn't chosen: received %d times, hidden: %t", m.Receives, m.Held)
			}
		}
	})
}

func TestCtrlCFinishesTheBatchUnderWayAndReleasesTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(90)
		chosen := w.choose(t, deadletter.Selection{All: true})
		ctx, cancel := context.WithCancel(t.Context())
		batches := 0
		w.source.On(func(queuetest.Call) queuetest.Fault {
			if batches++; batches == 3 {
				cancel()
			}
			return queuetest.Fault{}
		})
		began := time.Now()
		report, err := w.scanner.Replay(ctx, chosen, w.sourceQueue(), anna, fast(), nil)
		if !errors.Is(err, context.Canceled) || report.Moved != 30 || report.Remaining() != 60 || len(report.Missing) > 0 || time.Since(began) > 3*time.Second {
			t.Errorf("%+v, %v after %s", report, err, time.Since(began))
		}
		if len(w.source.All()) != 30 || len(w.dead.All()) != 60 || len(w.hidden()) > 0 {
			t.Errorf("%d in the source queue, %d left, %d hidden", len(w.source.All()), len(w.dead.All()), len(w.hidden()))
		}
	})
}

func TestCtrlCWhileWaitingForTheRateMovesNothingMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(9)
		chosen := w.choose(t, deadletter.Selection{All: true})
		pace, _ := queue.NewPace(0.01)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(30*time.Second, cancel)
		began := time.Now()
		report, err := w.scanner.Replay(ctx, chosen, w.sourceQueue(), anna, pace, nil)
		if !errors.Is(err, context.Canceled) || report.Moved != 1 || len(w.source.All()) != 1 || len(w.hidden()) > 0 || time.Since(began) > 32*time.Second {
			t.Errorf("%+v, %v after %s; %d hidden", report, err, time.Since(began), len(w.hidden()))
		}
	})
}

// TestAMessageThatCannotBeSentStaysAndTheOthersGo: of the first batch every message
// is refused, of the next ones one is refused and one fails in every attempt.
func TestAMessageThatCannotBeSentStaysAndTheOthersGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(35)
		chosen := w.choose(t, deadletter.Selection{All: true})
		first := true
		w.source.On(func(c queuetest.Call) queuetest.Fault {
			whole := first
			first = false
			return queuetest.Fault{Entries: func(i int) *types.BatchResultErrorEntry {
				if whole || i == 4 {
					return queuetest.Refused()
				}
				return when(i == 5 || c.Entries == 1, queuetest.Busy())
			}}
		})
		report, err := w.scanner.Replay(t.Context(), chosen, w.sourceQueue(), anna, fast(), nil)
		if err != nil || report.Moved != 20 || len(report.Failed) != 15 || len(w.source.All()) != 20 || len(w.dead.All()) != 15 || len(w.hidden()) > 0 {
			t.Errorf("%d moved, %d failed, %v; %d left, %d hidden", report.Moved, len(report.Failed), err, len(w.dead.All()), len(w.hidden()))
		}
		if f := report.Failed[0]; !errors.Is(f.Err, queue.ErrRefused) || !slices.Contains(ids(w.dead), f.ID) {
			t.Errorf("got %+v", f)
		}
	})
}

func TestABatchOfWhichNothingIsConfirmedEndsTheReplay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(60)
		chosen := w.choose(t, deadletter.Selection{All: true})
		w.source.On(failing("SendMessageBatch", 2, 2, queuetest.Fault{Before: queuetest.Denied()}))
		report, err := w.scanner.Replay(t.Context(), chosen, w.sourceQueue(), anna, fast(), nil)
		if !fault.Is(err, fault.AccessDenied) || report.Moved != 10 || len(report.Failed) != 10 || report.Remaining() != 40 {
			t.Errorf("%+v, %v", report, err)
		}
		if len(w.dead.All()) != 50 || len(w.hidden()) > 0 {
			t.Errorf("%d left, %d hidden", len(w.dead.All()), len(w.hidden()))
		}
	})
}

func TestWhatWasSentButNotDeletedIsToldAndTriedAgain(t *testing.T) {
	for name, fails := range map[string]struct {
		times int // deletions that fail
		twice int
	}{"a deletion that fails once": {1, 0}, "deletions that go on failing": {1000, 10}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(10)
				chosen := w.choose(t, deadletter.Selection{All: true})
				w.dead.On(failing("DeleteMessageBatch", 1, fails.times, queuetest.Fault{Before: queuetest.Unavailable()}))
				told := 0
				report, err := w.scanner.Replay(t.Context(), chosen, w.sourceQueue(), anna, fast(), func(m []deadletter.Moved) { told += len(m) })
				if err != nil || len(report.Twice) != fails.twice || report.Moved != 10-fails.twice || report.Remaining() != 0 || told != 10 {
					t.Errorf("%+v, %v; told of %d", report, err, told)
				}
				if len(w.source.All()) != 10 || len(w.dead.All()) != fails.twice || len(w.hidden()) > 0 {
					t.Errorf("%d sent, %d left, %d hidden", len(w.source.All()), len(w.dead.All()), len(w.hidden()))
				}
			})
		})
	}
}

// TestACopiedMessageThatComesAgainIsDeletedAndNotSentAgain: the deletion failed
// and the hold ran out while the replay went on.
func TestACopiedMessageThatComesAgainIsDeletedAndNotSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(60)
		chosen := w.choose(t, deadletter.Selection{All: true})
		w.dead.On(failing("DeleteMessageBatch", 1, 1, queuetest.Fault{Before: queuetest.Unavailable()}))
		sent := 0
		w.source.On(func(c queuetest.Call) queuetest.Fault {
			if sent += c.Entries; sent > 50 && len(w.dead.All()) > 60-sent+c.Entries {
				t.Error("what came again is still there near the end")
			}
			return queuetest.Fault{}
		})
		pace, _ := queue.NewPace(0.25)
		report, err := w.scanner.Replay(t.Context(), chosen, w.sourceQueue(), anna, pace, nil)
		if err != nil || report.Moved != 60 || len(w.source.All()) != 60 || len(w.dead.All()) != 0 {
			t.Errorf("%+v, %v; %d sent, %d left", report, err, len(w.source.All()), len(w.dead.All()))
		}
	})
}

// TestAMessageWhoseHoldRanOutIsNotSent: somebody else may have it.
func TestAMessageWhoseHoldRanOutIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(3)
		chosen := w.choose(t, deadletter.Selection{All: true})
		w.dead.On(failing("ChangeMessageVisibilityBatch", 1, 1000, queuetest.Fault{Before: queuetest.Unavailable()}))
		report, err := w.scanner.Replay(t.Context(), chosen, w.sourceQueue(), anna, sleepy{fast()}, nil)
		if err != nil || report.Moved+len(report.Failed) != 3 || len(report.Failed) == 0 || len(w.source.All()) != report.Moved {
			t.Errorf("%+v, %v; %d sent", report, err, len(w.source.All()))
		}
	})
}

// sleepy is a pace with a wait that is longer than a hold: the machine slept.
type sleepy struct{ *queue.Pace }

func (sleepy) Wait(context.Context, int) error {
	time.Sleep(5 * time.Minute)
	return nil
}
