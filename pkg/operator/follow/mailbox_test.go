package follow_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/operator/follow"
)

func TestTheQueueIsOfThisTopicAloneMarkedAndShortLived(t *testing.T) {
	inBubble(t, func(t *testing.T, a *account, _ *crew) {
		a.mu.Lock()
		defer a.mu.Unlock()
		if len(a.queues) != 1 || len(a.subs) != 1 {
			t.Fatalf("%d queues, %d subscriptions", len(a.queues), len(a.subs))
		}
		for _, q := range a.queues {
			if !strings.HasPrefix(*q.in.QueueName, "orgbucket-follow-") || q.tags["orgbucket:follow"] != topicARN {
				t.Errorf("%s with tags %v", *q.in.QueueName, q.tags)
			}
			if !letsIn(t, q.in.Attributes["Policy"], a.subs[0].endpoint) {
				t.Errorf("policy %s", q.in.Attributes["Policy"])
			}
			if q.in.Attributes["MessageRetentionPeriod"] != "3600" || q.in.Attributes["SqsManagedSseEnabled"] != "true" {
				t.Errorf("attributes %v", q.in.Attributes)
			}
		}
	})
}

func TestEverythingIsThereBeforeStartReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		a.pending = 10 * time.Second
		began := time.Now()
		c, err := a.start(t.Context())
		if err != nil || time.Since(began) < 13*time.Second {
			t.Fatalf("%v after %v", err, time.Since(began))
		}
		if want := "CreateQueue Subscribe GetSubscriptionAttributes"; !strings.HasPrefix(strings.Join(a.calls, " "), want) {
			t.Errorf("calls %v", a.calls)
		}
		c.Expect(message("1"))
		a.publish(t, provisioned("1"))
		if s, err := c.Wait(t.Context(), time.Minute); err != nil || s.Provisioned != 1 {
			t.Errorf("got %+v, %v", s, err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		a.checkEmpty(t, "after closing")
	})
}

func TestASubscriptionThatIsNeverConfirmedIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		a.pending = time.Hour
		_, err := a.start(t.Context())
		if err == nil || !strings.Contains(err.Error(), "hasn't confirmed") {
			t.Errorf("got %v", err)
		}
		a.checkEmpty(t, "after the error")
	})
}

func TestWhatIsNoTopicIsRefused(t *testing.T) {
	for _, arn := range []string{"", "outcomes", "arn:aws:sqs:eu-central-1:935799716578:queue"} {
		if _, err := follow.Start(t.Context(), follow.Options{TopicARN: arn}); err == nil {
			t.Errorf("%q was taken", arn)
		}
	}
}

// session follows two messages, of which one has an outcome, and closes.
func session(ctx context.Context, t *testing.T, a *account) (c *crew, start, end error) {
	c, err := a.start(ctx)
	if err != nil {
		return c, err, nil
	}
	c.Expect(messages("1 2")...)
	a.publish(t, provisioned("1"))
	_, _ = c.Wait(ctx, time.Minute)
	return c, nil, c.Close()
}

// callsOfASession counts the calls when nothing fails and there's a leftover.
func callsOfASession(t *testing.T) (calls int) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		a.leave(t, strings.Repeat("a", 26), topicARN, 25*time.Hour)
		if _, start, end := session(t.Context(), t, a); start != nil || end != nil {
			t.Fatal(start, end)
		}
		a.checkEmpty(t, "after a session without faults")
		calls = len(a.calls)
	})
	return calls
}

// TestAFaultAtAnyCallLeavesNothingOrSaysWhat fails each call in turn, before or
// after it has done its work.
func TestAFaultAtAnyCallLeavesNothingOrSaysWhat(t *testing.T) {
	calls := callsOfASession(t)
	for _, after := range []bool{false, true} {
		for number := 1; number <= calls; number++ {
			synctest.Test(t, func(t *testing.T) {
				a := newAccount()
				a.leave(t, "aaaaaaaaaaaaaaaaaaaaaaaaaa", topicARN, 25*time.Hour)
				failing := ""
				a.onCall = func(n int, operation string, now bool) error {
					if n == number && now == after {
						failing = operation
						return errDenied
					}
					return nil
				}
				c, start, end := session(t.Context(), t, a)
				name := fmt.Sprintf("call %d (%s, after: %t)", number, failing, after)
				all := fmt.Sprint(start, end, c.noticed())
				if !strings.Contains(all, "needs permission s") {
					t.Errorf("%s: nobody was told of the missing permission: %s", name, all)
				}
				checkFault(t, name, a, failing, after, start, end)
			})
		}
	}
}

