package watch_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/operator/watch"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// remember puts what the function finds as its state.
func (w *world) remember(state string) {
	w.s3.Change(functiontest.HomesBucket, func(b *s3fake.Bucket) { b.Objects[bucket.AuditKey] = s3fake.Object{Body: []byte(state)} })
}

// TestAFindingIsToldThoughTheTopicRefusesItsEvent: the alarm doesn't need the topic.
func TestAFindingIsToldThoughTheTopicRefusesItsEvent(t *testing.T) {
	inWorld(t, map[string]string{"AUDIT_EVENTS": "true"}, func(w *world) {
		w.s3.Change(w.ready("alpha"), func(b *s3fake.Bucket) { b.Tags = nil })
		w.refuse = true
		for range 2 { // it is new until it is published
			if got := numbers(w.run(), "findings", "newFindings", "findingsToTell"); got != "findings=1 newFindings=1 findingsToTell=1" {
				w.t.Error(got)
			}
			time.Sleep(time.Hour)
		}
	})
}

// TestAStateFromTheFutureIsNoEnd: a clock was wrong, or somebody wrote it.
func TestAStateFromTheFutureIsNoEnd(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.s3.Change(w.ready("alpha"), func(b *s3fake.Bucket) { b.Tags = nil })
		w.run()
		time.Sleep(time.Hour)
		b, _ := w.s3.Bucket(functiontest.HomesBucket)
		var state map[string]any
		if err := json.Unmarshal(b.Objects[bucket.AuditKey].Body, &state); err != nil {
			w.t.Fatal(err)
		}
		state["started"], state["told"] = time.Now().Add(9000*time.Hour), time.Now().Add(9000*time.Hour)
		text, err := json.Marshal(state)
		if err != nil {
			w.t.Fatal(err)
		}
		w.remember(string(text))
		if got := numbers(w.run(), "findings", "newFindings", "findingsToTell"); got != "findings=1 newFindings=0 findingsToTell=1" {
			w.t.Error(got)
		}
	})
}

// TestAStateThatIsTooLongIsNotRead: it must not take the function's memory.
func TestAStateThatIsTooLongIsNotRead(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.ready("alpha")
		w.remember(`{"version":1,"found":["` + strings.Repeat("x", 18<<20) + `"]}`)
		if err := w.invoke(); err != nil || !strings.Contains(w.log.take(), "every finding counts as new") {
			w.t.Errorf("it was read: %v", err)
		}
	})
}

// TestAStateThatWouldNotBeReadAgainIsAnError, where the run would begin anew for ever.
func TestAStateThatWouldNotBeReadAgainIsAnError(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.ready("alpha")
		const before, after = `{"version":1,"position":{"told":["`, `"]}}`
		told := strings.Repeat(strings.Repeat("a", 52)+`","`, 18<<20/55-5)
		w.remember(before + told + strings.Repeat("b", 18<<20-len(before+told+after)-50) + after)
		err := w.invoke()
		if err == nil || !strings.Contains(err.Error(), "more organizations than one audit can remember") || len(w.log.of("audit broken")) != 1 || len(w.s3.Writes()) > 0 {
			w.t.Errorf("it ended with %.300v, and wrote %d times", err, len(w.s3.Writes()))
		}
	})
}

// TestTooManyFindingsAreCountedAndNotKept: the state stays one that can be read.
func TestTooManyFindingsAreCountedAndNotKept(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		for i := range 5 {
			w.s3.Change(w.ready(org.ID(fmt.Sprint("b", i))), func(b *s3fake.Bucket) { b.Tags = nil })
		}
		var prints []string
		for i := range 400_000 {
			prints = append(prints, fmt.Sprintf("%012d", i))
		}
		text, err := json.Marshal(map[string]any{"version": 1, "position": map[string]any{}, "started": time.Now(), "told": time.Now(), "found": prints[3:], "before": prints})
		if err != nil {
			w.t.Fatal(err)
		}
		w.remember(string(text))
		if got := numbers(w.run(), "newFindings", "findingsToTell"); got != "newFindings=5 findingsToTell=5" {
			w.t.Error(got)
		}
		time.Sleep(time.Hour)
		if got := numbers(w.run(), "newFindings"); got != "newFindings=2" || strings.Count(w.log.take(), `"new":true`) != 2 {
			w.t.Error(got)
		}
	})
}

