package cli

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"
)

// What a request ends with when its connection breaks is no reader that has gone.
func TestABrokenConnectionIsTold(t *testing.T) {
	var said bytes.Buffer
	a := &App{Out: new(bytes.Buffer), Err: &said}
	broken := fmt.Errorf("send: %w", &net.OpError{Op: "write", Net: "tcp", Err: os.NewSyscallError("write", syscall.EPIPE)})
	Run(t.Context(), a, func(a *App) *cobra.Command {
		return &cobra.Command{RunE: func(*cobra.Command, []string) error { return broken }, SilenceErrors: true, SilenceUsage: true}
	}, nil)
	if !strings.Contains(said.String(), "send: ") {
		t.Error("a connection that breaks isn't told")
	}
}

func TestOnlyTheExpectedAnswerAgrees(t *testing.T) {
	for name, c := range map[string]struct {
		typed, expected string
		status          int
	}{
		"yes":                   {"YES\n", "y", StatusOK},
		"no":                    {"n\n", "y", StatusFailed},
		"the end of input":      {"", "y", StatusFailed},
		"yes instead of the id": {"y\n", "xmsqa1", StatusFailed},
		"the id":                {"xmsqa1\n", "xmsqa1", StatusOK},
		"the id in capitals":    {"XMSQA1\n", "xmsqa1", StatusFailed},
	} {
		a := &App{In: strings.NewReader(c.typed), Err: new(strings.Builder), InTerminal: true}
		if err := new(Agreement).Ask(t.Context(), a, "Really?", c.expected, "nothing was done"); StatusOf(err) != c.status {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAnErrorIsSafeToShow(t *testing.T) {
	var said bytes.Buffer
	(&App{Err: &said}).complain(errors.New("read \x1b[2J\nand more"))
	if got := said.String(); got != "orgbucket: read \\x1b[2J\nand more\n" {
		t.Errorf("said %q", got)
	}
}
