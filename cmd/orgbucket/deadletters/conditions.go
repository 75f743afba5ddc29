package deadletters

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/org"
)

const aboutConditions = `--org, --code, --verdict, --older-than and --id select messages; --would-work is short
for --verdict would-work --verdict healthy. A message has to match
every condition; one that is given several times matches if one of its values does.`

// conditions are the flags that select messages.
type conditions struct {
	orgs, codes, ids []string
	verdicts         []string
	olderThan        cli.Age
	wouldWork, all   bool
}

// The lists are string arrays, not string slices: an empty value (--org "$ORG"
// without ORG) would be an empty slice, and so no condition at all.

// flags adds the conditions to a command, with --all if it acts on messages.
func (s *conditions) flags(c *cobra.Command, all bool) {
	f := c.Flags()
	f.StringArrayVar(&s.orgs, "org", nil, "only messages for this organization")
	f.StringArrayVar(&s.codes, "code", nil, "only messages that would fail with this code now")
	f.StringArrayVar(&s.ids, "id", nil, "only the message whose id is or begins with this, at least 6 characters")
	f.Var(&s.olderThan, "older-than", "only messages first sent at least so long ago: 90m, 12h, 3d")
	f.Lookup("older-than").DefValue = "" // not 0s
	f.StringArrayVar(&s.verdicts, "verdict", nil, "only messages of this verdict")
	f.BoolVar(&s.wouldWork, "would-work", false, "only messages that would work now, or whose bucket is healthy")
	if all {
		f.BoolVar(&s.all, "all", false, "every message; it excludes the conditions")
	}
	_ = c.RegisterFlagCompletionFunc("verdict", cobra.FixedCompletions(cli.Texts(verdicts), cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("code", cobra.FixedCompletions(cli.Texts(fault.Codes()), cobra.ShellCompDirectiveNoFileComp))
}

// selection returns the checked conditions. If there is none, the error is none.
func (s *conditions) selection(none error) (deadletter.Selection, error) {
	chosen := deadletter.Selection{All: s.all, IDs: s.ids, OlderThan: time.Duration(s.olderThan)}
	for _, text := range s.orgs {
		id, err := org.ParseID(text)
		if err != nil {
			return chosen, cli.Usage("--org: %w", err)
		}
		chosen.Orgs = append(chosen.Orgs, id)
	}
	for _, text := range s.codes {
		code, err := cli.Named("code", text, fault.Codes())
		if err != nil {
			return chosen, cli.Advise(err, "docs/runbook.md lists the codes; `orgbucket dead-letters list` shows those that there are now.")
		}
		chosen.Codes = append(chosen.Codes, code)
	}
	for _, text := range s.verdicts {
		v, err := cli.Named("verdict", text, verdicts)
		if err != nil {
			return chosen, err
		}
		chosen.Verdicts = append(chosen.Verdicts, v)
	}
	if s.wouldWork {
		chosen.Verdicts = append(chosen.Verdicts, deadletter.WorthReplaying...)
	}
	switch err := chosen.Check(); {
	case errors.Is(err, deadletter.ErrNoCondition):
		return chosen, none
	case err != nil:
		return chosen, cli.Usage("%w", err)
	}
	return chosen, nil
}

// narrowed are the flags of a selection's conditions but verdict and code.
func narrowed(s deadletter.Selection) (flags string) {
	for _, id := range s.Orgs {
		flags += " --org " + string(id)
	}
	for _, id := range s.IDs {
		flags += " --id " + id
	}
	if age := cli.Age(s.OlderThan); age > 0 {
		flags += " --older-than " + age.String()
	}
	return flags
}

// errNoCondition is the error of a command that acts on messages and has no condition.
var errNoCondition = &cli.Ended{Status: cli.StatusUsage, Err: deadletter.ErrNoCondition, Advice: "Give --org, --code, --verdict, --id, --older-than or --would-work, or --all for every message."}
