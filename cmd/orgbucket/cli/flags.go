package cli

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/pkg/version"
)

// NewRoot is the command above all others, with the flags that they share.
func (a *App) NewRoot(about string, commands ...*cobra.Command) *cobra.Command {
	root := &cobra.Command{
		Use: "orgbucket", Short: "Looks after the S3 buckets of organizations", Long: about,
		SilenceErrors: true, SilenceUsage: true, Version: buildText(),
		RunE: NeedsCommand, Args: cobra.NoArgs,
	}
	// Nothing but the flags that say so takes a file's name.
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	root.PersistentFlags().StringVar(&a.Stage, "stage", "", "the stage, as in cdk.json (or ORGBUCKET_STAGE)")
	_ = root.RegisterFlagCompletionFunc("stage", a.stages)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return &Ended{Status: StatusUsage, Err: wrongFlag(c, err), Advice: fmt.Sprintf("`%s --help` lists the flags", c.CommandPath())}
	})
	root.AddCommand(commands...)
	a.wrapHelp(root)
	return root
}

// NeedsCommand is the RunE of a command that only has others below it.
func NeedsCommand(c *cobra.Command, _ []string) error {
	_ = c.Help()
	return Usage("name one of the commands above")
}

// checkArguments makes wrong arguments a usage error, as wrong flags are.
func checkArguments(c *cobra.Command) {
	if !c.Runnable() {
		c.RunE = NeedsCommand // cobra's own, which would show its help and end well
	}
	wrong := func(c *cobra.Command, args []string) error {
		return &Ended{Status: StatusUsage, Err: wrongArguments(c, args), Advice: fmt.Sprintf("`%s --help` explains", c.CommandPath())}
	}
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if check(c, args) != nil {
				return wrong(c, args)
			}
			return nil
		}
	}
	if c.Name() == "help" {
		c.Args = func(c *cobra.Command, args []string) error {
			if about, rest, _ := c.Root().Find(args); about.HasSubCommands() && len(rest) > 0 {
				return wrong(about, rest)
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		checkArguments(sub)
	}
}

// OutputFlag adds --output: table or json. Add it after PreRunE is set.
func (a *App) OutputFlag(c *cobra.Command) {
	formats := []string{"table", "json"}
	c.Flags().StringVarP(&a.Output, "output", "o", formats[0], "how results are written: "+strings.Join(formats, ", "))
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
	before := c.PreRunE
	c.PreRunE = func(c *cobra.Command, args []string) error {
		var err error
		if a.Output, err = Named("output", a.Output, formats); err != nil {
			return err
		}
		if before != nil {
			return before(c, args)
		}
		return nil
	}
}

// JSON reports whether results are written as JSON.
func (a *App) JSON() bool { return a.Output == "json" }

// buildText is the release, and the commit that Go recorded, if it did.
func buildText() string {
	text := version.Release()
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return text
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			text += ", commit " + s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			text += " with changes"
		}
	}
	return text + ", " + info.GoVersion
}
