package follow_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/follow"
)

// inBubble runs a test in virtual time, on an account with a follower that is
// closed at the end and must leave nothing.
func inBubble(t *testing.T, test func(t *testing.T, a *account, c *crew)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		c, err := a.start(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		test(t, a, c)
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		a.checkEmpty(t, "after closing")
		if err := c.Close(); err != nil {
			t.Errorf("closing again: %v", err)
		}
	})
}

func TestEachOutcomeOfTheMessagesIsToldOnceAndThenItEnds(t *testing.T) {
	inBubble(t, func(t *testing.T, a *account, c *crew) {
		c.Expect(messages("1 2 3")...)
		// Right after Start: what was published before SNS knew everywhere is lost.
		for _, body := range []string{
			provisioned("2"), provisioned("stranger"), failed("3", fault.ClientUserNotFound), provisioned("2"),
			"no outcome", `{"type":"SomethingElse","source":{"messageId":"1"}}`, `{"type":"OrganizationBucketProvisioned","source":{"messageId":"1"}}`,
		} {
			a.publish(t, body)
		}
		go func() {
			time.Sleep(time.Minute)
			a.publish(t, provisioned("1"))
		}()
		began := time.Now()
		s, err := c.Wait(t.Context(), follow.DefaultTimeout)
		if err != nil || s.Provisioned != 2 || s.Failed != 1 || len(s.Missing) != 0 || s.Unreadable != 3 {
			t.Errorf("got %+v, %v", s, err)
		}
		if took := time.Since(began); took < time.Minute || took > time.Minute+time.Second {
			t.Errorf("it ended after %v, the last outcome came after a minute", took)
		}
		if c.told() != "2 3 1" {
			t.Errorf("told %s", c.told())
		}
		o := c.outcomes[1]
		if !o.Failed() || o.OrgID != "org-3" || o.Event.Error.Code != fault.ClientUserNotFound || o.Event.Error.Hint == "" || c.outcomes[0].Failed() {
			t.Errorf("told %+v", o)
		}
		if c.noticed() != "" {
			t.Errorf("noticed %s", c.noticed())
		}
	})
}

func TestAnOutcomeThatOvertakesTheAnswerToItsSendingIsFound(t *testing.T) {
	inBubble(t, func(t *testing.T, a *account, c *crew) {
		a.publish(t, provisioned("1"))
		a.publish(t, failed("2", fault.PolicyConflict))
		time.Sleep(100 * time.Second)
		c.Expect(messages("1 2")...)
		s, err := c.Wait(t.Context(), time.Minute)
		if err != nil || s.Provisioned != 1 || s.Failed != 1 || c.told() != "1 2" {
			t.Errorf("got %+v, %v, told %s", s, err, c.told())
		}
	})
}

func TestOutcomesOfOthersArentKeptForLong(t *testing.T) {
	inBubble(t, func(t *testing.T, a *account, c *crew) {
		a.publish(t, provisioned("old"))
		time.Sleep(3 * time.Minute)
		a.publish(t, provisioned("new"))
		time.Sleep(time.Second)
		c.Expect(messages("old new")...)
		if s := c.Summary(); s.Provisioned != 1 || len(s.Missing) != 1 || s.Missing[0].ID != "old" {
			t.Errorf("got %+v", s)
		}
	})
}

func TestWhatHasNoOutcomeInTimeIsMissingInTheOrderOfSending(t *testing.T) {
	inBubble(t, func(t *testing.T, a *account, c *crew) {
		c.Expect(messages("5 3 9 1 7")...)
		a.publish(t, provisioned("9"))
		began := time.Now()
		s, err := c.Wait(t.Context(), 20*time.Minute)
		if took := time.Since(began); took != 20*time.Minute || err != nil {
			t.Errorf("ended after %v with %v", took, err)
		}
		if !slices.Equal(s.Missing, messages("5 3 1 7")) || s.Provisioned != 1 {
			t.Errorf("got %+v", s)
		}
	})
}

func TestNothingExpectedIsNothingToWaitFor(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *account, c *crew) {
		began := time.Now()
		if s, err := c.Wait(t.Context(), time.Hour); err != nil || len(s.Missing) != 0 || time.Since(began) != 0 {
			t.Errorf("got %+v, %v after %v", s, err, time.Since(began))
		}
	})
}

func TestAStopEndsTheWaitingAtOnceAndTellsWhatHasCome(t *testing.T) {
	inBubble(t, func(t *testing.T, a *account, c *crew) {
		c.Expect(messages("1 2")...)
		a.publish(t, provisioned("1"))
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		began := time.Now()
		s, err := c.Wait(ctx, time.Hour)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Minute || s.Provisioned != 1 || len(s.Missing) != 1 {
			t.Errorf("got %+v, %v after %v", s, err, time.Since(began))
		}
	})
}

