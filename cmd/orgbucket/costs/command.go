// Package costs is `orgbucket costs`: what each organization's bucket costs.
package costs

import (
	"context"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/billing"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/org"
)

const about = `costs writes what S3 costs for each organization in each month, as CSV: month, orgId,
amount, currency, estimated. It is AWS's bill, split by the tag OrgId; the row without an
organization is everything of S3 that isn't tagged. A value of the tag that is no
organization's id begins with an apostrophe, so that no spreadsheet takes it for a formula.

It asks with credentials of the account that pays (the organization's management account),
and needs no stage. Only what was used since the tag was activated is split, or
backfilled: orgbucket doctor. AWS charges a cent for each request, one for some thousand rows.

Exit status: 0 written; 2 nothing is split by organization; 1 the costs can't be read;
64 bad usage.`

const example = `  AWS_PROFILE=billing orgbucket costs > costs.csv
  AWS_PROFILE=billing orgbucket costs --months 12 > costs.csv`

// mostMonths is how far back Cost Explorer's monthly data goes
// (https://docs.aws.amazon.com/cost-management/latest/userguide/ce-what-is.html).
const mostMonths = 13

// NewCommand is `orgbucket costs`.
func NewCommand(a *cli.App) *cobra.Command {
	months := 3
	c := &cobra.Command{
		Use: "costs", Short: "What each organization's bucket costs, as CSV",
		Long: about, Example: example,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if months < 1 || months > mostMonths {
				return cli.Usage("--months %d isn't from 1 to %d", months, mostMonths)
			}
			return write(c.Context(), a, months)
		},
	}
	c.Flags().IntVar(&months, "months", months, "how many months, this one included")
	return c
}

func write(ctx context.Context, a *cli.App, months int) error {
	cfg, err := a.Load(ctx)
	if err != nil {
		return err
	}
	// Nothing is written until all is read: half a bill would pass for a whole one.
	var page strings.Builder
	out := csv.NewWriter(&page)
	_ = out.Write([]string{"month", "orgId", "amount", "currency", "estimated"}) // into memory
	split := 0
	err = billing.Months(ctx, cfg, months, time.Now().UTC(), func(c billing.Cost) error {
		if c.Tag != "" {
			split++
		}
		return out.Write([]string{c.Month, cell(c.Tag), c.Amount, c.Currency, strconv.FormatBool(c.Estimated)})
	})
	if err != nil {
		return err
	}
	out.Flush()
	if err := a.Show(page.String()); err != nil {
		return err
	}
	if split == 0 {
		return &cli.Ended{Status: cli.StatusAct, Err: errors.New("no cost is split by organization"), Advice: "Is the cost allocation tag active, and is this the account that pays? `orgbucket doctor` tells."}
	}
	return nil
}

// cell is a tag's value as a cell.
func cell(tag string) string {
	if _, err := org.ParseID(tag); err != nil && tag != "" {
		return "'" + safetext.Line(tag, 0)
	}
	return tag
}
