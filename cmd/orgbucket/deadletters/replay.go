package deadletters

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
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

` + cli.AboutFollow + `

Exit status: 0 all replayed (and, with --follow, ready), or no message matches; 1 it
couldn't go on; 2 not all could be replayed; 3 with --follow: a message failed or is
missing; 64 bad usage, nothing was done; 130 stopped by Ctrl-C, nothing is lost.`

const exampleReplay = `  orgbucket dead-letters replay --stage prod --would-work --follow
  orgbucket dead-letters replay --stage prod --code ClientUserNotFound --dry-run
  orgbucket dead-letters replay --stage prod --org xmsqa1 --org xmsqa2 --yes
  orgbucket dead-letters replay --stage prod --all --rate 5`

// defaultReplayRate is the default in messages per second: docs/deploy.md, "Scale".
const defaultReplayRate = 10

// replay is one call of `orgbucket dead-letters replay`.
type replay struct {
	command
	cli.Agreement
	conditions
	selection deadletter.Selection
	rate      float64
	pace      *queue.Pace
	follow    bool
}

func newReplayCommand(a *cli.App) *cobra.Command {
	r := &replay{command: newCall(a)}
	c := &cobra.Command{
		Use: "replay", Short: "Send dead letters back into the queue", Long: aboutReplay, Example: exampleReplay, Args: cobra.NoArgs,
		PreRunE: func(*cobra.Command, []string) error { return r.check() },
		RunE: func(c *cobra.Command, _ []string) error {
			if err := r.Check(r.App); err != nil {
				return err
			}
			return r.run(c.Context())
		},
	}
	r.conditions.flags(c, true)
	r.Agreement.Flags(c)
	f := c.Flags()
	f.Float64Var(&r.rate, "rate", defaultReplayRate, "messages per second")
	f.BoolVar(&r.follow, "follow", false, "wait until each message is told ready or failed")
	a.OutputFlag(c)
	return c
}

// check checks the flags.
func (r *replay) check() (err error) {
	if r.pace, err = queue.NewPace(r.rate); err != nil {
		return cli.Usage("--rate: %w", err)
	}
	r.selection, err = r.conditions.selection(errWhich)
	return err
}

func (r *replay) run(ctx context.Context) error {
	at, err := r.place(ctx, stage.Needs{Queue: true})
	if err != nil {
		return err
	}
	if at.QueueURL == at.DeadLetterURL {
		return cli.Usage("the queue and the dead-letter queue are the same, %s", at.QueueURL)
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
	if agreed, err := r.agreed(ctx, at.Connection, chosen.Len()); err != nil || !agreed {
		return cli.Either(err, status)
	}
	var w *cli.Following
	if r.follow {
		w = at.Follow(r.App, r.progress)
	}
	began := time.Now()
	r.progress.Begin("messages", chosen.Len())
	report, err := at.scanner.Replay(ctx, chosen, queue.New(at.SQS(), at.QueueURL), r.pace, r.told(w))
	r.progress.End()
	sum := newMoveSummary("replaySummary", report)
	status = max(status, r.tellReport(sum, "replayed", "the dead-letter queue", began))
	r.looked(deadletter.Looked{Unreleased: report.Unreleased, Hold: report.Hold})
	if err != nil {
		return stoppedMoving(err, sum, "replayed")
	}
	return w.Finish(ctx, status)
}

// agreed asks, if there is something to do.
func (r *replay) agreed(ctx context.Context, at *cli.Connection, n int) (bool, error) {
	takes := r.pace.Duration(n)
	if r.follow {
		if err := cli.CheckFollow(n); err != nil {
			return false, err
		}
	}
	sentence := fmt.Sprintf("Would replay %s to %s, at %v per second: about %v.", cli.Count(n, "message"), cli.Line(at.QueueURL, 0), r.rate, cli.Coarse(takes))
	if n == 0 {
		sentence = "There's nothing to replay."
	}
	return r.agree(ctx, r.Agreement, plannedMove{"plan", n, at.QueueURL, takes.Seconds(), sentence, "replaySummary"}, "replayed")
}

// told is what is done with each batch that was sent.
func (r *replay) told(w *cli.Following) func([]deadletter.Moved) {
	return func(moved []deadletter.Moved) {
		for _, m := range moved {
			w.Expect(m.NewID, m.OrgID)
		}
		r.tellMoved("replayed", moved)
	}
}
