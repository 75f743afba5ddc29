package adopt

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/adoption"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// allRate is how many calls are made in a second: the function needs some, too.
const allRate = 50

// allLine is the result of --all as JSON. Scripts rely on the names.
type allLine struct {
	ClaimedBefore int      `json:"claimedBefore"`
	Unclaimed     int      `json:"unclaimed"`
	Claimed       int      `json:"claimed"` // by this run
	Failed        int      `json:"failed"`
	Several       []org.ID `json:"several,omitempty"`
}

// runAll claims for all organizations at once.
func (d *command) runAll(ctx context.Context) error {
	if err := d.check(); err != nil {
		return err
	}
	at, err := d.Connect(ctx, stage.Needs{Naming: true})
	if err != nil {
		return err
	}
	client, account := at.Paced(allRate), at.Naming.Account
	store := buckets.New(client, account)
	adopter := adoption.New(at.Naming, at.Store(), s3store.New(client, account, at.HomesBucket).Listing(), store, at.Diagnoser())
	census, err := d.census(ctx, adopter, buckets.List{Store: store, Homes: at.HomesBucket})
	if err != nil {
		return fmt.Errorf("look for unclaimed buckets: %w", err)
	}
	d.showCensus(census)
	line := allLine{ClaimedBefore: census.Claimed, Unclaimed: len(census.Sole), Several: census.Several}
	if len(census.Sole) > 0 && !d.DryRun {
		question := fmt.Sprintf("Claim for %s (%s)? [y/N]", cli.Count(len(census.Sole), "organization"), at.Where())
		if err := d.Ask(ctx, d.App, question, "y", "nothing was changed"); err != nil {
			return err
		}
		d.claimAll(ctx, adopter, census.Sole, &line)
	}
	return d.allDone(ctx, line)
}

func (d *command) census(ctx context.Context, adopter *adoption.Adopter, list audit.Source) (adoption.Census, error) {
	shown := cli.NewProgress(d.App)
	shown.Begin("buckets", -1)
	defer shown.End()
	return adopter.Census(ctx, list, func() { shown.Add(1) })
}

// showCensus shows what would be claimed.
func (d *command) showCensus(c adoption.Census) {
	var page bytes.Buffer
	fmt.Fprintf(&page, "%s with a claim, %d without one and with one tagged bucket\n", cli.Count(c.Claimed, "organization"), len(c.Sole))
	for _, u := range c.Sole {
		if u.Given {
			fmt.Fprintf(&page, "  ! %s would get %s, a name that a person gave\n", u.OrgID, safetext.Line(u.Bucket, 80))
		}
	}
	for _, id := range c.Several {
		fmt.Fprintf(&page, "  ? %s has several tagged buckets: choose with %s\n", id, d.Advice("`orgbucket adopt ORG --bucket NAME`", id))
	}
	d.showPage(&page)
}

// claimAll claims and counts.
func (d *command) claimAll(ctx context.Context, adopter *adoption.Adopter, sole []adoption.Unclaimed, line *allLine) {
	shown := cli.NewProgress(d.App)
	shown.Begin("claims", len(sole))
	defer shown.End()
	adopter.ClaimAll(ctx, sole, func(u adoption.Unclaimed, err error) {
		shown.Add(1)
		if err == nil {
			line.Claimed++
			return
		}
		line.Failed++
		shown.Say(func() { d.Notice("%s: %s", u.OrgID, safetext.Line(err.Error(), 300)) })
	})
}

// allDone tells the result, and chooses the exit status.
func (d *command) allDone(ctx context.Context, line allLine) error {
	if d.JSON() {
		if err := cli.JSONLine(d.Out, line); err != nil {
			return err
		}
	} else if line.Claimed > 0 {
		fmt.Fprintf(d.Out, "Claimed for %s.\n", cli.Count(line.Claimed, "organization"))
	}
	switch {
	case ctx.Err() != nil:
		return &cli.Ended{Status: cli.StatusStopped, Err: errors.New("stopped; the same command goes on")}
	case line.Failed > 0:
		return &cli.Ended{Status: cli.StatusFailed, Err: fmt.Errorf("%s failed; the same command tries again", cli.Count(line.Failed, "claim"))}
	case len(line.Several) > 0:
		return cli.Exit(cli.StatusAct)
	}
	return nil
}
