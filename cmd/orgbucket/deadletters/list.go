package deadletters

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const aboutList = `list groups the dead letters by verdict and code (see orgbucket dead-letters --help): how
many there are, the oldest, what to do, how they failed as the function's log has it,
and the next command. --rows shows each message instead, the newest first, as wide as
the terminal is. --output json has a line for each message, as they are found, and the
groups in the last one. inspect shows all of one message.

` + aboutConditions + `

Exit status: 0 listed, or the queue is empty; 1 the queue can't be read, or some messages
couldn't be diagnosed; 64 bad usage; 130 stopped by Ctrl-C, all messages are visible
again.`

const exampleList = `  orgbucket dead-letters list --stage prod
  orgbucket dead-letters list --stage prod --would-work
  orgbucket dead-letters list --stage prod --code ClientUserNotFound --older-than 3d --limit 20
  orgbucket dead-letters list --stage prod -o json | jq -r 'select(.verdict=="blocked") | [.orgId, .code, .hint] | @tsv'`

func newListCommand(a *cli.App) *cobra.Command {
	d, s, v := newCall(a), &conditions{}, &view{}
	var selection deadletter.Selection
	c := &cobra.Command{
		Use: "list", Short: "What failed, and what would become of it now", Long: aboutList, Example: exampleList, Args: cobra.NoArgs,
		PreRunE: func(*cobra.Command, []string) (err error) {
			if v.limit < 0 {
				return cli.Usage("--limit %d is negative", v.limit)
			}
			v.rows = v.rows || v.limit > 0
			selection, err = s.selection(nil)
			return err
		},
		RunE: func(c *cobra.Command, _ []string) error { return d.list(c.Context(), selection, v) },
	}
	s.flags(c, false)
	c.Flags().BoolVar(&v.rows, "rows", false, "a row for each message")
	c.Flags().IntVar(&v.limit, "limit", 0, "only so many rows, the newest")
	a.OutputFlag(c)
	return c
}

func (d *command) list(ctx context.Context, s deadletter.Selection, v *view) error {
	at, err := d.connect(ctx, stage.Needs{})
	if err != nil {
		return err
	}
	looked, err := d.scan(ctx, at, s, v, nil)
	if err != nil {
		d.reportLooked(looked)
		return stoppedLooking(err, looked.Seen)
	}
	if d.JSON() {
		err = cli.JSONLine(d.Out, newSummaryLine(v.shown, looked, d.Command))
	} else {
		d.reportLooked(looked)
		d.reportUndiagnosed(v.shown)
		_, err = fmt.Fprintln(d.Out, d.Wrap("", summaryText(s, v.shown, looked)))
		d.reportUnchecked(v.shown)
	}
	if v.shown.has(diagnosis.Unknown) || v.shown.undiagnosed > 0 {
		return cli.Either(err, cli.StatusFailed)
	}
	return err
}
