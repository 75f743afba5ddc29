package deadletters

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/org"
)

const aboutConditions = `--org, --code, --older-than, --id and --would-work select messages. A message has to match
every condition; one that is given several times matches if one of its values does.`

// conditions are the flags that select messages.
type conditions struct {
	orgs, codes, ids []string
	olderThan        age
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
	f.BoolVar(&s.wouldWork, "would-work", false, "only messages that would work now, or whose bucket is healthy")
	if all {
		f.BoolVar(&s.all, "all", false, "every message; it excludes the conditions")
	}
	var names []cobra.Completion
	for _, code := range fault.Codes() {
		names = append(names, string(code))
	}
	_ = c.RegisterFlagCompletionFunc("code", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
}

// selection returns the checked conditions. If there is none, the error is none.
func (s *conditions) selection(none error) (deadletter.Selection, error) {
	chosen := deadletter.Selection{All: s.all, IDs: s.ids, OlderThan: time.Duration(s.olderThan), WouldWork: s.wouldWork}
	for _, text := range s.orgs {
		id, err := org.ParseID(text)
		if err != nil {
			return chosen, cli.Usage("--org: %w", err)
		}
		chosen.Orgs = append(chosen.Orgs, id)
	}
	for _, text := range s.codes {
		chosen.Codes = append(chosen.Codes, fault.Code(text))
	}
	switch err := chosen.Check(); {
	case errors.Is(err, deadletter.ErrNoCondition):
		return chosen, none
	case err != nil:
		return chosen, cli.Usage("%w", err)
	}
	return chosen, nil
}

// errNoCondition is the error of a command that acts on messages and has no condition.
var errNoCondition = &cli.Ended{Status: cli.StatusUsage, Err: deadletter.ErrNoCondition, Advice: "Give --org, --code, --id, --older-than or --would-work, or --all for every message."}

// age is a duration that may be given in days.
type age time.Duration

func (a *age) String() string { return time.Duration(*a).String() }

// Type returns the value's name in the help.
func (a *age) Type() string { return "age" }

// Set reads days, and what time.ParseDuration reads.
func (a *age) Set(text string) error {
	var sum time.Duration
	rest := text
	if days, after, ok := strings.Cut(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		if err != nil {
			return fmt.Errorf("%q isn't a number of days", days)
		}
		sum, rest = time.Duration(n)*24*time.Hour, after
	}
	if rest != "" || text == "" {
		d, err := time.ParseDuration(rest)
		if err != nil {
			return errors.New("an age is like 90m, 12h, 3d or 1d12h")
		}
		sum += d
	}
	if sum <= 0 {
		return errors.New("an age must be positive")
	}
	*a = age(sum)
	return nil
}
