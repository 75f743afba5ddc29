package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/follow"
	"github.com/fusionpos/orgbucket/pkg/operator/intake"
	"github.com/fusionpos/orgbucket/pkg/org"
)

const longestFollowing = follow.Longest

// following shows the outcomes of messages that a command sends: start it before
// anything is sent, expect what was sent, wait, and close it in any case.
type following struct {
	*app
	follower *follow.Follower
	board    *board
	timeout  time.Duration
	expected int

	// Guarded by the board's lock.
	come int
	bar  *progress // while waiting
}

// startFollowing makes ready to follow. The deployment must have its topic.
func (a *app) startFollowing(ctx context.Context, at *connection, b *board, timeout time.Duration) (*following, error) {
	w := &following{app: a, board: b, timeout: timeout}
	a.notice("Preparing to follow the outcomes …")
	f, err := follow.Start(ctx, follow.Options{
		SQS: at.sqs(), SNS: at.sns(), TopicARN: at.TopicARN,
		OnOutcome: w.tell,
		Notice:    func(text string) { b.say(func() { a.notice("%s", cell(text, 0)) }) },
	})
	if err != nil {
		return nil, fmt.Errorf("follow the outcomes: %w", err)
	}
	w.follower = f
	return w, nil
}

// expect adds messages that were sent. Not concurrently.
func (w *following) expect(messages ...follow.Message) {
	w.expected += len(messages)
	w.follower.Expect(messages...)
}

// expectSent is expect for a sender's messages; nothing happens if w is nil.
func (w *following) expectSent(sent []intake.Message) {
	if w == nil {
		return
	}
	messages := make([]follow.Message, len(sent))
	for i, m := range sent {
		messages[i] = follow.Message{ID: m.MessageID, OrgID: m.OrgID}
	}
	w.expect(messages...)
}

// wait waits for the outcomes of everything that was expected, tells which
// haven't come, and gives the exit status. Its error is Ctrl-C, or that the
// outcomes can't be read any more.
func (w *following) wait(ctx context.Context) (status int, err error) {
	w.board.say(func() {
		w.notice("Waiting for outcomes, at most %v; Ctrl-C ends the waiting only.", w.timeout)
		w.bar = w.startProgress("outcomes", w.expected)
		w.bar.add(w.come)
		w.board.p = w.bar
	})
	s, err := w.follower.Wait(ctx, w.timeout)
	w.board.end()
	w.board.say(func() { w.summarize(s) })
	switch {
	case errors.Is(err, context.Canceled):
		come := s.Provisioned + s.Failed
		return 0, &ended{status: statusStopped, err: fmt.Errorf("stopped waiting: %d of %s have come", come, count(w.expected, "outcome")), advice: "The messages are in the queue and go on without this."}
	case err != nil:
		return 0, advise(err, "The messages are in the queue and go on without this.")
	case s.Failed > 0 || len(s.Missing) > 0:
		return statusBlocked, nil
	}
	return statusOK, nil
}

// close removes what following needed. What it can't remove it tells.
func (w *following) close() {
	if err := w.follower.Close(); err != nil {
		w.notice("orgbucket: %v", err)
	}
}

// outcomeLine is an outcome in JSON.
type outcomeLine struct {
	Type      string         `json:"type"`
	OrgID     org.ID         `json:"orgId,omitempty"`
	MessageID string         `json:"messageId"`
	Status    string         `json:"status"`
	Bucket    string         `json:"bucket,omitempty"`
	Changes   []bucket.Facet `json:"changes,omitempty"`
	Warnings  []string       `json:"warnings,omitempty"`
	Code      fault.Code     `json:"code,omitempty"`
	Reason    string         `json:"reason,omitempty"`
	Hint      string         `json:"hint,omitempty"`
}

// tell shows an outcome.
func (w *following) tell(o follow.Outcome) {
	line := newOutcomeLine(o)
	w.board.say(func() {
		if w.output == "json" {
			_ = jsonLine(w.out, line)
		} else {
			w.writeOutcome(line)
		}
		w.come++
		if w.bar != nil {
			w.bar.add(1)
		}
	})
}

func newOutcomeLine(o follow.Outcome) outcomeLine {
	line := outcomeLine{Type: "outcome", OrgID: o.OrgID, MessageID: o.ID, Status: o.Event.Status}
	if o.Failed() {
		e := o.Event.Error
		line.Code, line.Reason, line.Hint = e.Code, e.Message, e.Hint
		return line
	}
	line.Bucket = o.Event.Bucket.Name
	if o.Event.Changes != nil {
		line.Changes = *o.Event.Changes
	}
	if o.Event.Warnings != nil {
		line.Warnings = *o.Event.Warnings
	}
	return line
}

func (w *following) writeOutcome(o outcomeLine) {
	who := string(o.OrgID)
	if who == "" {
		who = "message " + o.MessageID
	}
	if o.Code != "" {
		fmt.Fprintf(w.out, "%-9s  %-24s  %s: %s\n", "failed", cell(who, 0), cell(string(o.Code), 0), cell(o.Reason, 0))
		fmt.Fprintf(w.out, "%-9s  %-24s  → %s\n", "", "", cell(o.Hint, 0))
		return
	}
	fmt.Fprintf(w.out, "%-9s  %-24s  %s\n", cell(o.Status, 0), cell(who, 0), cell(o.Bucket, 0))
	for _, warning := range o.Warnings {
		fmt.Fprintf(w.out, "%-9s  %-24s  warning: %s\n", "", "", cell(warning, 0))
	}
}
