package audit

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const about = `audit examines every claim, and every bucket of the account whose name begins with the
stage's prefix, in all Regions, and reports what is wrong. It writes nothing. orgbucket
plan explains one organization.

A bucket's organization is that of its tag OrgId. Without a usable tag it is that of the
bucket's name, with a question mark behind it in the table. A bucket that was changed in
the last two minutes is examined up to three times, since a message may be at work on it.

`

const moreAbout = `
An error: the organization lacks something, a message for it would fail, or too much is
public. A warning: it works, or a person wants it so, but somebody should look. A notice
asks for nothing and leaves the exit status alone. The findings about an organization
with two buckets are reported once, with its home.

Claims and tags are compared both ways: after the buckets the claims are listed, and one
whose bucket isn't there, or isn't tagged for its organization, has a row of its own.

Rows are in the order of the names and are written while the audit runs. --rate counts
API calls: a bucket takes five, with --probe seven, so the default examines seven to ten
buckets in a second. The function needs such calls, too: raise the rate with care.

--probe looks at each bucket as a stranger does, by two unsigned requests: pub/ must be
answered with 200, a list with 403. From inside a network that S3 is reached from by an
endpoint of its own, the answers may be that network's.

To hear only of what is new, keep an audit as JSON and give it to the next ones:

  orgbucket audit --stage prod --all -o json > known.json
  orgbucket audit --stage prod --baseline known.json

Formats: table, with the summary on stderr; json, one object per line. The last one is
of type "summary"; without it the output was cut off. Only buckets with findings are
shown, unless --all is given.

Exit status: 0 nothing is wrong; 1 something couldn't be examined, and the row says which
permission is missing; 2 there are findings, or there was nothing to examine; 64 bad
usage; 130 stopped by Ctrl-C, the rows that were written are right.`

const example = `  orgbucket audit --stage prod
  orgbucket audit --stage prod --all
  orgbucket audit --stage prod --output json | jq -r 'select(.findings) | .bucket + " " + .findings[].code'
  orgbucket audit --stage prod --ignore ForeignDeny`

// flags are what the command line says.
type flags struct {
	ignore     []string
	baseline   string
	all, probe bool
	rate       float64
}

// The bounds keep a slip of the finger from becoming a flood.
const (
	defaultRate = 50 // API calls per second
	mostRate    = 1000
)

// NewCommand is `orgbucket audit`.
func NewCommand(a *cli.App) *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use: "audit", Short: "Examine every organization's bucket and report what is wrong",
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
	set.StringArrayVar(&f.ignore, "ignore", nil, "don't report findings of this CODE, or only those of one bucket: CODE:BUCKET; repeatable")
	set.StringVar(&f.baseline, "baseline", "", "report only what is new since the audit whose JSON is in this file")
	_ = c.MarkFlagFilename("baseline", "json", "jsonl")
	set.BoolVar(&f.probe, "probe", false, "also look at each bucket as a stranger: two unsigned requests")
	set.BoolVar(&f.all, "all", false, "also show healthy buckets")
	set.Float64Var(&f.rate, "rate", defaultRate, "API calls per second")
	_ = c.RegisterFlagCompletionFunc("ignore", cobra.FixedCompletions(cli.Texts(audit.Codes()), cobra.ShellCompDirectiveNoFileComp))
	a.OutputFlag(c)
	return c
}

// codeTable lists the findings for the help.
func codeTable() string {
	var b strings.Builder
	b.WriteString("The findings:\n\n")
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
	return nil
}

// options are those of the audit.
func (f flags) options() (o audit.Options, err error) {
	for _, text := range f.ignore {
		i, err := ignorable(text)
		if err != nil {
			return o, err
		}
		o.Ignore = append(o.Ignore, i)
	}
	if f.baseline != "" {
		known, err := baseline(f.baseline)
		if err != nil {
			return o, err
		}
		o.Ignore = append(o.Ignore, known...)
	}
	return o, nil
}

// run examines and reports.
func (f flags) run(ctx context.Context, a *cli.App) error {
	o, err := f.options()
	if err != nil {
		return err
	}
	at, err := a.Connect(ctx, stage.Needs{Naming: true})
	if err != nil {
		return err
	}
	client := at.Paced(f.rate)
	auditor, list, err := buckets.NewAuditor(client, at.Naming, at.HomesBucket, at.ControlEndpoint)
	if err != nil {
		return err
	}
	if f.probe {
		auditor = auditor.Visited(buckets.NewVisitor(client))
	}
	lookedFor := fmt.Sprintf("no bucket whose name begins with %s in %s, and no claim in %s", at.Naming.BucketPrefix, at.Where(), at.HomesBucket)
	return report(ctx, a, auditor, o, f.all, lookedFor, list.Total)
}
