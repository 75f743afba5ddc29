package deadletter_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

func TestAMessageIsFoundByItsIDOrItsBeginning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(200)
		for _, id := range []string{w.put[30], w.put[30][:8], w.put[30][:6]} {
			began := time.Now() // at most one poll is under way when a message is found, two are made of an empty queue
			l, looked, err := w.scanner.Find(t.Context(), w.diagnoser, id)
			if err != nil || l.ID != w.put[30] || !queuetest.Same(l.Content, letterContent(30)) || l.Diagnosis.Verdict != diagnosis.WouldWork {
				t.Errorf("%q: %v, %v", id, l.ID, err)
			}
			if enough := time.Since(began) <= time.Second; len(w.hidden()) > 0 || enough != (len(id) == 36) {
				t.Errorf("%q: %d hidden; %+v: only a whole id can be the only one before the queue is empty", id, len(w.hidden()), looked)
			}
		}
		if w.diagnoser.of != 3 {
			t.Errorf("%d messages were diagnosed", w.diagnoser.of)
		}
	})
}

func TestAMessageThatIsNotThereOrNotTheOnlyOneIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(3)
		if _, _, err := w.scanner.Find(t.Context(), w.diagnoser, "ffffff"); !errors.Is(err, deadletter.ErrNotFound) {
			t.Errorf("got %v", err)
		}
		if _, _, err := w.scanner.Find(t.Context(), w.diagnoser, ""); !errors.Is(err, deadletter.ErrNotFound) {
			t.Errorf("got %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Millisecond, cancel)
		if _, _, err := w.scanner.Find(ctx, w.diagnoser, "ffffff"); !errors.Is(err, context.Canceled) || len(w.hidden()) > 0 {
			t.Errorf("got %v; %d hidden", err, len(w.hidden()))
		}
	})
}

func TestTheNewestMessageOfAnOrganizationIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(3)
		newer := w.dead.Put(queue.Content{Body: `{"orgId":"org-2","correlationId":"2"}`}, time.Now(), 5)
		found, _, err := w.scanner.Find(t.Context(), w.diagnoser, "org-2")
		if err != nil || found.ID != newer || !slices.Equal(found.More, []string{w.put[2]}) || len(w.hidden()) > 0 {
			t.Errorf("got %+v, %v", found, err)
		}
		// Whatever begins an id is one.
		if found, _, err = w.scanner.Find(t.Context(), w.diagnoser, w.put[1][:8]); err != nil || found.ID != w.put[1] || found.More != nil {
			t.Errorf("got %+v, %v", found, err)
		}
	})
}

func TestTheBeginningOfSeveralIDsIsTooShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(3)
		w.scanner.Queue = sameBeginning{w.scanner.Queue}
		if _, _, err := w.scanner.Find(t.Context(), w.diagnoser, "aaaaaa"); err == nil || !strings.Contains(err.Error(), "3 messages") {
			t.Errorf("got %v", err)
		}
	})
}

// sameBeginning makes all ids begin with aaaaaa.
type sameBeginning struct{ deadletter.Queue }

func (s sameBeginning) Receive(ctx context.Context, wait, hold time.Duration) ([]queue.Message, error) {
	all, err := s.Queue.Receive(ctx, wait, hold)
	for i := range all {
		all[i].ID = "aaaaaa" + all[i].ID
	}
	return all, err
}