// TestWhatStaysIsToldEachDayHoweverLongRunsTake: the first one takes a tick longer.
func TestWhatStaysIsToldEachDayHoweverLongRunsTake(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.s3.Change(w.ready("alpha"), func(b *s3fake.Bucket) { b.Tags = nil })
		for i := range 50 {
			w.ready(org.ID(fmt.Sprint("b", i)))
		}
		began := time.Now()
		w.kill(w.t.Context(), 3*time.Second)
		time.Sleep(watch.Tick)
		for day := range 3 {
			if got := numbers(w.run(), "findings", "findingsToTell"); got != "findings=1 findingsToTell=1" {
				w.t.Errorf("day %d: %s", day, got)
			}
			time.Sleep(time.Until(began.Add(time.Duration(day+1) * 24 * time.Hour)))
		}
	})
}

// TestAnEventOfAnUnknownShapeIsALine, and no audit instead.
func TestAnEventOfAnUnknownShapeIsALine(t *testing.T) {
	for _, event := range []string{
		`{"source":"aws.s3","detail":"a text"}`,
		`{"source":"aws.s3","time":1,"resources":{"a":1},"detail":{"eventName":"DeleteBucket","requestParameters":{"bucketName":["fusion-rms-alpha"]}}}`,
		`{"source":"aws.kms","detail":{"requestParameters":"{}","userIdentity":null}}`,
		`{"source":"aws.tag","resources":["` + strings.Repeat(`\u0000\n{`, 20000) + `"],"detail":null}`,
	} {
		inWorld(t, nil, func(w *world) {
			w.ready("alpha")
			w.s3.ForgetCalls()
			if err := w.watch.Invoke(w.t.Context(), []byte(event)); err != nil {
				w.t.Fatal(err)
			}
			if lines := w.log.of("touched"); len(lines) != 1 || len(w.s3.Calls()) != 0 {
				w.t.Errorf("%d lines, %d calls after %.80s", len(lines), len(w.s3.Calls()), event)
			}
		})
	}
}

// TestARunThatWasKilledAtOnceIsTheSameRun: its events are repeated with their ids.
func TestARunThatWasKilledAtOnceIsTheSameRun(t *testing.T) {
	inWorld(t, map[string]string{"AUDIT_EVENTS": "true"}, func(w *world) {
		w.s3.Change(w.ready("alpha"), func(b *s3fake.Bucket) { b.Tags = nil })
		for i := range 100 {
			w.ready(org.ID(fmt.Sprint("b", i)))
		}
		ctx, cancel := context.WithTimeout(w.t.Context(), timeout)
		w.kill(ctx, 5*time.Second)
		cancel()
		if len(w.events) != 1 {
			w.t.Fatalf("published %v before the end", w.events)
		}
		time.Sleep(watch.Tick)
		w.run()
		if len(w.events) != 2 || w.events[0].Message != w.events[1].Message {
			w.t.Errorf("published %v", w.events)
		}
	})
}

// TestItSavesEveryTwoMinutes, at the beginning and at the end.
func TestItSavesEveryTwoMinutes(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.s3.SetDelay(2 * time.Second)
		for i := range 400 {
			w.ready(org.ID(fmt.Sprint("b", i)))
		}
		began := time.Now()
		if err := w.invoke(); err != nil || len(w.log.of("audit")) != 1 {
			w.t.Fatalf("it ended with %v", err)
		}
		if took, saves := time.Since(began), len(w.s3.Writes()); took < 5*time.Minute || saves < 4 || saves > 2+int(took/(2*time.Minute)) {
			w.t.Errorf("%d saves in %s", saves, took)
		}
	})
}