// checkFault: one fault may leave one thing, which must be named.
func checkFault(t *testing.T, name string, a *account, failing string, after bool, start, end error) {
	t.Helper()
	if fatal := failing == "CreateQueue" || failing == "Subscribe"; fatal != (start != nil) {
		t.Errorf("%s: starting gave %v", name, start)
	}
	told := fmt.Sprint(start, end)
	for url, q := range a.queues {
		switch {
		case strings.Contains(url, "aaaaaaaa"): // the leftover's turn comes again
		case failing == "CreateQueue" && after && q.tags["orgbucket:follow"] != "": // nobody knows of it, a later run will
		case !strings.Contains(told, url):
			t.Errorf("%s: %s is left, and nobody was told: %s", name, url, told)
		}
	}
	for _, s := range a.subs {
		if !strings.Contains(s.endpoint, "aaaaaaaa") && !strings.Contains(told, s.arn) {
			t.Errorf("%s: %s is left, and nobody was told: %s", name, s.arn, told)
		}
	}
}

// TestAStopAtAnyCallLeavesNothing ends the context at each call in turn, for an
// operator who may not list subscriptions.
func TestAStopAtAnyCallLeavesNothing(t *testing.T) {
	calls := callsOfASession(t)
	for _, after := range []bool{false, true} {
		for number := 1; number <= calls; number++ {
			synctest.Test(t, func(t *testing.T) {
				a := newAccount()
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				a.onCall = func(n int, operation string, now bool) error {
					if n == number && now == after {
						stop()
					}
					if operation == "ListSubscriptionsByTopic" {
						return errDenied
					}
					return nil
				}
				_, start, end := session(ctx, t, a)
				name := fmt.Sprintf("stopped at call %d of %v", number, a.calls)
				if end != nil || start != nil && !errors.Is(start, context.Canceled) {
					t.Errorf("%s: %v, %v", name, start, end)
				}
				a.checkEmpty(t, name)
			})
		}
	}
}

// leave makes what a killed run has left: a queue and its subscription.
func (a *account) leave(t *testing.T, suffix, topic string, age time.Duration) string {
	t.Helper()
	name := "orgbucket-follow-" + suffix
	url := base + name
	a.queues[url] = &made{
		Fake: queuetest.NewFake(url), in: &sqs.CreateQueueInput{QueueName: &name},
		at: time.Now().Add(-age), tags: map[string]string{"orgbucket:follow": topic},
	}
	s := a.subscribe(baseARN + name)
	s.at = time.Now().Add(time.Hour) // it gets nothing in this test
	return url
}

func TestWhatKilledRunsHaveLeftIsRemovedAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		other := strings.Replace(topicARN, "dev", "prod", 1)
		keep := []string{
			a.leave(t, strings.Repeat("c", 26), topicARN, 23*time.Hour), // may be at work
			a.leave(t, strings.Repeat("d", 26), other, 300*time.Hour),   // another stage's
			a.leave(t, strings.Repeat("e", 26), "", 300*time.Hour),      // no tag
			a.leave(t, "of-somebody", topicARN, 300*time.Hour),          // another form of name
			a.leave(t, strings.Repeat("f", 26)+"x", topicARN, 300*time.Hour),
		}
		// Last, so that their subscriptions aren't on the first page.
		old := []string{
			a.leave(t, strings.Repeat("a", 26), topicARN, 25*time.Hour),
			a.leave(t, strings.Repeat("b", 26), topicARN, 300*time.Hour),
		}
		c, start, end := session(t.Context(), t, a)
		if start != nil || end != nil {
			t.Fatal(start, end)
		}
		for _, url := range old {
			if a.queues[url] != nil || !strings.Contains(c.noticed(), url) {
				t.Errorf("%s is left, or nobody was told: %s", url, c.noticed())
			}
		}
		for _, url := range keep {
			name := strings.TrimPrefix(url, base)
			if a.queues[url] == nil || !slices.ContainsFunc(a.subs, func(s *subscription) bool { return s.endpoint == baseARN+name }) {
				t.Errorf("%s or its subscription was removed", url)
			}
		}
		if len(a.subs) != len(keep) || len(a.queues) != len(keep) {
			t.Errorf("%d subscriptions and %d queues are left, want %d", len(a.subs), len(a.queues), len(keep))
		}
	})
}

// TestLeftoversAreJudgedByTheClockOfSQS: this machine's may be a week off. The
// account here says that every queue was made at the same time.
func TestLeftoversAreJudgedByTheClockOfSQS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		time.Sleep(48 * time.Hour)
		url := a.leave(t, strings.Repeat("a", 26), topicARN, 25*time.Hour)
		slow := &slowClock{account: a, by: 25 * time.Hour}
		f, err := follow.Start(t.Context(), follow.Options{SQS: slow, SNS: slow, TopicARN: topicARN})
		if err != nil {
			t.Fatal(err)
		}
		if a.queues[url] == nil {
			t.Error("a queue was removed that SQS made a moment before ours")
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
}

