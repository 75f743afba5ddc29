package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const aboutDeadLetters = `A dead letter is a message that failed as often as the queue allows. It stays in the
dead-letter queue for 14 days from its first sending, then SQS deletes it.

  list      what failed, and what would become of each message now
  inspect   one message in full
  replay    back into the queue: those that you choose, when the cause is fixed
  archive   into a file, for what can never work or shall wait

The diagnosis is live: the bucket, its policy and the account are looked at when you
ask, with your credentials. It isn't the error of back then. The verdicts:

  would-work   nothing that could be looked at stands against it
  healthy      the bucket is as it shall be; a replay announces it again, should
               signup still wait
  blocked      it would fail again: the code, the reason and what to do
  never        the message itself is wrong, whoever does what
  unknown      it couldn't be looked at, and why

Looking is receiving: while a command runs, what it looks at is hidden from others,
and its receive count grows by one, which has no effect there. At the end, after
Ctrl-C too, everything is visible again at once. If the tool is killed (SIGKILL, a
power cut), messages come back by themselves: after 2 minutes, or
6 ms for each message of the queue if that is longer (10 minutes for 100,000). What
others have in flight can't be seen; it is counted.`

const exampleDeadLetters = `  orgbucket dead-letters list --stage prod
  orgbucket dead-letters inspect 0a1b2c3d --stage prod
  orgbucket dead-letters replay --stage prod --would-work --follow
  orgbucket dead-letters archive --stage prod --code MalformedMessage`

// deadLetters is one call of a subcommand of `orgbucket dead-letters`.
type deadLetters struct {
	*app
	board *board
	lost  error // the first result that couldn't be written
}

func newDeadLettersCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use: "dead-letters", Aliases: []string{"dlq"}, Short: "See, replay and archive messages that failed", Long: aboutDeadLetters, Example: exampleDeadLetters,
		RunE: func(c *cobra.Command, _ []string) error {
			_ = c.Help()
			return usage("which of its commands? See above")
		},
		Args: cobra.NoArgs,
	}
	c.AddCommand(newListCommand(a), newInspectCommand(a), newReplayCommand(a), newArchiveCommand(a))
	return c
}

// place is the dead-letter queue of a deployment.
type place struct {
	*connection
	queue   *queue.Queue
	scanner *deadletter.Scanner
}

func (d *deadLetters) place(ctx context.Context, needs stage.Needs) (*place, error) {
	needs.Naming, needs.DeadLetters = true, true
	at, err := d.connect(ctx, needs)
	if err != nil {
		return nil, err
	}
	q := queue.New(at.sqs(), at.DeadLetterURL)
	return &place{at, q, &deadletter.Scanner{Queue: q}}, nil
}

// looked tells what a look couldn't show, and what it left behind.
func (d *deadLetters) looked(l deadletter.Looked) {
	if l.InFlight > 0 {
		d.notice("In flight with others when this began, and not shown: about %s.", count(l.InFlight, "message"))
	}
	if l.Unseen > 0 {
		d.notice("SQS says that about %s still in the queue, but gave none. Look again in a minute.", are(l.Unseen, "more message"))
	}
	if l.Unreleased > 0 {
		d.notice("%s couldn't be made visible again. They come back by themselves within %v.", count(l.Unreleased, "message"), coarse(l.Hold))
	}
}

// are is count with the verb.
func are(n int, of string) string {
	if n == 1 {
		return "1 " + of + " is"
	}
	return count(n, of) + " are"
}

// stoppedLooking is the error of a look that ended early.
func (d *deadLetters) stoppedLooking(err error, seen int) error {
	if errors.Is(err, context.Canceled) {
		return &ended{status: statusStopped, err: fmt.Errorf("stopped when %s had been received", count(seen, "dead letter")), advice: "Nothing was changed; everything is visible again."}
	}
	return advise(fmt.Errorf("look through the dead-letter queue: %w", awserror.Plain(err)), awserror.Of(err).Advice())
}

// short is enough of a message's id to tell it from others at a glance.
func short(id string) string {
	if first, _, ok := strings.Cut(id, "-"); ok && len(first) >= deadletter.MinPrefix {
		return cell(first, 8)
	}
	return cell(id, 8)
}
