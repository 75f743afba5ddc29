package deadletters

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
	"github.com/fusionpos/orgbucket/pkg/operator/timespan"
)

const aboutReplay = `replay sends dead letters back into the queue, with body, attributes and trace header as
they were, and deletes each from the dead-letter queue when SQS has confirmed it. Fix the
cause first: a message that is still blocked comes back after a quarter of an hour.

A replayed message tells how often it was replayed, by whom, when, and its first id, in
the attribute OrgbucketReplay (unless it has ten attributes already); the function's log
and list show it. Replays are a message group of their own, so that new organizations
don't wait behind them (SQS fair queues).

It shows what it would replay and asks. Then it looks again and replays exactly those
messages: later ones are left alone, and those that are gone are named.

` + aboutConditions + `

Nothing is lost: Ctrl-C finishes the batch under way, makes the rest visible again and
says where it stood. After a kill at most ten messages are in both queues, which does no
harm: a message that finds its work done changes nothing.

--rate is in messages per second. The default is how fast S3 creates buckets: with a
higher rate messages come back as Throttled.

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

// replaying is one call of `orgbucket dead-letters replay`.
type replaying struct {
	mover
	rate   float64
	pace   *queue.Pace
	follow bool
}

func newReplayCommand(a *cli.App) *cobra.Command {
	r := &replaying{mover: mover{command: newCall(a), verb: "replay", done: "replayed"}}
	c := &cobra.Command{
		Use: "replay", Short: "Send dead letters back into the queue", Long: aboutReplay, Example: exampleReplay, Args: cobra.NoArgs,
		PreRunE: func(*cobra.Command, []string) (err error) {
			if r.pace, err = queue.NewPace(r.rate); err != nil {
				return cli.Usage("--rate: %w", err)
			}
			return r.check()
		},
		RunE: func(c *cobra.Command, _ []string) error { return r.run(c.Context()) },
	}
	r.flags(c)
	c.Flags().Float64Var(&r.rate, "rate", defaultReplayRate, "messages per second")
	c.Flags().BoolVar(&r.follow, "follow", false, "wait, and report each message: ready, failed or missing")
	a.OutputFlag(c)
	return c
}

func (r *replaying) run(ctx context.Context) error {
	if err := r.Check(r.App); err != nil {
		return err
	}
	at, err := r.connect(ctx, stage.Needs{Queue: true})
	if err != nil {
		return err
	}
	if err := at.CheckQueue(ctx); err != nil {
		return err
	}
	chosen, status, err := r.choose(ctx, at)
	if err != nil {
		return err
	}
	if agreed, err := r.agreed(ctx, at, chosen.Len()); err != nil || !agreed {
		return cli.Either(err, status)
	}
	var followed *cli.Following
	if r.follow {
		followed = at.Follow(r.App, r.progress)
	}
	moved, err := r.carryOut(chosen.Len(), func(tell func([]deadletter.Moved)) (deadletter.Report, error) {
		return at.scanner.Replay(ctx, chosen, queue.New(at.SQS(), at.QueueURL), caller(ctx, at), r.pace, func(moved []deadletter.Moved) {
			for _, m := range moved {
				followed.Expect(m.NewID, m.OrgID)
			}
			tell(moved)
		})
	})
	if err != nil {
		return err
	}
	return followed.Finish(ctx, max(status, moved))
}

// caller is whose the credentials are; empty if that can't be told.
func caller(ctx context.Context, at *place) string {
	me, _ := at.Account().Caller(ctx) // only the stamp lacks it
	return me.ARN
}

// agreed asks whether to replay n messages.
func (r *replaying) agreed(ctx context.Context, at *place, n int) (bool, error) {
	if r.follow {
		if err := cli.CheckFollow(n); err != nil {
			return false, err
		}
	}
	takes := r.pace.Duration(n)
	sentence := fmt.Sprintf("replay %s to %s (%s)", cli.Count(n, "message"), safetext.Line(queue.Name(at.QueueURL), 0), at.Where())
	if takes >= time.Second {
		sentence += fmt.Sprintf(", at %v per second in about %s", r.rate, timespan.Text(takes))
	}
	return r.agree(ctx, plannedMove{"plan", n, at.QueueURL, takes.Seconds()}, sentence)
}
