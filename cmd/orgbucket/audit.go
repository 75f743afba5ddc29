package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const aboutAudit = `audit examines every bucket of the account whose name begins with the deployment's
prefix, in all Regions, and reports what is off. It writes nothing.

Whose a bucket is, its tag OrgId says. Without a usable one it's taken for that of the
organization whose name it has, in the table with a question mark behind, and reported.
A bucket that was changed in the last two minutes is looked at again before it is
reported: it may be being made just now. What vanishes meanwhile is no finding.

`

const moreAboutAudit = `
An error: the organization lacks something that it shall have, a message for it would
fail, or more is public than shall be. A warning: it works, but somebody should look.
Some findings are warnings where a healthy home makes them harmless. What is off about
an organization with two buckets is reported once, with its home.

Rows come in the order of the names, while the audit runs; memory doesn't grow with the
number of buckets. The rate is of API calls, retries included, all workers together: a
bucket takes about five, so the default examines ten in a second, a thousand in less
than two minutes. S3 has no published limit for such calls, and the function needs
them, too: raise the rate with care.

Formats: table; json, one object per line, the last of type "summary", so that a file
that was cut off can be told from a whole one; csv (RFC 4180), a line per finding, in
which a cell that begins with = + - or @ gets an apostrophe before it, so that no
spreadsheet takes what others wrote into tags and policies for a formula. Only what is
off is shown, unless --all is given. The summary of table and csv is on stderr.

Exit status: 0 nothing is off; 2 there are findings; 1 something couldn't be examined,
which is never taken for fine: the row says which permission is missing; 64 bad usage;
130 stopped by Ctrl-C, what was written until then is right.`

const exampleAudit = `  orgbucket audit --stage prod
  orgbucket audit --stage prod --all
  orgbucket audit --stage prod --output csv > audit.csv
  orgbucket audit --stage prod --output json | jq -r 'select(.findings) | .bucket + " " + .findings[].code'
  # every night, by cron; mail comes only if something is off or couldn't be examined
  12 3 * * *  orgbucket audit --stage prod --ignore ForeignDeny > audit.txt 2>&1 || cat audit.txt`

// auditFlags are what the command line says.
type auditFlags struct {
	ignore  []string
	all     bool
	workers int
	rate    float64
}

// The bounds keep a slip of the finger from becoming a flood.
const (
	defaultAuditRate    = 50 // API calls per second
	mostAuditRate       = 1000
	defaultAuditWorkers = 8
	mostAuditWorkers    = 256
)

func newAuditCommand(a *app) *cobra.Command {
	var f auditFlags
	c := &cobra.Command{
		Use: "audit", Short: "Examine every organization's bucket and report what is off",
		Long: aboutAudit + auditCodes() + moreAboutAudit, Example: exampleAudit,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := f.check(); err != nil {
				return err
			}
			return a.audit(c.Context(), f)
		},
	}
	flags := c.Flags()
	flags.StringArrayVar(&f.ignore, "ignore", nil, "count findings of this code apart and don't report them; repeatable")
	flags.BoolVar(&f.all, "all", false, "show healthy buckets, too")
	flags.Float64Var(&f.rate, "rate", defaultAuditRate, "API calls per second, all workers together")
	flags.IntVar(&f.workers, "workers", defaultAuditWorkers, "buckets examined at once")
	_ = c.RegisterFlagCompletionFunc("ignore", cobra.FixedCompletions(codeNames(), cobra.ShellCompDirectiveNoFileComp))
	a.outputFlag(c, "table", "json", "csv")
	return c
}

func codeNames() (all []string) {
	for _, code := range audit.Codes() {
		all = append(all, string(code))
	}
	return all
}

// auditCodes lists for the help what can be found.
func auditCodes() string {
	var b strings.Builder
	b.WriteString("What can be found:\n\n")
	w := table(&b)
	for _, code := range audit.Codes() {
		row(w, "  "+string(code), string(code.Severity()), code.Meaning())
	}
	_ = w.Flush() // into memory
	return b.String()
}

func (f auditFlags) check() error {
	switch {
	case !(f.rate > 0 && f.rate <= mostAuditRate): // NaN is neither
		return usage("--rate %v isn't more than 0 and at most %d calls per second", f.rate, mostAuditRate)
	case f.workers < 1 || f.workers > mostAuditWorkers:
		return usage("--workers %d isn't 1 to %d", f.workers, mostAuditWorkers)
	}
	for _, code := range f.ignore {
		if !slices.Contains(codeNames(), code) {
			return &ended{status: statusUsage, err: fmt.Errorf("--ignore %q is no finding's code", code), advice: "There are " + strings.Join(codeNames(), ", ") + "."}
		}
	}
	return nil
}

// audit examines and reports.
func (a *app) audit(ctx context.Context, f auditFlags) error {
	at, err := a.connect(ctx, stage.Needs{Naming: true})
	if err != nil {
		return err
	}
	o := audit.Options{Workers: f.workers}
	for _, code := range f.ignore {
		o.Ignore = append(o.Ignore, audit.Code(code))
	}
	auditor, err := at.auditor(f.rate)
	if err != nil {
		return err
	}
	return a.runAudit(ctx, auditor, o, f.all)
}
