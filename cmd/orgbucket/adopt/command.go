package adopt

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
	"github.com/fusionpos/orgbucket/pkg/operator/adoption"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/org"
)

const about = `adopt makes a bucket an organization's by tagging and claiming it. The function never
tags: a bucket without a usable tag may be anybody's, so messages for the organization
are blocked (OwnershipUnproved) until a person has looked at it.

It shows the bucket's tags, public access block, policy and first objects, the claim,
and what a message would do after the adoption, which may open pub/ to the public. Then
it asks for the organization's id, adds the tag, reads it back, and puts the claim. Only
what is missing is written; other tags stay as they are. A claim that names another
bucket is shown and replaced, unless it changes meanwhile; the files aren't moved.

--bucket may be any bucket whose name has the stage's prefix. It refuses one that is
tagged for another organization, is in another Region or account, or, as long as there
is no claim, would be a second home.

With --all it claims for every organization that has no claim and exactly one bucket
with its tag, as before a backfill of organizations that are older than the claims. It
shows the count, the names that people gave, and who has several buckets, and asks.
Nothing is tagged. Stopped, the same command goes on.

It needs s3:TagResource for the tag OrgId and s3:PutObject on the claims.

Exit status: 0 adopted, or the organization's already; 3 refused; 1 it failed; 64 bad
usage, nothing was done.`

const example = `  orgbucket adopt --stage prod xmsqa1
  orgbucket adopt --stage prod xmsqa1 --bucket fusion-rms-xmsqa1 --dry-run
  orgbucket adopt --stage prod --all`

// command is one call of `orgbucket adopt`.
type command struct {
	*cli.App
	cli.Agreement
	bucket string
	all    bool
}

// NewCommand is `orgbucket adopt`.
func NewCommand(a *cli.App) *cobra.Command {
	d := &command{App: a}
	c := &cobra.Command{
		Use: "adopt [ORG]", Short: "Give an organization a bucket, by tagging and claiming it",
		Long: about, Example: example,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case d.all && (len(args) > 0 || d.bucket != ""):
				return cli.Usage("--all goes without an organization and --bucket")
			case d.all:
				return d.runAll(c.Context())
			case len(args) == 0:
				return cli.Usage("name the organization, or give --all")
			}
			return d.run(c.Context(), args[0])
		},
	}
	c.Flags().StringVar(&d.bucket, "bucket", "", "the bucket to adopt, if several could be")
	c.Flags().BoolVar(&d.all, "all", false, "claim for every organization that has one tagged bucket and no claim; tag nothing")
	d.Agreement.Flags(c)
	a.OutputFlag(c)
	return c
}

// check refuses flags that exclude each other.
func (d *command) check() error {
	if d.Yes && d.DryRun {
		return cli.Usage("--yes and --dry-run exclude each other")
	}
	return d.Check(d.App)
}

func (d *command) run(ctx context.Context, text string) error {
	if err := d.check(); err != nil {
		return err
	}
	at, id, err := d.ConnectFor(ctx, text)
	if err != nil {
		return err
	}
	store := buckets.New(at.S3(), at.Naming.Account).WithControl(account.NewS3Control(at.Config))
	adopter := adoption.New(at.Naming, at.Store(), at.Store(), store, at.Diagnoser())
	p, err := adopter.Propose(ctx, id, d.bucket)
	if err != nil {
		return d.refused(id, d.bucket, err)
	}
	return d.carryOut(ctx, adopter, p, at.Where())
}

// carryOut shows the proposal, asks, and adopts. where is the stage, for the question.
func (d *command) carryOut(ctx context.Context, adopter *adoption.Adopter, p *adoption.Proposal, where string) error {
	d.showProposal(p)
	if p.Already || d.DryRun {
		return d.adopted(p, false)
	}
	instead := ""
	if p.ClaimSeen != "" {
		instead = " instead of " + safetext.Line(p.Claim.Bucket, 80)
	}
	question := fmt.Sprintf("Type %s to make %s its own%s (%s):", p.Spec.OrgID, safetext.Line(p.Name, 80), instead, where)
	if err := d.Ask(ctx, d.App, question, string(p.Spec.OrgID), "nothing was changed"); err != nil {
		return err
	}
	if err := adopter.Adopt(ctx, p); err != nil {
		return d.refused(p.Spec.OrgID, p.Name, err)
	}
	return d.adopted(p, true)
}

// refused reports an adoption that was refused, and chooses its exit status.
func (d *command) refused(id org.ID, name string, err error) error {
	refusal, ok := errors.AsType[*adoption.Refusal](err)
	if !ok {
		return fmt.Errorf("adopt a bucket for %s: %w", id, err)
	}
	if d.JSON() {
		line := refusedLine{OrgID: id, Bucket: name, Refused: refusal.Reason, Message: refusal.Message, Advice: refusal.Advice}
		if err := cli.JSONLine(d.Out, line); err != nil {
			return err
		}
	}
	status := cli.StatusBlocked
	switch refusal.Reason {
	case adoption.NotACandidate, adoption.SeveralToAdopt:
		status = cli.StatusUsage
	case adoption.Changed:
		status = cli.StatusFailed
	}
	return &cli.Ended{Status: status, Err: errors.New(safetext.Line(refusal.Message, 0)), Advice: safetext.Line(refusal.Advice, 0)}
}
