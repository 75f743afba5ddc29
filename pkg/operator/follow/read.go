package follow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/outcome"
)

const (
	// hold hides an outcome until it's deleted, a moment later.
	hold = 30 * time.Second
	// young is how long a new queue may not be known everywhere yet.
	young = time.Minute

	firstPause   = time.Second
	longestPause = 30 * time.Second
)

// read takes outcomes until ctx ends, which is no error. A queue that can't be
// reached for a while is asked again: outcomes wait in it.
func (f *Follower) read(ctx context.Context) error {
	for pause := firstPause; ; {
		if time.Since(f.began) > Longest {
			return fmt.Errorf("stopped following: it's %v since it began, and its queue would be taken for a leftover", Longest)
		}
		messages, err := f.inbox.Receive(ctx, queue.MaxWait, hold)
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			f.take(ctx, messages)
			pause = firstPause
		case f.passes(err):
			if pause == firstPause {
				f.notice(fmt.Sprintf("outcomes can't be read at the moment, trying again: %v", err))
			}
			sleep(ctx, pause)
			pause = min(2*pause, longestPause)
		default:
			return fmt.Errorf("read outcomes: %w", err)
		}
	}
}

func (f *Follower) notice(text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.options.Notice(text)
}

// passes tells whether an error is likely to go away.
func (f *Follower) passes(err error) bool {
	return fault.Is(err, fault.Throttled) || fault.Is(err, fault.ServiceUnavailable) ||
		errors.Is(err, queue.ErrNoQueue) && time.Since(f.began) < young
}

// take enters outcomes and deletes them. One that can't be deleted comes again,
// and isn't expected any more then.
func (f *Follower) take(ctx context.Context, messages []queue.Message) {
	if len(messages) == 0 {
		return
	}
	handles := make([]string, len(messages))
	for i, m := range messages {
		handles[i] = m.Handle
		f.enter(m.Body)
	}
	_ = f.inbox.Delete(ctx, handles)
}

func (f *Follower) enter(body string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	event, ok := parse(body)
	if !ok {
		f.ledger.counts.Unreadable++
		return
	}
	if o, expected := f.ledger.arrive(event, time.Now()); expected {
		f.options.OnOutcome(o)
		f.noticeOver()
	}
}

// parse reads an outcome as docs/outcome.schema.json has it, as far as it's
// needed here.
func parse(body string) (outcome.Event, bool) {
	var event outcome.Event
	if err := json.Unmarshal([]byte(body), &event); err != nil || event.Source.MessageID == "" {
		return outcome.Event{}, false
	}
	switch event.Type {
	case outcome.TypeProvisioned:
		return event, event.Bucket != nil
	case outcome.TypeFailed:
		return event, event.Error != nil
	}
	return outcome.Event{}, false
}

// sleep waits for d, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
