package doctor

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/doctor"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const about = `doctor checks what messages need to work at all: the credentials, the clock, the public
access blocks above the buckets, the bucket quota, the cost allocation tag, that the stage's
queues, topic, key, function and event source fit together, and that somebody hears its
alarms. It changes nothing.

  ✓  right
  !  not wrong yet, but somebody should look
  ?  can't tell: the permission that is missing, or what didn't answer
  ✗  wrong: messages fail, get lost or wait because of it, or soon will

A missing permission leaves the other checks alone. Without --stage, and on one machine,
much of it isn't there and shows "?". Only the account that pays sees the cost
allocation tag; AWS may charge a cent for the question.

Exit status: 0 all is well; 2 something is unknown, or somebody should look;
3 something is wrong; 1 the stage wasn't found.`

const example = `  orgbucket doctor --stage prod
  orgbucket doctor --stage prod --output json | jq 'select(.status != "ok")'`

// NewCommand is `orgbucket doctor`.
func NewCommand(a *cli.App) *cobra.Command {
	c := &cobra.Command{
		Use:     "doctor",
		Short:   "Check the account, and that the stage's parts fit together",
		Long:    about,
		Example: example,
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			at, err := a.Connect(c.Context(), stage.Needs{})
			if err != nil {
				return err
			}
			results := doctor.New(at.Stage, at.Account(), at.Config, at.S3()).Examine(c.Context())
			if err := c.Context().Err(); err != nil {
				return fmt.Errorf("examine the stage: %w", err)
			}
			if err := writeResults(a, results); err != nil {
				return err
			}
			return cli.Exit(statusOfResults(results))
		},
	}
	a.OutputFlag(c)
	return c
}

// statusOfResults is the exit status of the worst result.
func statusOfResults(results []doctor.Result) int {
	switch doctor.Worst(results) {
	case doctor.OK:
		return cli.StatusOK
	case doctor.Wrong:
		return cli.StatusBlocked
	}
	return cli.StatusAct
}

// marks are the results' statuses in a table.
var marks = map[doctor.Status]string{doctor.OK: "✓", doctor.Notice: "!", doctor.Unknown: "?", doctor.Wrong: "✗"}

func writeResults(a *cli.App, results []doctor.Result) error {
	if a.JSON() {
		for _, r := range results {
			if err := cli.JSONLine(a.Out, r); err != nil {
				return err
			}
		}
		return nil
	}
	return a.Show(resultsTable(a, results))
}

// resultsTable has a line for each result, whose last column is wrapped at the terminal's width.
func resultsTable(a *cli.App, results []doctor.Result) string {
	column := 0
	for _, r := range results {
		column = max(column, len(r.Check))
	}
	var page strings.Builder
	row := func(mark, check, text string) {
		label := fmt.Sprintf("%-1s  %-*s  ", mark, column, check)
		indent := strings.Repeat(" ", 1+2+column+2)
		page.WriteString(label + strings.TrimPrefix(a.Wrap(indent, text), indent) + "\n")
	}
	count, advised := map[doctor.Status]int{}, map[string]bool{}
	for _, r := range results {
		count[r.Status]++
		row(marks[r.Status], r.Check, safetext.Line(r.Seen, 0))
		if r.Advice != "" && !advised[r.Advice] { // once is enough
			advised[r.Advice] = true
			row("", "", "→ "+safetext.Line(a.Advice(r.Advice, ""), 0))
		}
	}
	fmt.Fprintf(&page, "\n%d right, %d to look at, %d unknown, %d wrong\n", count[doctor.OK], count[doctor.Notice], count[doctor.Unknown], count[doctor.Wrong])
	return page.String()
}
