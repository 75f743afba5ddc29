package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
)

// confirm asks a question that only the expected answer agrees to ("y" stands
// for yes in any spelling). What was asked without a terminal is an error in the
// usage: a script says --yes. ctx's end is an answer, too: no.
func (a *app) confirm(ctx context.Context, question, expected string) (bool, error) {
	if !a.inTerminal {
		return false, &ended{status: statusUsage, err: errNoTerminal, advice: "--yes does it without asking, --dry-run only shows it"}
	}
	fmt.Fprintf(a.err, "%s ", question)
	answers := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(a.in).ReadString('\n') // the end of input is an empty answer
		answers <- strings.TrimSpace(line)
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(a.err)
		return false, &ended{status: statusStopped, err: errors.New("stopped at the question; nothing was done")}
	case answer := <-answers:
		if expected == "y" {
			answer = strings.ToLower(answer)
			return answer == "y" || answer == "yes", nil
		}
		return answer == expected, nil
	}
}