func TestOutcomesAreReadWhileMessagesAreStillBeingSent(t *testing.T) {
	inBubble(t, func(t *testing.T, a *account, c *crew) {
		for _, id := range []string{"1", "2", "3"} {
			c.Expect(message(id))
			a.publish(t, provisioned(id))
			time.Sleep(2 * time.Hour) // twice as long as SQS would keep it
		}
		if c.told() != "1 2 3" {
			t.Errorf("told %s", c.told())
		}
		if s, err := c.Wait(t.Context(), time.Minute); err != nil || s.Provisioned != 3 {
			t.Errorf("got %+v, %v", s, err)
		}
	})
}

func TestAnOutageIsSaidOnceAndOutlasted(t *testing.T) {
	inBubble(t, func(t *testing.T, a *account, c *crew) {
		c.Expect(message("1"))
		down := time.Now().Add(5 * time.Minute)
		a.mu.Lock()
		a.onCall = func(_ int, operation string, _ bool) error {
			if operation == "ReceiveMessage" && time.Now().Before(down) {
				return errDown
			}
			return nil
		}
		a.mu.Unlock()
		time.Sleep(time.Minute)
		a.publish(t, provisioned("1"))
		s, err := c.Wait(t.Context(), 20*time.Minute)
		if err != nil || s.Provisioned != 1 || time.Since(down) > 31*time.Second {
			t.Errorf("got %+v, %v, %v after the outage", s, err, time.Since(down))
		}
		if n := strings.Count(c.noticed(), "trying again"); n != 1 || !strings.Contains(c.noticed(), "connection refused") {
			t.Errorf("noticed %d times: %s", n, c.noticed())
		}
	})
}

func TestAQueueThatIsNotKnownEverywhereYetIsAskedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, a *account, c *crew) {
		c.Expect(message("1"))
		known := time.Now().Add(30 * time.Second)
		a.mu.Lock()
		a.onCall = func(_ int, operation string, _ bool) error {
			if operation == "ReceiveMessage" && time.Now().Before(known) {
				return errNoQueue
			}
			return nil
		}
		a.mu.Unlock()
		a.publish(t, provisioned("1"))
		if s, err := c.Wait(t.Context(), 20*time.Minute); err != nil || s.Provisioned != 1 {
			t.Errorf("got %+v, %v", s, err)
		}
	})
}

func TestAReadingThatCantGoOnEndsTheWaiting(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		says string
	}{
		"a permission is missing":      {errDenied, "needs permission sqs:ReceiveMessage"},
		"somebody deleted the queue":   {errNoQueue, "the queue doesn't exist"},
		"the credentials have expired": {apiError("ExpiredToken"), "the credentials have expired"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, a *account, f *crew) {
				time.Sleep(2 * time.Minute) // no queue is that new
				f.Expect(messages("1 2")...)
				a.publish(t, provisioned("1"))
				time.Sleep(time.Second)
				a.mu.Lock()
				a.onCall = func(_ int, operation string, _ bool) error {
					if operation == "ReceiveMessage" {
						return c.err
					}
					return nil
				}
				a.mu.Unlock()
				began := time.Now()
				s, err := f.Wait(t.Context(), time.Hour)
				if err == nil || !strings.Contains(err.Error(), c.says) || s.Provisioned != 1 || len(s.Missing) != 1 {
					t.Errorf("got %+v, %v", s, err)
				}
				if took := time.Since(began); took > 30*time.Second {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

// TestOutcomesThatCantBeDeletedCountOnce: they come again and again then.
func TestOutcomesThatCantBeDeletedCountOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, a *account, c *crew) {
		a.mu.Lock()
		a.onCall = func(_ int, operation string, _ bool) error {
			if operation == "DeleteMessageBatch" {
				return errDenied
			}
			return nil
		}
		a.mu.Unlock()
		c.Expect(messages("1 2")...)
		a.publish(t, provisioned("1"))
		if s, err := c.Wait(t.Context(), 20*time.Minute); err != nil || s.Provisioned != 1 || len(s.Missing) != 1 {
			t.Errorf("got %+v, %v", s, err)
		}
	})
}

func TestOneCantFollowLongerThanItsQueueIsSafe(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *account, c *crew) {
		c.Expect(message("1"))
		began := time.Now()
		s, err := c.Wait(t.Context(), 100*time.Hour)
		if err == nil || !strings.Contains(err.Error(), "12h0m0s") || len(s.Missing) != 1 || time.Since(began) > follow.Longest+time.Minute {
			t.Errorf("got %+v, %v after %v", s, err, time.Since(began))
		}
	})
}
