// Command orgbucket is the operators' tool: it shows an organization's bucket and
// what a message would change, audits all buckets, sends messages, and shows, replays
// and archives dead letters. `orgbucket help` explains its commands; each one has a
// folder of its name here.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
)

func main() {
	// If the reader of a pipe goes away (`| head`), writing fails with an error instead
	// of a signal, so that a command can still make messages visible again.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	// A second Ctrl-C ends the program at once, as SIGKILL would.
	context.AfterFunc(ctx, stop)
	os.Exit(cli.Run(ctx, cli.NewApp(), newRoot, os.Args[1:]))
}
