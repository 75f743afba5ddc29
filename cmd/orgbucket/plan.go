package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
	"github.com/fusionpos/orgbucket/pkg/org"
)

const aboutPlan = `plan shows what a message for an organization would find and do now, and writes
nothing: every name that its bucket can have and what is there, what the bucket is
like, what would be changed facet by facet, and what stands against it.

The verdict is one of

  healthy     everything is as it shall be
  would-work  a message would make the changes shown
  blocked     a message would fail; code and hint say why and what to do
  unknown     it couldn't be looked at: a missing permission, or S3 didn't answer

In the table * marks the bucket that is the home, + the name that would be created, ~ a
facet that would change, ! a warning and ? what couldn't be checked.

It is made with your credentials and at this moment. What only the function is denied
it can't know; what couldn't be asked is listed with the permission that it needs.

Exit status: 0 nothing to do; 2 there are changes; 3 something is blocked; 1 something
couldn't be looked at. Of several organizations the worst counts. 64: an id is wrong,
and nothing was looked at.`

const examplePlan = `  orgbucket plan --stage prod xmsqa1
  orgbucket plan --stage prod --file orgs.txt --output json | jq -r 'select(.verdict == "blocked") | [.orgId, .code] | @tsv'
  sort -u tickets.txt | orgbucket plan --stage prod --file -`

// planWorkers is how many organizations are looked at at once.
const planWorkers = 8

func newPlanCommand(a *app) *cobra.Command {
	var file string
	c := &cobra.Command{
		Use: "plan ORG... | --file FILE", Short: "Show what a message for an organization would find and do now",
		Long: aboutPlan, Example: examplePlan,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if (len(args) > 0) == (file != "") {
				return usage("name organizations, or a file with --file, one of the two")
			}
			return a.plan(c.Context(), args, file)
		},
	}
	c.Flags().StringVarP(&file, "file", "f", "", "read organizations from a file, one per line; - is standard input")
	completeFile(c, "file")
	a.outputFlag(c, "table", "json")
	return c
}

func (a *app) plan(ctx context.Context, args []string, file string) error {
	for _, id := range args {
		if _, err := org.ParseID(id); err != nil {
			return usage("%v", err)
		}
	}
	at, err := a.connect(ctx, stage.Needs{Naming: true})
	if err != nil {
		return err
	}
	ids, err := a.organizations(args, file, at.Naming)
	if err != nil {
		return err
	}
	return a.planAll(ctx, at.diagnoser(), ids)
}

// planAll shows the organizations in their order, a few looked at at once.
func (a *app) planAll(ctx context.Context, diagnoser *diagnosis.Diagnoser, ids []org.ID) error {
	count := map[diagnosis.Verdict]int{}
	step, stop := a.planProgress(len(ids))
	defer stop()
	for finding := range inOrder(ctx, planWorkers, ids, diagnoser.Examine) {
		if ctx.Err() != nil {
			break // what was cut off is no finding
		}
		if err := a.writePlan(finding); err != nil {
			return err
		}
		count[finding.Diagnosis.Verdict]++
		step()
	}
	if done := lookedAt(count); ctx.Err() != nil {
		return fmt.Errorf("plan: stopped after %d of %d organizations: %w", done, len(ids), ctx.Err())
	}
	if len(ids) > 1 {
		stop()
		a.notice("%d organizations: %d healthy, %d would work, %d blocked, %d unknown", len(ids),
			count[diagnosis.Healthy], count[diagnosis.WouldWork], count[diagnosis.Blocked]+count[diagnosis.Never], count[diagnosis.Unknown])
	}
	return exit(planStatus(count))
}

// planProgress shows how far many plans have come, unless the plans themselves
// are on the screen.
func (a *app) planProgress(organizations int) (step, stop func()) {
	if organizations == 1 || a.outTerminal {
		return func() {}, func() {}
	}
	bar := a.startProgress("organizations", organizations)
	return func() { bar.add(1) }, bar.stop
}

func lookedAt(count map[diagnosis.Verdict]int) (n int) {
	for _, c := range count {
		n += c
	}
	return n
}

// planStatus is the exit status of the worst verdict.
func planStatus(count map[diagnosis.Verdict]int) int {
	switch {
	case count[diagnosis.Unknown] > 0:
		return statusFailed
	case count[diagnosis.Blocked]+count[diagnosis.Never] > 0:
		return statusBlocked
	case count[diagnosis.WouldWork] > 0:
		return statusAct
	}
	return statusOK
}
