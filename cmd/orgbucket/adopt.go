package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/pkg/operator/account"
	"github.com/fusionpos/orgbucket/pkg/operator/adoption"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
	"github.com/fusionpos/orgbucket/pkg/org"
)

const aboutAdopt = `adopt makes a bucket an organization's by tagging it. The function never does that: a
bucket of the right name that isn't tagged may be anybody's, so a message for the
organization is blocked (OwnershipUnproved) until a person has looked at it.

It shows what the bucket is: its tags, public access block, policy and first objects,
and what a message would do after the adoption, which may open pub/ to the public. Then
it asks for the organization's id, adds the tag, and reads it back. Other tags stay as
they are.

It refuses a bucket that is tagged for another organization, is in another Region or
account, isn't one of the organization's names, or would be a second home.

It needs s3:TagResource for the tag OrgId.

Exit status: 0 adopted, or the organization's already; 3 refused; 1 it couldn't be
done; 64 bad usage, nothing was done.`

const exampleAdopt = `  orgbucket adopt --stage prod xmsqa1
  orgbucket adopt --stage prod xmsqa1 --bucket fusion-rms-xmsqa1 --dry-run`

// adoptOptions are the command's flags.
type adoptOptions struct {
	bucket      string
	yes, dryRun bool
}

func newAdoptCommand(a *app) *cobra.Command {
	var o adoptOptions
	c := &cobra.Command{
		Use: "adopt ORG", Short: "Make a bucket that nothing proves to be anybody's an organization's, by tagging it",
		Long: aboutAdopt, Example: exampleAdopt,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.adopt(c.Context(), args[0], o) },
	}
	c.Flags().StringVar(&o.bucket, "bucket", "", "which of the organization's names, if more than one could be adopted")
	c.Flags().BoolVar(&o.yes, "yes", false, "don't ask")
	c.Flags().BoolVar(&o.dryRun, "dry-run", false, "only show what would be done")
	a.outputFlag(c, "table", "json")
	return c
}

func (a *app) adopt(ctx context.Context, text string, o adoptOptions) error {
	id, err := org.ParseID(text)
	if err != nil {
		return usage("%v", err)
	}
	if o.yes && o.dryRun {
		return usage("--yes and --dry-run exclude each other")
	}
	if !o.yes && !o.dryRun && !a.inTerminal {
		return &ended{status: statusUsage, err: errNoTerminal, advice: "--yes does it without asking, --dry-run only shows it"}
	}
	at, err := a.connect(ctx, stage.Needs{Naming: true})
	if err != nil {
		return err
	}
	if _, err := at.Naming.Spec(id); err != nil {
		return &ended{status: statusUsage, err: err}
	}
	store := buckets.New(at.s3(), at.Naming.Account).WithControl(account.NewS3Control(at.config))
	adopter := adoption.New(at.Naming, at.store(), store, at.diagnoser())
	p, err := adopter.Propose(ctx, id, o.bucket)
	if err != nil {
		return a.refused(id, o.bucket, err)
	}
	return a.carryOut(ctx, adopter, p, o)
}

// carryOut shows the proposal, asks, and adopts.
func (a *app) carryOut(ctx context.Context, adopter *adoption.Adopter, p *adoption.Proposal, o adoptOptions) error {
	a.showProposal(p)
	if p.Already || o.dryRun {
		return a.adopted(p, false)
	}
	if !o.yes {
		agreed, err := a.confirm(ctx, fmt.Sprintf("Type %s to make this bucket its own:", p.Spec.OrgID), string(p.Spec.OrgID))
		if err != nil {
			return err
		}
		if !agreed {
			return &ended{status: statusFailed, err: fmt.Errorf("adopt %s: not confirmed; nothing was changed", p.Name)}
		}
	}
	if err := adopter.Adopt(ctx, p); err != nil {
		return a.refused(p.Spec.OrgID, p.Name, err)
	}
	return a.adopted(p, true)
}

// refused gives an adoption that wasn't made its exit status.
func (a *app) refused(id org.ID, name string, err error) error {
	refusal, ok := errors.AsType[*adoption.Refusal](err)
	if !ok {
		return fmt.Errorf("adopt a bucket for %s: %w", id, err)
	}
	if a.output == "json" {
		line := refusedLine{OrgID: id, Bucket: name, Refused: refusal.Reason, Message: refusal.Message, Advice: refusal.Advice}
		if err := jsonLine(a.out, line); err != nil {
			return err
		}
	}
	status := statusBlocked
	switch refusal.Reason {
	case adoption.NotACandidate, adoption.SeveralToAdopt:
		status = statusUsage
	case adoption.Changed:
		status = statusFailed
	}
	return &ended{status: status, err: errors.New(cell(refusal.Message, 0)), advice: cell(refusal.Advice, 0)}
}
