package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/pkg/operator/account"
	"github.com/fusionpos/orgbucket/pkg/operator/doctor"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const aboutDoctor = `doctor checks what has to hold so that messages can work at all: whose the
credentials are, the clock, the public access blocks above the buckets, the quota of
buckets, the cost allocation tag, and that the stage's queues, topic, function and
event source fit together as its stack made them. It changes nothing.

  ✓  as it shall be
  !  nothing is wrong yet, but somebody should look
  ?  can't be told: the permission that is missing, or what didn't answer
  ✗  wrong: messages fail, get lost or wait because of it, or soon will

Whose credentials may not ask something still get the rest. Without --stage the
function isn't known, and on a system of one's own machine most of the account isn't
there: these are "?". The cost allocation tag is known to the account that pays only;
AWS may charge a cent for the question.

Exit status: 0 all is well; 2 something can't be told or should be looked at;
3 something is wrong; 1 the stage wasn't found.`

const exampleDoctor = `  orgbucket doctor --stage prod
  orgbucket doctor --stage prod --output json | jq 'select(.status != "ok")'`

func newDoctorCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "doctor",
		Short:   "Check the account, and that the stage's parts fit together",
		Long:    aboutDoctor,
		Example: exampleDoctor,
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			at, err := a.connect(c.Context(), stage.Needs{})
			if err != nil {
				return err
			}
			of := account.New(at.config, at.s3(), at.Naming.Account, at.Naming.Region)
			results := doctor.New(at.Stage, of, at.config).Examine(c.Context())
			if err := c.Context().Err(); err != nil {
				return fmt.Errorf("examine the stage: %w", err)
			}
			if err := a.writeResults(results); err != nil {
				return err
			}
			return exit(statusOfResults(results))
		},
	}
	a.outputFlag(c, "table", "json")
	return c
}

// statusOfResults is the exit status of the worst result.
func statusOfResults(results []doctor.Result) int {
	switch doctor.Worst(results) {
	case doctor.OK:
		return statusOK
	case doctor.Wrong:
		return statusBlocked
	}
	return statusAct
}

// marks are the results' statuses in a table.
var marks = map[doctor.Status]string{doctor.OK: "✓", doctor.Notice: "!", doctor.Unknown: "?", doctor.Wrong: "✗"}

func (a *app) writeResults(results []doctor.Result) error {
	if a.output == "json" {
		for _, r := range results {
			if err := jsonLine(a.out, r); err != nil {
				return err
			}
		}
		return nil
	}
	return writeResultsTable(a.out, results)
}

func writeResultsTable(out io.Writer, results []doctor.Result) error {
	count, advised := map[doctor.Status]int{}, map[string]bool{}
	w := table(out)
	for _, r := range results {
		count[r.Status]++
		row(w, marks[r.Status], r.Check, cell(r.Seen, 0))
		if r.Advice != "" && !advised[r.Advice] { // once is enough
			advised[r.Advice] = true
			row(w, "", "", "→ "+cell(r.Advice, 0))
		}
	}
	row(w)
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	_, err := fmt.Fprintf(out, "%d right, %d to look at, %d can't be told, %d wrong\n", count[doctor.OK], count[doctor.Notice], count[doctor.Unknown], count[doctor.Wrong])
	if err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}
