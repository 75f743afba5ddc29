package plan

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
)

const about = `plan explains one organization: what a message for it would find and do now. It writes
nothing. It shows the claim, which says which bucket is the home, every name that the
bucket can have and what is there, what would be changed, and what stands against it.
To judge all organizations there is orgbucket audit.

The verdict is one of

  healthy     the bucket is ready
  would-work  a message would make the changes shown
  blocked     a message would fail; code and hint say why and what to do
  unknown     the diagnosis failed: a missing permission, or S3 didn't answer

In the table * marks the home, + the name that would be created, ~ what would change,
! a warning and ? what couldn't be checked.

It asks with your credentials, so it can't see what only the function is denied.

Exit status: 0 healthy; 2 there are changes; 3 blocked; 1 unknown; 64 the id is wrong,
and nothing was looked at.`

const example = `  orgbucket plan --stage prod xmsqa1
  orgbucket plan --stage prod xmsqa1 --output json | jq -r '.verdict, .code'`

// NewCommand is `orgbucket plan`.
func NewCommand(a *cli.App) *cobra.Command {
	c := &cobra.Command{
		Use: "plan ORG", Short: "Explain one organization: what a message for it would find and do now",
		Long: about, Example: example,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return plan(c.Context(), a, args[0]) },
	}
	a.OutputFlag(c)
	return c
}

func plan(ctx context.Context, a *cli.App, text string) error {
	at, id, err := a.ConnectFor(ctx, text)
	if err != nil {
		return err
	}
	explained := at.Diagnoser().Explain(ctx, id)
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("plan %s: stopped: %w", id, err) // what was cut off says nothing
	}
	if err := cli.WritePlan(a, explained); err != nil {
		return err
	}
	return cli.Exit(statusOf(explained.Diagnosis.Verdict))
}

// statusOf is the exit status of a verdict.
func statusOf(v diagnosis.Verdict) int {
	switch v {
	case diagnosis.Healthy:
		return cli.StatusOK
	case diagnosis.WouldWork:
		return cli.StatusAct
	case diagnosis.Blocked, diagnosis.Never:
		return cli.StatusBlocked
	}
	return cli.StatusFailed
}
