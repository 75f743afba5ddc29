package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
)

// Named returns the name that a flag's value is, in any case. The error is that of the
// usage: it has the names that may be meant, or all if they are few.
func Named[S ~string](flag, value string, names []S) (S, error) {
	for _, name := range names {
		if strings.EqualFold(value, string(name)) {
			return name, nil
		}
	}
	const few = 10
	meant := didYouMean(value, Texts(names))
	if len(names) <= few {
		return "", Usage("--%s %q isn't one of %s%s", flag, value, strings.Join(Texts(names), ", "), meant)
	}
	return "", Usage("--%s %q isn't known%s", flag, value, meant)
}

// Texts are names as strings.
func Texts[S ~string](names []S) (all []string) {
	for _, name := range names {
		all = append(all, string(name))
	}
	return all
}

// didYouMean asks whether one of the names was meant, if text is nearly one, or a part of
// one. It's the end of a sentence.
func didYouMean(text string, names []string) string {
	if text == "" {
		return ""
	}
	known := &cobra.Command{}
	for _, name := range names {
		known.AddCommand(&cobra.Command{Use: name, Run: func(*cobra.Command, []string) {}})
	}
	var near []string
	for edits := 1; edits <= 2+len(text)/8 && len(near) == 0; edits++ { // the nearest only
		known.SuggestionsMinimumDistance = edits
		near = known.SuggestionsFor(text)
	}
	if len(near) == 0 {
		near = slices.DeleteFunc(slices.Clone(names), func(name string) bool {
			return !strings.Contains(strings.ToLower(name), strings.ToLower(text))
		})
	}
	if len(near) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(near[:min(3, len(near))], " or ") + "?"
}

// wrongArguments is the error of a command that doesn't take so many arguments. Its line of
// usage has a word for each that it takes.
func wrongArguments(c *cobra.Command, args []string) error {
	takes := len(strings.Fields(c.Use)) - 1
	switch {
	case c.HasSubCommands():
		var names []string
		for _, sub := range c.Commands() {
			names = append(names, sub.Name())
			if below, _, err := sub.Find(args[:1]); err == nil && below != sub { // list, without dead-letters
				return fmt.Errorf("%s has no command %q; did you mean `%s`?", c.CommandPath(), args[0], below.CommandPath())
			}
		}
		return fmt.Errorf("%s has no command %q%s", c.CommandPath(), args[0], didYouMean(args[0], names))
	case len(args) <= takes:
		return fmt.Errorf("an argument is missing: %s", c.UseLine())
	}
	return fmt.Errorf("%q is one argument too many: %s", args[takes], c.UseLine())
}

// wrongFlag is the error of a flag that can't be read, in words for a person.
func wrongFlag(c *cobra.Command, err error) error {
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok && e.GetSpecifiedShortnames() == "" {
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		return fmt.Errorf("%s has no flag --%s%s", c.CommandPath(), e.GetSpecifiedName(), didYouMean("--"+e.GetSpecifiedName(), names))
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return fmt.Errorf("--%s needs a value", e.GetFlag().Name)
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		switch flag := e.GetFlag(); flag.Value.Type() {
		case "float64":
			return fmt.Errorf("--%s %q isn't a number", flag.Name, e.GetValue())
		case "int":
			return fmt.Errorf("--%s %q isn't a whole number", flag.Name, e.GetValue())
		case "bool":
			return fmt.Errorf("--%s %q is neither true nor false", flag.Name, e.GetValue())
		default:
			return fmt.Errorf("--%s %q: %w", flag.Name, e.GetValue(), errors.Unwrap(e))
		}
	}
	return err
}

// Doubt tells of ids that look like names of the stage's buckets.
func (c *Connection) Doubt(a *App, ids ...string) {
	if text := Mistaken(c.Naming, ids); text != "" {
		a.Notice("%s", text)
	}
}

// Mistaken asks which organization is meant if ids look like names of the stage's buckets,
// though they are allowed; it is empty if none does.
func Mistaken[S ~string](naming bucket.Naming, ids []S) string {
	text, more := "", 0
	for _, id := range ids {
		meant, ok := audit.OrganizationOf(naming, string(id))
		switch {
		case !ok:
		case text == "":
			text = fmt.Sprintf("%s looks like a bucket's name; did you mean %s?", id, meant)
		default:
			more++
		}
	}
	switch {
	case more == 1:
		text += " 1 more looks so."
	case more > 1:
		text += fmt.Sprintf(" %d more look so.", more)
	}
	return text
}
