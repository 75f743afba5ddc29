package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const about = `audit examines every bucket of the account whose name begins with the deployment's
prefix, in all Regions, and reports what is off. It writes nothing.

Whose a bucket is, its tag OrgId says. Without a usable one it's taken for that of the
organization whose name it has, in the table with a question mark behind, and reported.
A bucket that was changed in the last two minutes is looked at again before it is
reported: it may be being made just now. What vanishes meanwhile is no finding.

`

const moreAbout = `
An error: the organization lacks something that it shall have, a message for it would
fail, or more is public than shall be. A warning: it works, but somebody should look.
Some findings are warnings where a healthy home makes them harmless. What is off about
an organization with two buckets is reported once, with its home.

Rows come in the order of the names, while the audit runs; memory doesn't grow with the
number of buckets. The rate is of API calls, retries included: a
bucket takes about five, so the default examines ten in a second, a thousand in less
than two minutes. S3 has no published limit for such calls, and the function needs
them, too: raise the rate with care.

Formats: table; json, one object per line, the last of type "summary", so that a file
that was cut off can be told from a whole one. Only what is off is shown, unless --all
is given. The table's summary is on stderr.

Exit status: 0 nothing is off; 2 there are findings; 1 something couldn't be examined,
which is never taken for fine: the row says which permission is missing; 64 bad usage;
130 stopped by Ctrl-C, what was written until then is right.`

const example = `  orgbucket audit --stage prod
  orgbucket audit --stage prod --all
  orgbucket audit --stage prod --output json | jq -r 'select(.findings) | .bucket + " " + .findings[].code'
  # every night, by cron; mail comes only if something is off or couldn't be examined
  12 3 * * *  orgbucket audit --stage prod --ignore ForeignDeny > audit.txt 2>&1 || cat audit.txt`

// flags are what the command line says.
type flags struct {
	ignore []string
	all    bool
	rate   float64
}

// The bounds keep a slip of the finger from becoming a flood.
const (
	defaultRate = 50 // API calls per second
	mostRate    = 1000
	workers     = 8 // buckets examined at once
)

// NewCommand is `orgbucket audit`.
func NewCommand(a *cli.App) *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use: "audit", Short: "Examine every organization's bucket and report what is off",
		Long: about + codeTable() + moreAbout, Example: example,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := f.check(); err != nil {
				return err
			}
			return f.run(c.Context(), a)
		},
	}
	set := c.Flags()
	set.StringArrayVar(&f.ignore, "ignore", nil, "count findings of this code apart and don't report them; repeatable")
	set.BoolVar(&f.all, "all", false, "show healthy buckets, too")
	set.Float64Var(&f.rate, "rate", defaultRate, "API calls per second")
	_ = c.RegisterFlagCompletionFunc("ignore", cobra.FixedCompletions(codeNames(), cobra.ShellCompDirectiveNoFileComp))
	a.OutputFlag(c)
	return c
}

func codeNames() (all []string) {
	for _, code := range audit.Codes() {
		all = append(all, string(code))
	}
	return all
}

// codeTable lists for the help what can be found.
func codeTable() string {
	var b strings.Builder
	b.WriteString("What can be found:\n\n")
	w := cli.Table(&b)
	for _, code := range audit.Codes() {
		cli.Row(w, "  "+string(code), string(code.Severity()), code.Meaning())
	}
	_ = w.Flush() // into memory
	return b.String()
}

func (f flags) check() error {
	if !(f.rate > 0 && f.rate <= mostRate) { // NaN is neither
		return cli.Usage("--rate %v isn't more than 0 and at most %d calls per second", f.rate, mostRate)
	}
	for _, code := range f.ignore {
		if !slices.Contains(codeNames(), code) {
			return &cli.Ended{Status: cli.StatusUsage, Err: fmt.Errorf("--ignore %q is no finding's code", code), Advice: "There are " + strings.Join(codeNames(), ", ") + "."}
		}
	}
	return nil
}

// run examines and reports.
func (f flags) run(ctx context.Context, a *cli.App) error {
	at, err := a.Connect(ctx, stage.Needs{Naming: true})
	if err != nil {
		return err
	}
	o := audit.Options{Workers: workers}
	for _, code := range f.ignore {
		o.Ignore = append(o.Ignore, audit.Code(code))
	}
	auditor, err := newAuditor(at, f.rate)
	if err != nil {
		return err
	}
	return report(ctx, a, auditor, o, f.all)
}
