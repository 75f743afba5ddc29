package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

const about = `orgbucket looks after the S3 buckets of Fusion POS's organizations.

When a page says "dead-letter queue not empty":

  orgbucket dead-letters list --stage prod                     what failed, and why it would fail now
  ... fix the cause that it names ...
  orgbucket dead-letters replay --stage prod --would-work --follow
  orgbucket audit --stage prod                                 all is well again

--stage NAME finds the stage's queues, topic and naming by the SSM parameters of
its stack. Without it they are taken from the environment: QUEUE_URL, DEAD_LETTER_QUEUE_URL, OUTCOME_TOPIC_ARN, ACCOUNT_ID,
BUCKET_PREFIX, CLIENT_USER_PREFIX, CLIENT_ACCOUNT_ID, which ` + "`make up`" + ` prints for
the system on one machine. Credentials and Region come the AWS command line's ways:
AWS_PROFILE, AWS_REGION and its other variables. AWS_MAX_ATTEMPTS is how often a call
that isn't answered is made, 5 times if unset.

Commands read only, unless their name says otherwise: send, adopt, dead-letters
replay and dead-letters archive. Those show what they would do and ask first.

Exit status: 0 all well or nothing to do; 1 the command couldn't do its work;
2 done, and there is something to act on; 3 blocked or wrong; 64 bad usage or
input, nothing was done; 130 stopped by Ctrl-C, nothing is lost.`

func newRootCommand(a *app) *cobra.Command {
	root := &cobra.Command{
		Use: "orgbucket", Short: "Looks after the S3 buckets of organizations", Long: about,
		SilenceErrors: true, SilenceUsage: true, Version: version(),
		RunE: func(c *cobra.Command, _ []string) error {
			_ = c.Help()
			return usage("which command? See above")
		},
		Args: cobra.NoArgs,
	}
	// Nothing but the flags that say so takes a file's name.
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	root.PersistentFlags().StringVar(&a.given.Stage, "stage", "", "the stage, as in cdk.json")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return &ended{status: statusUsage, err: err, advice: fmt.Sprintf("`%s --help` lists the flags", c.CommandPath())}
	})
	root.AddCommand(newPlanCommand(a), newAdoptCommand(a), newAuditCommand(a), newSendCommand(a), newDeadLettersCommand(a), newDoctorCommand(a))
	checkArguments(root)
	return root
}

// checkArguments makes wrong arguments an error in the usage, as wrong flags are.
func checkArguments(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return &ended{status: statusUsage, err: err, advice: fmt.Sprintf("`%s --help` explains", c.CommandPath())}
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		checkArguments(sub)
	}
}

// outputFlag adds --output with the formats that a command offers, the default first.
func (a *app) outputFlag(c *cobra.Command, formats ...string) {
	c.Flags().StringVarP(&a.output, "output", "o", formats[0], "how results are written: "+strings.Join(formats, ", "))
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
	before := c.PreRunE
	c.PreRunE = func(c *cobra.Command, args []string) error {
		if !slices.Contains(formats, a.output) {
			return usage("--output %q isn't one of %s", a.output, strings.Join(formats, ", "))
		}
		if before != nil {
			return before(c, args)
		}
		return nil
	}
}

var errNoTerminal = errors.New("this asks first, but standard input isn't a terminal")

// completeFile has the shell offer names of files for a flag.
func completeFile(c *cobra.Command, flag string) {
	_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault))
}
