package system

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestAJournalGivesWhatCameBeforeOneWaited(t *testing.T) {
	j := newJournal[int]()
	j.add(1)
	j.add(2)
	if got, err := j.wait(t.Context(), func(n int) bool { return n > 0 }); got != 1 || err != nil {
		t.Errorf("got %d and %v, want the first entry that matches", got, err)
	}
}

func TestAJournalWaitsForWhatComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newJournal[int]()
		go func() {
			for n := range 3 {
				time.Sleep(time.Second)
				j.add(n)
			}
		}()
		began := time.Now()
		got, err := j.wait(t.Context(), func(n int) bool { return n == 1 })
		if got != 1 || err != nil || time.Since(began) != 2*time.Second {
			t.Errorf("got %d and %v after %v", got, err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := j.wait(ctx, func(n int) bool { return n == 7 }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline", err)
		}
	})
}

func TestWhoFollowsAJournalGetsEverythingInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newJournal[int]()
		j.add(1)
		ctx, cancel := context.WithCancel(t.Context())
		var got []int
		done := make(chan struct{})
		go func() {
			defer close(done)
			j.follow(ctx, func(n int) { got = append(got, n) })
		}()
		synctest.Wait()
		j.add(2)
		j.add(3)
		synctest.Wait()
		cancel()
		<-done
		if !slices.Equal(got, []int{1, 2, 3}) {
			t.Errorf("got %v", got)
		}
	})
}