// TestARunThatIsSomebodyElsesIsLetGo: whoever replaced the state has it.
func TestARunThatIsSomebodyElsesIsLetGo(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.s3.SetDelay(2 * time.Second)
		for i := range 400 {
			w.ready(org.ID(fmt.Sprint("b", i)))
		}
		began := time.Now()
		time.AfterFunc(time.Minute, func() { w.remember(`{"version":1}`) })
		if err := w.invoke(); err != nil || time.Since(began) > 3*time.Minute || !strings.Contains(w.log.take(), watch.ErrOvertaken.Error()) {
			w.t.Errorf("it ended with %v after %s", err, time.Since(began))
		}
	})
}

// TestWhatNobodyHasToDoAnythingAboutIsNoFinding.
func TestWhatNobodyHasToDoAnythingAboutIsNoFinding(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.ready("alpha")
		w.s3.Change(functiontest.HomesBucket, func(b *s3fake.Bucket) { clear(b.Objects) }) // its next message claims it
		if got := numbers(w.run(), "examined", "findings", "newFindings", "findingsToTell"); got != "examined=1 findings=0 newFindings=0 findingsToTell=0" || len(w.codes()) > 0 {
			w.t.Errorf("%s: %v", got, w.codes())
		}
	})
}

// TestAnInvocationThatMeetsAnotherLetsItGoOn: Lambda repeats one that failed, and
// delivers those that waited for a throttle together.
func TestAnInvocationThatMeetsAnotherLetsItGoOn(t *testing.T) {
	for name, part := range map[string]bool{"in a run's first part": false, "in a later part": true} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				for i := range 100 { // which take 14 s
					w.ready(org.ID(fmt.Sprint("b", i)))
				}
				if part {
					ctx, cancel := context.WithTimeout(w.t.Context(), 25*time.Second) // of which 5 s to audit
					defer cancel()
					if err := w.watch.Invoke(ctx, tick); err != nil {
						w.t.Fatal(err)
					}
				}
				first := make(chan error)
				go func() { first <- w.invoke() }()
				time.Sleep(2 * time.Second)
				began := time.Now()
				if err := w.invoke(); err != nil || time.Since(began) != call {
					w.t.Errorf("it took %s, not that of one request, and ended with %v", time.Since(began), err)
				}
				if err := <-first; err != nil || len(w.log.of("audit")) != 1 || len(w.log.of("audit broken")) > 0 {
					w.t.Errorf("the first ended with %v", err)
				}
			})
		})
	}
}

// TestAnInvocationThatWasKilledKeepsTheRunNoLongerThanItsTime, or than a wrong clock says.
func TestAnInvocationThatWasKilledKeepsTheRunNoLongerThanItsTime(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		for _, held := range []time.Duration{-time.Second, 9000 * time.Hour} {
			w.ready("alpha")
			w.remember(fmt.Sprintf(`{"version":1,"started":%q,"held":%q,"position":{}}`, time.Now().Add(-time.Minute).Format(time.RFC3339), time.Now().Add(held).Format(time.RFC3339)))
			if err := w.invoke(); err != nil || len(w.log.of("audit")) != 1 {
				w.t.Errorf("held for %s: %v, %s", held, err, w.log.take())
			}
			w.log.take()
		}
	})
}

// TestAnInvocationWithoutAnEventIsATick.
func TestAnInvocationWithoutAnEventIsATick(t *testing.T) {
	for _, payload := range []string{"{}", "null", `"x"`, `[]`, `{"source":"aws.events"}`, `{"source":7}`} {
		inWorld(t, nil, func(w *world) {
			w.ready("alpha")
			if err := w.watch.Invoke(w.t.Context(), []byte(payload)); err != nil || len(w.log.of("audit")) != 1 {
				w.t.Errorf("%s: %v, %s", payload, err, w.log.take())
			}
		})
	}
}
