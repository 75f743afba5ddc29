package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/follow"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const aboutReplay = `replay sends dead letters back into the queue, with body, attributes and trace header as
they were, and deletes each from the dead-letter queue when SQS has confirmed it. Fix the
cause first: a message that is still blocked fails again for a quarter of an hour and
comes back.

It shows what it would replay and asks. Then it looks again and replays those very
messages: what came in between is left alone, and what is gone meanwhile is told.

` + aboutConditions + `
  --all              every one; it goes with no condition

Nothing is lost, whatever happens: Ctrl-C finishes the batch under way, makes the rest
visible again and says where it stood. Killed in the middle, at most ten messages are in
both queues; a message that finds its work done changes nothing. What was held then comes
back by itself (orgbucket dead-letters --help).

--rate is in messages per second. The default is what S3 takes of new buckets: faster
ones come back as Throttled.

--follow waits for the outcomes and shows them. It listens by a queue of its own, made
before anything is sent and removed at the end.

Exit status: 0 all replayed (and, with --follow, provisioned), or none is meant; 1 it
couldn't go on; 2 not all could be replayed;
3 with --follow: a failed outcome, or none in time; 64 bad usage, nothing was done;
130 stopped by Ctrl-C, nothing is lost.`

const exampleReplay = `  orgbucket dead-letters replay --stage prod --would-work --follow
  orgbucket dead-letters replay --stage prod --code ClientUserNotFound --dry-run
  orgbucket dead-letters replay --stage prod --org xmsqa1 --org xmsqa2 --yes
  orgbucket dead-letters replay --stage prod --all --rate 5`

// defaultReplayRate is the default in messages per second: docs/deploy.md, "Scale".
const defaultReplayRate = 10

// replay is one call of `orgbucket dead-letters replay`.
type replay struct {
	deadLetters
	agreement
	conditions
	selection     deadletter.Selection
	rate          float64
	pace          *queue.Pace
	follow        bool
	followTimeout time.Duration
}

func newReplayCommand(a *app) *cobra.Command {
	r := &replay{deadLetters: deadLetters{app: a, board: &board{}}}
	c := &cobra.Command{
		Use: "replay", Short: "Send dead letters back into the queue", Long: aboutReplay, Example: exampleReplay, Args: cobra.NoArgs,
		PreRunE: func(*cobra.Command, []string) error { return r.check() },
		RunE: func(c *cobra.Command, _ []string) error {
			if err := r.canAsk(r.agreement); err != nil {
				return err
			}
			return r.run(c.Context())
		},
	}
	r.conditions.flags(c, true)
	r.agreement.flags(c)
	f := c.Flags()
	f.Float64Var(&r.rate, "rate", defaultReplayRate, "messages per second")
	f.BoolVar(&r.follow, "follow", false, "wait for the outcomes and show them")
	f.DurationVar(&r.followTimeout, "follow-timeout", follow.DefaultTimeout, "how long to wait after the last message")
	a.outputFlag(c, "table", "json")
	return c
}

// check checks the flags.
func (r *replay) check() (err error) {
	if r.followTimeout <= 0 {
		return usage("--follow-timeout %v leaves no time", r.followTimeout)
	}
	if r.pace, err = queue.NewPace(r.rate); err != nil {
		return usage("--rate: %w", err)
	}
	r.selection, err = r.conditions.selection(errWhich)
	return err
}

func (r *replay) run(ctx context.Context) error {
	at, err := r.place(ctx, stage.Needs{Queue: true, Topic: r.follow})
	if err != nil {
		return err
	}
	if at.QueueURL == at.DeadLetterURL {
		return usage("the queue and the dead-letter queue are the same, %s", at.QueueURL)
	}
	chosen, unseen, err := r.choose(ctx, at, r.selection)
	if err != nil {
		return err
	}
	status, err := r.checkIDs(chosen, r.ids)
	if err != nil {
		return err
	}
	status = max(status, unseen)
	if agreed, err := r.agreed(ctx, at.connection, chosen.Len()); err != nil || !agreed {
		return either(err, status)
	}
	w, err := r.startFollow(ctx, at.connection)
	if err != nil {
		return err
	}
	defer w.done()
	began := time.Now()
	r.board.begin(r.startProgress("messages", chosen.Len()))
	report, err := at.scanner.Replay(ctx, chosen, queue.New(at.sqs(), at.QueueURL), r.pace, r.told(w))
	r.board.end()
	sum := newMoveSummary("replaySummary", report)
	status = max(status, r.tellReport(sum, "replayed", "the dead-letter queue", began))
	r.looked(deadletter.Looked{Unreleased: report.Unreleased, Hold: report.Hold})
	if err != nil {
		return stoppedMoving(err, sum, "replayed")
	}
	return w.finish(ctx, status)
}

// agreed asks, if there is something to do.
func (r *replay) agreed(ctx context.Context, at *connection, n int) (bool, error) {
	takes := r.pace.Duration(n)
	if r.follow && takes+r.followTimeout > longestFollowing {
		return false, usage("--follow can't be held for %v; replay without it, and use `orgbucket audit` then", coarse(takes+r.followTimeout))
	}
	sentence := fmt.Sprintf("Would replay %s to %s, at %v per second: about %v.", count(n, "message"), cell(at.QueueURL, 0), r.rate, coarse(takes))
	if n == 0 {
		sentence = "There's nothing to replay."
	}
	return r.agree(ctx, r.agreement, plannedMove{"plan", n, at.QueueURL, takes.Seconds(), sentence, "replaySummary"}, "replayed")
}

// told is what is done with each batch that was sent.
func (r *replay) told(w *followed) func([]deadletter.Moved) {
	return func(moved []deadletter.Moved) {
		w.expect(moved)
		r.tellMoved("replayed", moved)
	}
}

// either is an error, or the exit status without one.
func either(err error, status int) error {
	if err != nil {
		return err
	}
	return exit(status)
}
