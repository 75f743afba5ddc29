package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
)

const aboutPlan = `plan shows what a message for an organization would find and do now, and writes
nothing: every name that its bucket can have and what is there, what the bucket is
like, what would be changed facet by facet, and what stands against it. To judge all
organizations there is orgbucket audit.

The verdict is one of

  healthy     everything is as it shall be
  would-work  a message would make the changes shown
  blocked     a message would fail; code and hint say why and what to do
  unknown     it couldn't be looked at: a missing permission, or S3 didn't answer

In the table * marks the bucket that is the home, + the name that would be created, ~ a
facet that would change, ! a warning and ? what couldn't be checked.

It is made with your credentials and at this moment. What only the function is denied
it can't know; what couldn't be asked is listed with the permission that it needs.

Exit status: 0 nothing to do; 2 there are changes; 3 it is blocked; 1 something couldn't
be looked at; 64 the id is wrong, and nothing was looked at.`

const examplePlan = `  orgbucket plan --stage prod xmsqa1
  orgbucket plan --stage prod xmsqa1 --output json | jq -r '.verdict, .code'`

func newPlanCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use: "plan ORG", Short: "Explain one organization: what a message for it would find and do now",
		Long: aboutPlan, Example: examplePlan,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.plan(c.Context(), args[0]) },
	}
	a.outputFlag(c, "table", "json")
	return c
}

func (a *app) plan(ctx context.Context, text string) error {
	at, id, err := a.connectFor(ctx, text)
	if err != nil {
		return err
	}
	finding := at.diagnoser().Examine(ctx, id)
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("plan %s: stopped: %w", id, err) // what was cut off is no finding
	}
	if err := a.writePlan(finding); err != nil {
		return err
	}
	return exit(planStatus(finding.Diagnosis.Verdict))
}

// planStatus is the exit status of a verdict.
func planStatus(v diagnosis.Verdict) int {
	switch v {
	case diagnosis.Healthy:
		return statusOK
	case diagnosis.WouldWork:
		return statusAct
	case diagnosis.Blocked, diagnosis.Never:
		return statusBlocked
	}
	return statusFailed
}
