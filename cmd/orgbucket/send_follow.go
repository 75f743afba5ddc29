package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// followedFor is how long --follow waits after the last message was sent.
const followedFor = 5 * time.Minute

const (
	// mostFollowed bounds the calls of a round: a diagnosis takes about five.
	mostFollowed    = 500
	followedAtOnce  = 4
	firstFollowWait = time.Second // between two rounds; it doubles each time
	longFollowWait  = 15 * time.Second
)

const aboutFollow = `--follow waits, for 5 minutes at most, until each message is told: "ready" when its
organization's bucket is healthy, "failed" when the message is in the dead-letter queue.
It asks S3 and the dead-letter queue and needs no further permission. A message that is
blocked is retried for up to 17 minutes before it becomes a dead letter: after the 5
minutes it is told as missing, with what stands against it.`

// diagnosed are organizations, told one by one what would become of their messages.
type diagnosed interface {
	Organization(ctx context.Context, id org.ID) diagnosis.Diagnosis
	deadletter.Diagnoser
}

// following tells what becomes of the messages that a command sends: expect what
// was sent, then wait.
type following struct {
	*app
	board   *board
	letters *deadletter.Scanner
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

// canFollow is an error for more messages than can be followed.
func canFollow(messages int) error {
	if messages > mostFollowed {
		return usage("--follow watches %d messages at most, and these are %d; leave it out, and run `orgbucket audit` afterwards", mostFollowed, messages)
	}
	return nil
}

// following makes ready to follow. The deployment must have its dead-letter queue.
func (c *connection) following(a *app, b *board) *following {
	return &following{
		app: a, board: b, limit: followedFor, pause: firstFollowWait,
		letters:   &deadletter.Scanner{Queue: queue.New(c.sqs(), c.DeadLetterURL)},
		diagnoser: func() diagnosed { return c.diagnoser() },
	}
}

// expect adds a message that was sent. It does nothing if f is nil.
func (f *following) expect(id string, orgID org.ID) {
	if f != nil {
		f.waiting = append(f.waiting, &followed{id: id, orgID: orgID})
	}
}

// finish waits for all that was expected, and ends the command with the worse of
// both statuses. If f is nil, that is status.
func (f *following) finish(ctx context.Context, status int) error {
	if f == nil || len(f.waiting) == 0 {
		return exit(status)
	}
	all := len(f.waiting)
	f.notice("Following %s, for %v at most. Ctrl-C ends the following only.", count(all, "message"), coarse(f.limit))
	limited, stop := context.WithTimeout(ctx, f.limit)
	f.board.begin(f.startProgress("messages", all))
	err := f.rounds(limited)
	f.board.end()
	stop()
	f.summarize()
	switch told := f.ready + f.failed; {
	case ctx.Err() != nil:
		return &ended{status: statusStopped, err: fmt.Errorf("stopped following: %d of %s told", told, count(all, "message")), advice: "The messages are in the queue and go on without this."}
	case err != nil && !errors.Is(err, context.DeadlineExceeded):
		return advise(fmt.Errorf("follow: look through the dead-letter queue: %w", awserror.Plain(err)), "The messages are in the queue and go on without this.")
	case told < all || f.failed > 0:
		status = max(status, statusBlocked)
	}
	return exit(status)
}

// rounds asks again and again, ever more slowly, until every message is told.
func (f *following) rounds(ctx context.Context) error {
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
func (f *following) drop() {
	f.waiting = slices.DeleteFunc(f.waiting, func(m *followed) bool { return m.told })
}

// askOrganizations tells the messages whose organization's bucket is healthy.
func (f *following) askOrganizations(ctx context.Context, diagnoser diagnosed) {
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
func (f *following) askDeadLetters(ctx context.Context, diagnoser diagnosed) error {
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

// followedLine is what became of a message, in JSON. Scripts rely on the names.
type followedLine struct {
	Type      string     `json:"type"` // "outcome"
	OrgID     org.ID     `json:"orgId,omitempty"`
	MessageID string     `json:"messageId"`
	Status    string     `json:"status"` // "ready", "failed"
	Bucket    string     `json:"bucket,omitempty"`
	Warnings  []string   `json:"warnings,omitempty"`
	Code      fault.Code `json:"code,omitempty"`
	Reason    string     `json:"reason,omitempty"`
	Hint      string     `json:"hint,omitempty"`
}

func failedLine(d diagnosis.Diagnosis) followedLine {
	if d.Code == "" {
		return followedLine{Status: "failed", Reason: "it is a dead letter, but nothing stands against it now", Hint: "The function's log says why it failed. Then replay it."}
	}
	return followedLine{Status: "failed", Code: d.Code, Reason: d.Reason, Hint: d.Hint}
}

// tell shows what became of a message.
func (f *following) tell(m *followed, line followedLine) {
	line.Type, line.OrgID, line.MessageID = "outcome", m.orgID, m.id
	f.mu.Lock()
	defer f.mu.Unlock()
	m.told = true
	if line.Status == "failed" {
		f.failed++
	} else {
		f.ready++
	}
	f.board.say(func() {
		if f.output == "json" {
			_ = jsonLine(f.out, line) // the message is sent, whoever reads it
			return
		}
		f.writeFollowed(m, line)
	})
	f.board.add(1)
}

func (f *following) writeFollowed(m *followed, line followedLine) {
	f.row(line.Status, m, line.Bucket)
	if line.Status == "failed" {
		text := line.Reason
		if line.Code != "" {
			text = string(line.Code) + ": " + text
		}
		fmt.Fprintf(f.out, "           %s\n           → %s\n", cell(text, 0), cell(line.Hint, 0))
	}
	for _, warning := range line.Warnings {
		fmt.Fprintf(f.out, "           warning: %s\n", cell(warning, 0))
	}
}

func (f *following) row(status string, m *followed, text string) {
	who := string(m.orgID)
	if who == "" {
		who = "message " + m.id
	}
	fmt.Fprintf(f.out, "%-9s  %-24s  %s\n", status+":", cell(who, 0), cell(text, 0))
}

// missingLine and followSummary are the last lines of --output json with --follow.
type missingLine struct {
	Type      string `json:"type"`
	OrgID     org.ID `json:"orgId,omitempty"`
	MessageID string `json:"messageId"`
}

type followSummary struct {
	Type        string `json:"type"`
	Provisioned int    `json:"provisioned"`
	Failed      int    `json:"failed"`
	Missing     int    `json:"missing"`
}

const whatMissingMeans = `A missing message is still being retried (for up to 17 minutes), or waits behind others
in the queue. Ask later: orgbucket plan ORG, and orgbucket dead-letters list --org ORG`

// summarize tells which messages aren't told yet, and how many are.
func (f *following) summarize() {
	f.drop()
	missing := f.waiting
	if f.output == "json" {
		for _, m := range missing {
			_ = jsonLine(f.out, missingLine{"missing", m.orgID, m.id})
		}
		_ = jsonLine(f.out, followSummary{"followSummary", f.ready, f.failed, len(missing)})
	} else {
		for _, m := range missing {
			text := "message " + m.id
			if m.last.Verdict != "" {
				text = verdictText(m.last) + ": " + m.last.Reason
			}
			f.row("missing", m, text)
		}
		fmt.Fprintf(f.out, "%d ready, %d failed, %d missing\n", f.ready, f.failed, len(missing))
	}
	if len(missing) > 0 {
		f.notice(whatMissingMeans)
	}
}