// slowClock is an account whose clock is behind this machine's.
type slowClock struct {
	*account
	by time.Duration
}

func (s *slowClock) CreateQueue(ctx context.Context, in *sqs.CreateQueueInput, options ...func(*sqs.Options)) (*sqs.CreateQueueOutput, error) {
	out, err := s.account.CreateQueue(ctx, in, options...)
	if err == nil {
		s.queues[*out.QueueUrl].at = time.Now().Add(-s.by)
	}
	return out, err
}

func TestARunThatWasKilledIsCleanedUpByOneOnAnotherDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		killed, err := a.start(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(25 * time.Hour)
		if _, start, end := session(t.Context(), t, a); start != nil || end != nil {
			t.Error(start, end)
		}
		a.checkEmpty(t, "after the next day's run")
		_ = killed.Close() // for the bubble
	})
}

// TestAQueueWhoseMakingHadNoAnswerIsDeletedOrNamed: SQS has made it, or hasn't.
func TestAQueueWhoseMakingHadNoAnswerIsDeletedOrNamed(t *testing.T) {
	unavailable := &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: 503}}, Err: errors.New("unavailable")}
	for name, c := range map[string]struct {
		lost   error
		after  bool  // it was made
		lookup error // of the first ask for it
		always bool  // of the others too
		left   bool
	}{
		"connection lost":                  {lost: errDown, after: true},
		"no answer in time":                {lost: context.DeadlineExceeded, after: true},
		"a fault of the service":           {lost: unavailable, after: true},
		"not known everywhere yet":         {lost: errDown, after: true, lookup: errNoQueue},
		"it wasn't made":                   {lost: errDown},
		"it can't be looked up":            {lost: errDown, after: true, lookup: errDown, always: true, left: true},
		"the permission for that lacks":    {lost: errDown, after: true, lookup: errDenied, always: true, left: true},
		"refused, so that nothing's there": {lost: apiError("InvalidAttributeValue"), lookup: errDenied, always: true},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount()
			asked := 0
			a.onCall = func(_ int, operation string, after bool) error {
				switch {
				case operation == "CreateQueue" && after == c.after:
					return c.lost
				case operation == "GetQueueUrl" && !after:
					asked++
					if asked == 1 || c.always {
						return c.lookup
					}
				}
				return nil
			}
			began := time.Now()
			_, err := a.start(t.Context())
			if !errors.Is(err, c.lost) || time.Since(began) > 30*time.Second {
				t.Errorf("%s: %v after %v", name, err, time.Since(began))
			}
			if !c.left {
				a.checkEmpty(t, name)
				if strings.Contains(fmt.Sprint(err), "by hand") {
					t.Errorf("%s: %v", name, err)
				}
			}
			for url := range a.queues {
				if want := "get-queue-url --queue-name " + strings.TrimPrefix(url, base) + " "; !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "aws sqs delete-queue") {
					t.Errorf("%s: %s is left, and nobody was told how to delete it: %v", name, url, err)
				}
			}
		})
	}
}

func TestSubscriptionsWithoutAnARNAreLeftAlone(t *testing.T) {
	for _, arn := range []string{"PendingConfirmation", "Deleted", ""} {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount()
			url := a.leave(t, strings.Repeat("a", 26), topicARN, 25*time.Hour)
			a.subs[0].arn = arn
			c, start, end := session(t.Context(), t, a)
			if start != nil || end != nil || a.queues[url] != nil || strings.Contains(c.noticed(), "weren't all removed") {
				t.Errorf("%q: %v, %v, noticed %s", arn, start, end, c.noticed())
			}
		})
	}
}

func TestALeftoverWhoseARNIsUnknownTakesNoSubscriptionAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		url := a.leave(t, strings.Repeat("a", 26), topicARN, 25*time.Hour)
		a.queues[url].noARN = true
		other := a.leave(t, strings.Repeat("b", 26), topicARN, 25*time.Hour)
		hidden := a.subscribe("") // SNS doesn't show everybody where it leads
		hidden.at = time.Now().Add(time.Hour)
		c, start, end := session(t.Context(), t, a)
		if start != nil || end != nil {
			t.Fatal(start, end)
		}
		if !slices.Contains(a.subs, hidden) || len(a.subs) != 2 {
			t.Errorf("subscriptions %v are left", a.subs)
		}
		if a.queues[url] == nil || !strings.Contains(c.noticed(), "doesn't say its ARN: "+url) {
			t.Errorf("it was removed, or nobody was told: %s", c.noticed())
		}
		if a.queues[other] != nil {
			t.Error("the next leftover is still there")
		}
	})
}
