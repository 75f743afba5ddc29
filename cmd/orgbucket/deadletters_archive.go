package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/journal"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const aboutArchive = `archive writes dead letters into a file and deletes each from the dead-letter queue when
it is on the disk: for what can never work, or shall be kept beyond the 14 days.

It shows what it would archive and asks. Then it looks again and archives those very
messages: what came in between is left alone, and what is gone meanwhile is told.

` + aboutConditions + `
  --all              every one; it goes with no condition

The file has a line of JSON for each message: body (or bodyBase64 if it isn't valid
UTF-8), attributes with their types, id, times, and the verdict and code of now. It is
readable by you only, and added to if it is there already. Two runs can't write to one
file at once. To provision its
organizations later: jq -r '.orgId // empty' FILE | orgbucket send --file -

Nothing is lost, whatever happens: Ctrl-C finishes the batch under way, makes the rest
visible again and says where it stood. Killed in the middle, at most ten messages are
in the file and in the queue, and the last line may be incomplete: another run cuts it off.
What was held then comes back by itself after 2 minutes or more. If the disk is full,
nothing is deleted of what wasn't written.

Exit status: 0 all archived, or none is meant; 1 it couldn't go on; 2 not all could be
archived; 64 bad usage, nothing was done; 130 stopped by Ctrl-C, nothing is lost.`

const exampleArchive = `  orgbucket dead-letters archive --stage prod --code MalformedMessage
  orgbucket dead-letters archive --stage prod --older-than 10d --file old.jsonl --yes
  jq -r 'select(.orgId=="xmsqa1").body' old.jsonl`

// archiving is one call of `orgbucket dead-letters archive`.
type archiving struct {
	deadLetters
	agreement
	conditions
	selection deadletter.Selection
	file      string
}

func newArchiveCommand(a *app) *cobra.Command {
	r := &archiving{deadLetters: deadLetters{app: a, board: &board{}}}
	c := &cobra.Command{
		Use: "archive", Short: "Move dead letters into a file", Long: aboutArchive, Example: exampleArchive, Args: cobra.NoArgs,
		PreRunE: func(*cobra.Command, []string) (err error) {
			r.selection, err = r.conditions.selection(errWhich)
			return err
		},
		RunE: func(c *cobra.Command, _ []string) error { return r.run(c.Context()) },
	}
	r.conditions.flags(c, true)
	r.agreement.flags(c)
	c.Flags().StringVar(&r.file, "file", "", "the file (default: orgbucket-dead-letters-STAGE-TIME.jsonl)")
	_ = c.MarkFlagFilename("file", "jsonl")
	a.outputFlag(c, "table", "json")
	return c
}

func (r *archiving) run(ctx context.Context) error {
	if err := r.canAsk(r.agreement); err != nil {
		return err
	}
	at, err := r.place(ctx, stage.Needs{})
	if err != nil {
		return err
	}
	if r.file == "" {
		r.file = archiveName(at.Stage, time.Now())
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
	sentence := fmt.Sprintf("Would archive %s to %s.", count(chosen.Len(), "message"), cell(r.file, 0))
	if chosen.Len() == 0 {
		sentence = "There's nothing to archive."
	}
	plan := plannedMove{Type: "plan", Messages: chosen.Len(), To: r.file, sentence: sentence, summary: "archiveSummary"}
	if agreed, err := r.agree(ctx, r.agreement, plan, "archived"); err != nil || !agreed {
		return either(err, status)
	}
	return r.archive(ctx, at, chosen, status)
}

func (r *archiving) archive(ctx context.Context, at *place, chosen *deadletter.Chosen, status int) (err error) {
	file, err := deadletter.OpenArchive(r.file)
	if errors.Is(err, journal.ErrInUse) {
		return advise(err, "Nothing was archived by this run. Wait for the other one, or choose another --file.")
	}
	if err != nil {
		return advise(err, "Nothing was archived. --file chooses another file.")
	}
	defer func() {
		if unclosed := file.Close(); unclosed != nil {
			r.notice("%v", unclosed)
			if err == nil {
				err = exit(statusFailed)
			}
		}
	}()
	began := time.Now()
	r.board.begin(r.startProgress("messages", chosen.Len()))
	report, err := at.scanner.Archive(ctx, chosen, file, at.DeadLetterURL, func(moved []deadletter.Moved) { r.tellMoved("archived", moved) })
	r.board.end()
	sum := newMoveSummary("archiveSummary", report)
	status = max(status, r.tellReport(sum, "archived", "the dead-letter queue", began))
	r.looked(deadletter.Looked{Unreleased: report.Unreleased, Hold: report.Hold})
	if report.Moved > 0 {
		r.notice("The archive is %s", cell(file.Path(), 0))
	}
	if err != nil {
		return stoppedMoving(err, sum, "archived")
	}
	return exit(status)
}

// archiveName is a name that no other archiving has, but for one in the same second.
func archiveName(stage string, at time.Time) string {
	if stage != "" {
		stage += "-"
	}
	return "orgbucket-dead-letters-" + stage + at.UTC().Format("20060102T150405Z") + ".jsonl"
}
