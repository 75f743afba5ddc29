package deadletters

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const about = `A dead letter is a message that failed as often as the queue allows. It stays in the
dead-letter queue for 14 days from its first sending, then SQS deletes it.

  list      show what failed, and what would become of each message now
  inspect   show one message in full
  replay    send messages back into the queue, when the cause is fixed
  archive   move messages into a file: those that can never work, or have to wait

The diagnosis looks at the bucket, its policy and the account now, with your
credentials. It is not the error that the message failed with. The verdicts:

  would-work   the message would work, as far as could be checked
  healthy      the bucket is ready; replay the message if signup still waits for it
  blocked      the message would fail again: see code, reason and hint
  never        the message itself is wrong and can't work
  unknown      the diagnosis failed: see the reason

SQS shows a message only by receiving it. While a command runs, the messages are
hidden from others; at the end, after Ctrl-C too, they are visible again at once.
After a kill they come back by themselves in 2 minutes, or in 6 ms for each message of
the queue if that is longer (10 minutes for 100,000). Messages that others have in
flight are counted, not shown.`

const example = `  orgbucket dead-letters list --stage prod
  orgbucket dead-letters inspect 0a1b2c3d --stage prod
  orgbucket dead-letters replay --stage prod --would-work --follow
  orgbucket dead-letters archive --stage prod --code MalformedMessage`

// command is one call of a subcommand of `orgbucket dead-letters`.
type command struct {
	*cli.App
	progress *cli.Progress
}

func newCall(a *cli.App) command { return command{App: a, progress: cli.NewProgress(a)} }

// NewCommand is `orgbucket dead-letters`.
func NewCommand(a *cli.App) *cobra.Command {
	c := &cobra.Command{
		Use: "dead-letters", Aliases: []string{"dlq"}, Short: "See, replay and archive messages that failed", Long: about, Example: example,
		RunE: cli.NeedsCommand,
		Args: cobra.NoArgs,
	}
	c.AddCommand(newListCommand(a), newInspectCommand(a), newReplayCommand(a), newArchiveCommand(a))
	return c
}

// place is a stage with its dead-letter queue.
type place struct {
	*cli.Connection
	scanner *deadletter.Scanner
}

// connect finds the stage's dead-letter queue and the other parts that a command needs.
func (d *command) connect(ctx context.Context, needs stage.Needs) (*place, error) {
	needs.Naming, needs.DeadLetters = true, true
	at, err := d.Connect(ctx, needs)
	if err != nil {
		return nil, err
	}
	return &place{at, &deadletter.Scanner{Queue: queue.New(at.SQS(), at.DeadLetterURL)}}, nil
}

// short returns the beginning of a message's id, by which people recognise it.
func short(id string) string {
	if first, _, ok := strings.Cut(id, "-"); ok && len(first) >= deadletter.MinPrefix {
		return safetext.Line(first, 8)
	}
	return safetext.Line(id, 8)
}
