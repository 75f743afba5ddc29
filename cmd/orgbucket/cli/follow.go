package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// followedFor is how long --follow waits after the last message was sent.
const followedFor = 5 * time.Minute

const (
	// MostFollowed bounds the calls of a round: a diagnosis takes about five.
	MostFollowed    = 500
	followedAtOnce  = 4
	firstFollowWait = time.Second // between two rounds; it doubles each time
	longFollowWait  = 15 * time.Second
)

const AboutFollow = `--follow waits, for 5 minutes at most, until each message is told: "ready" when its
organization's bucket is healthy, "failed" when the message is in the dead-letter queue.
It asks S3 and the dead-letter queue and needs no further permission. A message that is
blocked is retried for up to 17 minutes before it becomes a dead letter: after the 5
minutes it is told as missing, with what stands against it.`

// diagnosed are organizations, told one by one what would become of their messages.
type diagnosed interface {
	Organization(ctx context.Context, id org.ID) diagnosis.Diagnosis
	deadletter.Diagnoser
}

// Following tells what becomes of the messages that a command sends: Expect what
// was sent, then Finish.
type Following struct {
	app      *App
	progress *Progress
	letters  *deadletter.Scanner
	// diagnoser makes one for a round: a diagnoser remembers what it saw.
	diagnoser func() diagnosed

	limit, pause  time.Duration
	mu            sync.Mutex
	waiting       []*followed
	ready, failed int
}

// followed is a message that was sent. Messages may have no valid organization.
type followed struct {
	id    string
	orgID org.ID
	last  diagnosis.Diagnosis
	told  bool
}

// CanFollow is an error for more messages than can be followed.
func CanFollow(messages int) error {
	if messages > MostFollowed {
		return Usage("--follow watches %d messages at most, and these are %d; leave it out, and run `orgbucket audit` afterwards", MostFollowed, messages)
	}
	return nil
}

// Following makes ready to follow. The deployment must have its dead-letter queue.
func (c *Connection) Following(a *App, p *Progress) *Following {
	return &Following{
		app: a, progress: p, limit: followedFor, pause: firstFollowWait,
		letters:   &deadletter.Scanner{Queue: queue.New(c.SQS(), c.DeadLetterURL)},
		diagnoser: func() diagnosed { return c.Diagnoser() },
	}
}

// Expect adds a message that was sent. It does nothing if f is nil.
func (f *Following) Expect(id string, orgID org.ID) {
	if f != nil {
		f.waiting = append(f.waiting, &followed{id: id, orgID: orgID})
	}
}

// Finish waits for all that was expected, and ends the command with the worse of
// both statuses. If f is nil, that is status.
func (f *Following) Finish(ctx context.Context, status int) error {
	if f == nil || len(f.waiting) == 0 {
		return Exit(status)
	}
	all := len(f.waiting)
	f.app.Notice("Following %s, for %v at most. Ctrl-C ends the Following only.", Count(all, "message"), Coarse(f.limit))
	limited, stop := context.WithTimeout(ctx, f.limit)
	f.progress.Begin("messages", all)
	err := f.rounds(limited)
	f.progress.End()
	stop()
	f.summarize()
	switch told := f.ready + f.failed; {
	case ctx.Err() != nil:
		return &Ended{Status: StatusStopped, Err: fmt.Errorf("stopped Following: %d of %s told", told, Count(all, "message")), Advice: "The messages are in the queue and go on without this."}
	case err != nil && !errors.Is(err, context.DeadlineExceeded):
		return Advise(fmt.Errorf("follow: look through the dead-letter queue: %w", awserror.Plain(err)), "The messages are in the queue and go on without this.")
	case told < all || f.failed > 0:
		status = max(status, StatusBlocked)
	}
	return Exit(status)
}

// rounds asks again and again, ever more slowly, until every message is told.
func (f *Following) rounds(ctx context.Context) error {
	for pause := f.pause; ; pause = min(2*pause, longFollowWait) {
		diagnoser := f.diagnoser()
		f.askOrganizations(ctx, diagnoser)
		if f.drop(); len(f.waiting) == 0 {
			return nil
		}
		if err := f.askDeadLetters(ctx, diagnoser); err != nil {
			return err
		}
		if f.drop(); len(f.waiting) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// drop forgets the messages that were told.
func (f *Following) drop() {
	f.waiting = slices.DeleteFunc(f.waiting, func(m *followed) bool { return m.told })
}

// askOrganizations tells the messages whose organization's bucket is healthy.
func (f *Following) askOrganizations(ctx context.Context, diagnoser diagnosed) {
	var group errgroup.Group
	group.SetLimit(followedAtOnce)
	for _, m := range f.waiting {
		if m.orgID == "" {
			continue
		}
		group.Go(func() error {
			d := diagnoser.Organization(ctx, m.orgID)
			if ctx.Err() != nil {
				return nil // a diagnosis that was cut off says nothing
			}
			if m.last = d; d.Verdict == diagnosis.Healthy {
				f.tell(m, followedLine{Status: "ready", Bucket: d.Bucket, Warnings: d.Warnings})
			}
			return nil
		})
	}
	_ = group.Wait() // none of them fails
}

// askDeadLetters tells the messages that are in the dead-letter queue. SQS keeps a
// message's id when it moves it there.
func (f *Following) askDeadLetters(ctx context.Context, diagnoser diagnosed) error {
	var meant deadletter.Selection
	byID := map[string]*followed{}
	for _, m := range f.waiting {
		meant.IDs = append(meant.IDs, m.id)
		byID[m.id] = m
	}
	_, err := f.letters.Scan(ctx, diagnoser, meant, func(l deadletter.Letter) error {
		if m := byID[l.ID]; m != nil && !m.told {
			f.tell(m, failedLine(l.Diagnosis))
		}
		return nil
	})
	return err
}
