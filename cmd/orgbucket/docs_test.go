package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
)

// written is a command line of this tool that somebody is told to type.
type written struct{ where, line string }

// TestEveryCommandLineInTheDocumentationIsOneOfThisTool: an operator types them
// at night. A command, flag or argument that isn't there fails.
func TestEveryCommandLineInTheDocumentationIsOneOfThisTool(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []written
	for _, page := range append(pages, "../../README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, commandLines(page, string(text))...)
		for line := range strings.Lines(string(text)) {
			if strings.Count(line, "`")%2 != 0 && !strings.HasPrefix(strings.TrimSpace(line), "```") {
				t.Errorf("%s: what is between backticks has to be on one line, or a command isn't found: %s", page, line)
			}
		}
	}
	if len(all) < 40 {
		t.Errorf("only %d command lines were found", len(all))
	}
	check(t, all)
}

// TestEveryCommandLineInTheHelpIsOneOfThisTool does the same with what the tool
// itself says.
func TestEveryCommandLineInTheHelpIsOneOfThisTool(t *testing.T) {
	var all []written
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		for line := range strings.Lines(c.Long + "\n" + c.Example) {
			if strings.HasPrefix(line, " ") { // the rest is sentences
				all = append(all, segments("the help of "+c.CommandPath(), line)...)
			}
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(newRoot(cli.NewApp()))
	if len(all) < 15 {
		t.Errorf("only %d command lines were found", len(all))
	}
	check(t, all)
}

func TestEveryCommandLineInAHintIsOneOfThisTool(t *testing.T) {
	var all []written
	for _, code := range fault.Codes() {
		all = append(all, spans("the hint of "+string(code), code.Hint())...)
	}
	for _, code := range audit.Codes() {
		all = append(all, spans("the audit's hint of "+string(code), code.Hint("xmsqa1", "fusion-rms-xmsqa1"))...)
	}
	if len(all) < 5 {
		t.Errorf("only %d command lines were found", len(all))
	}
	check(t, all)
}

func check(t *testing.T, all []written) {
	t.Helper()
	for _, w := range all {
		if err := parses(w.line); err != nil {
			t.Errorf("%s: %s: %v", w.where, w.line, err)
		}
	}
}

// parses reads a command line as the tool would, without running it.
func parses(line string) error {
	args := words(line)[1:]
	root := newRoot(cli.NewApp())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd(args...)
	c, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	c.InitDefaultHelpFlag()
	c.InitDefaultVersionFlag()
	if err := c.ParseFlags(rest); err != nil {
		return err
	}
	if c == root && c.Flags().NFlag() == 0 || c.HasSubCommands() && c != root {
		return fmt.Errorf("no command is named")
	}
	if c.Flags().Changed("help") {
		return nil
	}
	if err := c.ValidateArgs(c.Flags().Args()); err != nil {
		return err
	}
	if err := c.ValidateRequiredFlags(); err != nil {
		return err
	}
	if err := c.ValidateFlagGroups(); err != nil {
		return err
	}
	if c.PreRunE != nil {
		return c.PreRunE(c, c.Flags().Args())
	}
	return nil
}

// commandLines finds the command lines of a page: in blocks of code, and in text
// between backticks.
func commandLines(page, text string) (all []written) {
	code := false
	for line := range strings.Lines(text) {
		switch trimmed := strings.TrimSpace(line); {
		case strings.HasPrefix(trimmed, "```"):
			code = !code
		case code:
			all = append(all, segments(page, trimmed)...)
		default:
			all = append(all, spans(page, trimmed)...)
		}
	}
	return all
}

var span = regexp.MustCompile("`([^`]+)`")

// spans finds the command lines between backticks.
func spans(where, text string) (all []written) {
	for _, m := range span.FindAllStringSubmatch(text, -1) {
		all = append(all, segments(where, m[1])...)
	}
	return all
}

// cronTime is when cron shall run a command.
var cronTime = regexp.MustCompile(`^([0-9*/,-]+ ){5} *`)

// segments takes the commands of this tool from a shell's line, which may have
// others beside it, a comment after it, or a redirection.
func segments(where, line string) (all []written) {
	line, _, _ = strings.Cut(strings.TrimSpace(line), "   ") // an explanation in a column of its own
	for _, part := range regexp.MustCompile(` (\|\|?|&&|;) `).Split(line, -1) {
		part, _, _ = strings.Cut(part, " # ")
		part = regexp.MustCompile(` [12]?>>? ?\S+`).ReplaceAllString(part, "")
		part = cronTime.ReplaceAllString(strings.TrimSpace(part), "")
		part = strings.TrimPrefix(part, "dist/")
		if strings.HasPrefix(part, "orgbucket ") {
			all = append(all, written{where, part})
		}
	}
	return all
}

var word = regexp.MustCompile(`'[^']*'|"[^"]*"|\S+`)

// words splits a line as a shell would, as far as the documentation needs it.
func words(line string) (all []string) {
	for _, w := range word.FindAllString(line, -1) {
		all = append(all, strings.Trim(w, `'"`))
	}
	return all
}

// The test above is worth nothing if it takes whatever it's given.
func TestACommandLineThatIsNoneIsNoticed(t *testing.T) {
	for _, line := range []string{
		"orgbucket deadletters list", "orgbucket dead-letters list --satge prod", "orgbucket dead-letters", "orgbucket plan --stage prod --nonsense",
		"orgbucket dead-letters inspect", "orgbucket doctor xmsqa1", "orgbucket doctor --output xml",
	} {
		if parses(line) == nil {
			t.Errorf("%q is taken", line)
		}
	}
	got := commandLines("p", "a `orgbucket plan x` b\n```\naws s3 ls | orgbucket send --file - > out # note\n  orgbucket audit    and so on\n1 3 * * *  orgbucket doctor 2>&1 || cat out\n```\n`orgbucket-prod-x`")
	want := []written{{"p", "orgbucket plan x"}, {"p", "orgbucket send --file -"}, {"p", "orgbucket audit"}, {"p", "orgbucket doctor"}}
	if !slices.Equal(got, want) {
		t.Errorf("found %v, not %v", got, want)
	}
}
