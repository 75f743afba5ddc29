package diagnosis

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestAnAnswerThatItsAskerDidNotWaitForIsAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		m := newMemo(time.Minute, func(ctx context.Context, _ string) int {
			asked++
			select {
			case <-time.After(time.Second):
				return asked
			case <-ctx.Done():
				return -1
			}
		})
		hasty, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		gone := make(chan int)
		go func() { gone <- m.get(hasty, "k") }()
		synctest.Wait()
		if got := m.get(t.Context(), "k"); got != 2 {
			t.Errorf("who waited for the hasty one's answer got %d", got)
		}
		if got := <-gone; got != -1 {
			t.Errorf("the hasty one got %d", got)
		}
		if got := m.get(t.Context(), "k"); got != 2 || asked != 2 {
			t.Errorf("got %d after %d questions; the answer isn't kept", got, asked)
		}
	})
}

func TestWhoGoesAwayDoesNotWaitForAnothersAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemo(time.Minute, func(ctx context.Context, _ string) error {
			select {
			case <-time.After(time.Hour):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		go m.get(t.Context(), "k")
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if err := m.get(ctx, "k"); err == nil || time.Since(began) != time.Second {
			t.Errorf("got %v after %s", err, time.Since(began))
		}
		time.Sleep(2 * time.Hour)
	})
}
