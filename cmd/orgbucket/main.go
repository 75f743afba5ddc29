// Command orgbucket is the operators' tool: it shows what an organization's
// bucket is and what a message would change, checks all of them, sends and
// replays messages, and tells why dead letters failed. `orgbucket help` explains.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
)

func main() {
	// A reader that goes away (`| head`) ends writing with an error, so that what
	// was begun is still put in order.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second Ctrl-C ends the program at once, as SIGKILL would.
	context.AfterFunc(ctx, stop)
	os.Exit(cli.Run(ctx, cli.NewApp(), newRoot, os.Args[1:]))
}
