package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
)

// TestHelpIsAsWideAsTheTerminal: no word is broken at its edge, and no command elsewhere.
func TestHelpIsAsWideAsTheTerminal(t *testing.T) {
	var visit func(c *cobra.Command, path []string)
	visit = func(c *cobra.Command, path []string) {
		w := clitest.InTerminal(t, 80, append(path, "--help")...)
		if status := w.End(); status != cli.StatusOK {
			t.Errorf("%v --help: status %d", path, status)
		}
		shown := w.Written()
		for line := range strings.Lines(shown) {
			line = strings.TrimRight(line, "\r\n")
			if len([]rune(line)) > 80 && !strings.HasPrefix(line, "  orgbucket ") {
				t.Errorf("%v --help: %d columns: %q", path, len([]rune(line)), line)
			}
		}
		for line := range strings.Lines(c.Example) {
			if !strings.Contains(strings.ReplaceAll(shown, "\r\n", "\n"), strings.TrimRight(line, "\n")+"\n") {
				t.Errorf("%v --help breaks %q", path, line)
			}
		}
		for _, sub := range c.Commands() {
			visit(sub, append(path[:len(path):len(path)], sub.Name()))
		}
	}
	visit(newRoot(cli.NewApp()), nil)
}
