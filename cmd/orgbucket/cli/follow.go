package cli

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/functionlog"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/operator/retry"
	"github.com/fusionpos/orgbucket/pkg/operator/timespan"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// AboutFollow explains --follow in the help of a command.
const AboutFollow = `--follow reports what becomes of each message, up to 500 of them: "ready" when its
organization's bucket is healthy, "failed" when it is a dead letter, "missing" when it is
neither after 20 minutes. A blocked message is retried for up to 17 minutes before it
becomes a dead letter. --follow asks S3, the dead-letter queue and the function's log and
needs no further permission.`

const (
	followFor = 20 * time.Minute // after the last message was sent: more than all receives take
	// MostFollowed bounds the calls of a round: a diagnosis takes about five.
	MostFollowed   = 500
	followAtOnce   = 4
	shortestPause  = time.Second // between two rounds; it doubles each time
	longestPause   = 15 * time.Second
	stillProcessed = "What was sent is in the queue, and is processed all the same."
)

// diagnoser diagnoses messages and organizations.
type diagnoser interface {
	deadletter.Diagnoser
	Organization(ctx context.Context, id org.ID) diagnosis.Diagnosis
}

// Following reports what becomes of the messages that a command sends: call Expect for
// each message that was sent, then Finish. A nil Following does nothing.
//
// It asks whether the organization's bucket is healthy, not whether the message was
// received: a bucket that was healthy before is reported as ready at once.
type Following struct {
	app      *App
	progress *Progress
	letters  *deadletter.Scanner
	// newDiagnoser makes one for each round, since diagnosers remember what they saw.
	newDiagnoser func() diagnoser
	// failures yields how messages failed in the end, from the function's log.
	failures func(ctx context.Context, since time.Time) iter.Seq2[functionlog.Record, error]

	began   time.Time
	waiting []*followed

	mu            sync.Mutex // guards what is reported concurrently
	ready, failed int
}

// followed is a message that was sent.
type followed struct {
	id    string
	orgID org.ID // empty if the message has no valid one
	last  diagnosis.Diagnosis
	// dead: it was seen in the dead-letter queue.
	dead bool
	// reported: it was ready or failed.
	reported bool
}

// CheckFollow returns an error if there are more messages than can be followed.
func CheckFollow(messages int) error {
	if messages > MostFollowed {
		return Usage("--follow watches %d messages at most, not %d: leave it out, and run `orgbucket audit` later", MostFollowed, messages)
	}
	return nil
}

// Follow returns a Following. The connection must have the stage's dead-letter queue.
func (c *Connection) Follow(a *App, p *Progress) *Following {
	return &Following{
		app: a, progress: p,
		letters:      &deadletter.Scanner{Queue: queue.New(c.SQS(), c.DeadLetterURL)},
		newDiagnoser: func() diagnoser { return c.Diagnoser() },
		failures:     c.Log().Failures, began: time.Now(),
	}
}

// Expect adds a message that was sent.
func (f *Following) Expect(id string, orgID org.ID) {
	if f != nil {
		f.waiting = append(f.waiting, &followed{id: id, orgID: orgID})
	}
}

// Finish waits until every message is reported, and ends the command with status, or
// with [StatusBlocked] if that is worse and a message failed or is missing.
func (f *Following) Finish(ctx context.Context, status int) error {
	if f == nil || len(f.waiting) == 0 {
		return Exit(status)
	}
	all := len(f.waiting)
	f.app.Notice("Following %s for %s at most. Ctrl-C ends the following only.", Count(all, "message"), timespan.Text(followFor))
	f.progress.Begin("messages", all)
	limited, stop := context.WithTimeout(ctx, followFor)
	err := f.ask(limited)
	stop()
	f.progress.End()
	f.summarize()
	switch reported := f.ready + f.failed; {
	case ctx.Err() != nil:
		return &Ended{Status: StatusStopped, Err: fmt.Errorf("stopped following: %d of %s reported", reported, Count(all, "message")), Advice: stillProcessed}
	case err != nil && !errors.Is(err, context.DeadlineExceeded):
		return Advise(fmt.Errorf("follow: look through the dead-letter queue: %w", err), stillProcessed)
	case reported < all || f.failed > 0:
		status = max(status, StatusBlocked)
	}
	return Exit(status)
}

// ask asks for all messages in rounds, with growing pauses, until all are reported.
func (f *Following) ask(ctx context.Context) error {
	for pause := shortestPause; ; pause = min(2*pause, longestPause) {
		d := f.newDiagnoser()
		f.askOrganizations(ctx, d)
		if f.forget(); len(f.waiting) == 0 {
			return nil
		}
		if err := f.askDeadLetters(ctx, d); err != nil {
			return err
		}
		if f.forget(); len(f.waiting) == 0 {
			return nil
		}
		if !retry.Pause(ctx, pause) {
			return ctx.Err()
		}
	}
}

// forget drops the messages that were reported.
func (f *Following) forget() {
	f.waiting = slices.DeleteFunc(f.waiting, func(m *followed) bool { return m.reported })
}

// askOrganizations reports the messages whose organization's bucket is healthy.
func (f *Following) askOrganizations(ctx context.Context, d diagnoser) {
	var group errgroup.Group
	group.SetLimit(followAtOnce)
	for _, m := range f.waiting {
		if m.orgID == "" {
			continue
		}
		group.Go(func() error {
			now := d.Organization(ctx, m.orgID)
			if ctx.Err() != nil {
				return nil // a diagnosis that was cut off says nothing
			}
			if m.last = now; now.Verdict == diagnosis.Healthy {
				f.report(m, followedLine{Status: "ready", Bucket: now.Bucket, Warnings: now.Warnings})
			}
			return nil
		})
	}
	_ = group.Wait() // none of them fails
}

// askDeadLetters reports the messages that are in the dead-letter queue. SQS keeps a
// message's id when it moves it there.
func (f *Following) askDeadLetters(ctx context.Context, d diagnoser) error {
	var ours deadletter.Selection
	byID := map[string]*followed{}
	for _, m := range f.waiting {
		ours.IDs = append(ours.IDs, m.id)
		byID[m.id] = m
	}
	var dead []deadletter.Letter
	_, err := f.letters.Scan(ctx, d, ours, func(l deadletter.Letter) error {
		if byID[l.ID] != nil {
			dead = append(dead, l)
		}
		return nil
	})
	if len(dead) == 0 || ctx.Err() != nil {
		return err
	}
	last, read := f.lastFailures(ctx)
	for _, l := range dead {
		m := byID[l.ID]
		// The log's line may come some seconds after the dead letter.
		if r, logged := last[l.ID]; logged || !read || m.dead {
			f.report(m, f.failedLine(m, l.Diagnosis, r))
		}
		m.dead = true
	}
	return err
}

// lastFailures returns how messages failed since the following began, by their ids, and
// reports whether the log could be read to its end.
func (f *Following) lastFailures(ctx context.Context) (last map[string]functionlog.Record, read bool) {
	last = map[string]functionlog.Record{}
	for r, err := range f.failures(ctx, f.began.Add(-time.Minute)) { // this machine's clock may be fast
		if err != nil {
			return last, false
		}
		last[r.MessageID] = r
	}
	return last, true
}
