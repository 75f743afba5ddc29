// Package logs is `orgbucket logs`: the story of one organization, from the function's log.
package logs

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/functionlog"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

const about = `logs tells an organization's story: each delivery of a message for it, as the function
logged it, oldest first. Unlike plan, which sees what would happen now with your
credentials, it has what the function itself met, such as a permission that only its role
lacks. The log keeps what its retention says (docs/deploy.md).

Exit status: 0 shown, or there is nothing; 1 the log can't be read; 64 the id is wrong.`

const example = `  orgbucket logs xmsqa1 --stage prod
  orgbucket logs xmsqa1 --stage prod --since 2h
  orgbucket logs xmsqa1 --stage prod -o json | jq 'select(.status=="failed")'`

// NewCommand is `orgbucket logs`.
func NewCommand(a *cli.App) *cobra.Command {
	since := cli.Age(14 * 24 * time.Hour)
	c := &cobra.Command{
		Use: "logs ORG", Short: "Tell one organization's story from the function's log",
		Long: about, Example: example,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return tell(c.Context(), a, args[0], since)
		},
	}
	c.Flags().Var(&since, "since", "how far back: 90m, 12h, 3d")
	a.OutputFlag(c)
	return c
}

func tell(ctx context.Context, a *cli.App, text string, since cli.Age) error {
	at, id, err := a.ConnectFor(ctx, text)
	if err != nil {
		return err
	}
	n := 0
	for r, err := range at.Log().Organization(ctx, id, time.Now().Add(-time.Duration(since))) {
		if err != nil {
			return err
		}
		n++
		if err := write(a, r); err != nil {
			return err
		}
	}
	if n == 0 && !a.JSON() {
		a.Notice("The function's log has nothing of %s in the last %v. Whether a message of it is a dead letter: %s", id, since.String(), a.Advice("`orgbucket dead-letters inspect ORG`", id))
	}
	return nil
}

// write writes a delivery.
func write(a *cli.App, r functionlog.Record) error {
	if a.JSON() {
		return cli.JSONLine(a.Out, r)
	}
	what, color := r.Status+" "+r.Bucket, cli.Green
	if r.Failed() {
		what, color = fmt.Sprintf("%s: %s at %s", r.Status, r.Code, r.Step), cli.Yellow
	}
	if r.Status == "failed" {
		color = cli.Red
	}
	head := fmt.Sprintf("%s  message %s, receive %d: ", r.At.Format("2006-01-02 15:04:05 UTC"), safetext.Line(r.MessageID[:min(8, len(r.MessageID))], 0), r.ReceiveCount)
	what = safetext.Line(what, 0)
	if a.Width > 0 && len(head)+len(what) > a.Width {
		head = strings.TrimRight(head, " ") + "\n    "
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s\n", head, a.Paint(color, what))
	if r.Replay != "" {
		fmt.Fprintln(&b, a.Wrap("    ", safetext.Line(replayed(r.Replay), 0)))
	}
	if r.Error != "" {
		fmt.Fprintln(&b, a.Wrap("    ", safetext.Line(r.Error, 0)))
	}
	return a.Show(b.String())
}

// replayed tells of a message's replays. A stamp that isn't this tool's is shown as it is.
func replayed(text string) string {
	if s := deadletter.ParseStamp(text); s.Count > 0 {
		return cli.Replayed(s)
	}
	return "replayed: " + text
}
