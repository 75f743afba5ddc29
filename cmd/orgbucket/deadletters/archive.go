package deadletters

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/journal"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const aboutArchive = `archive writes dead letters into a file and deletes each from the dead-letter queue when
it is on the disk: for messages that can never work, or to keep them beyond 14 days.

It shows what it would archive and asks. Then it looks again and archives exactly those
messages: later ones are left alone, and those that are gone are named.

` + aboutConditions + `

The file has a line of JSON for each message: body (or bodyBase64 if it isn't valid
UTF-8), attributes with their types, id, times, and the verdict and code of now. It is
readable by you only, and added to if it is there already. Two runs can't write to one
file at once. To have the organizations of an archive provisioned later, send them anew:

  jq -r 'select(.orgId).orgId' old.jsonl | orgbucket send --stage prod --file - --yes

Nothing is lost: Ctrl-C finishes the batch under way, makes the rest visible again and
says where it stood. After a kill at most ten messages are in the file and in the queue,
and the last line may be cut off, which the next run mends. If the disk is full, what
couldn't be written stays in the queue.

Exit status: 0 all archived, or no message matches; 1 it couldn't go on; 2 not all could be
archived; 64 bad usage, nothing was done; 130 stopped by Ctrl-C, nothing is lost.`

const exampleArchive = `  orgbucket dead-letters archive --stage prod --code MalformedMessage
  orgbucket dead-letters archive --stage prod --older-than 10d --file old.jsonl --yes
  jq -r 'select(.orgId=="xmsqa1").body' old.jsonl`

// archiving is one call of `orgbucket dead-letters archive`.
type archiving struct {
	mover
	file string
}

func newArchiveCommand(a *cli.App) *cobra.Command {
	r := &archiving{mover: mover{command: newCall(a), verb: "archive", done: "archived"}}
	c := &cobra.Command{
		Use: "archive", Short: "Move dead letters into a file", Long: aboutArchive, Example: exampleArchive, Args: cobra.NoArgs,
		PreRunE: func(*cobra.Command, []string) error { return r.check() },
		RunE:    func(c *cobra.Command, _ []string) error { return r.run(c.Context()) },
	}
	r.flags(c)
	c.Flags().StringVar(&r.file, "file", "", "the file (default: orgbucket-dead-letters-STAGE-TIME.jsonl)")
	_ = c.MarkFlagFilename("file", "jsonl")
	a.OutputFlag(c)
	return c
}

func (r *archiving) run(ctx context.Context) error {
	if err := r.Check(r.App); err != nil {
		return err
	}
	at, err := r.connect(ctx, stage.Needs{})
	if err != nil {
		return err
	}
	if r.file == "" {
		r.file = archiveName(at.Name, time.Now())
	}
	chosen, status, err := r.choose(ctx, at)
	if err != nil {
		return err
	}
	sentence := fmt.Sprintf("archive %s from %s (%s) to the file %s", cli.Count(chosen.Len(), "message"), safetext.Line(queue.Name(at.DeadLetterURL), 0), at.Where(), safetext.Line(r.file, 0))
	if agreed, err := r.agree(ctx, plannedMove{Type: "plan", Messages: chosen.Len(), To: r.file}, sentence); err != nil || !agreed {
		return cli.Either(err, status)
	}
	moved, err := r.archive(ctx, at, chosen)
	return cli.Either(err, max(status, moved))
}

func (r *archiving) archive(ctx context.Context, at *place, chosen *deadletter.Chosen) (status int, err error) {
	file, err := deadletter.OpenArchive(r.file)
	if errors.Is(err, journal.ErrInUse) {
		return 0, cli.Advise(err, "Nothing was archived by this run. Wait for the other one, or choose another --file.")
	}
	if err != nil {
		return 0, cli.Advise(err, "Nothing was archived. Choose another --file.")
	}
	status, err = r.carryOut(chosen.Len(), func(tell func([]deadletter.Moved)) (deadletter.Report, error) {
		return at.scanner.Archive(ctx, chosen, file, at.DeadLetterURL, tell)
	})
	r.Notice("The archive is %s", safetext.Line(file.Path(), 0))
	if unclosed := file.Close(); unclosed != nil {
		r.Notice("%v", unclosed)
		status = max(status, cli.StatusFailed)
	}
	return status, err
}

// archiveName returns a file name that differs from second to second.
func archiveName(stage string, at time.Time) string {
	if stage != "" {
		stage += "-"
	}
	return "orgbucket-dead-letters-" + stage + at.UTC().Format("20060102T150405Z") + ".jsonl"
}
