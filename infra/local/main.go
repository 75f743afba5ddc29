// Command local runs the whole system on one machine: the compiled function
// behind Lambda's Runtime API and event source, on a real S3, IAM, SQS and SNS.
//
//	local run   plays the main job as a story with checks; exit status 0 only if every check held
//	local up    starts the same and stays, until Ctrl-C
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"github.com/fusionpos/orgbucket/infra/local/story"
	"github.com/fusionpos/orgbucket/infra/local/system"
)

func main() {
	o, err := parse(os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		fmt.Fprintf(os.Stderr, "local: %v\n", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second Ctrl-C ends the program at once; its child processes end with it.
	context.AfterFunc(ctx, stop)
	if !command(ctx, o, story.NewScreen(os.Stdout, wantsColor(os.Stdout, os.Getenv), columnsOf(os.Stdout))) {
		os.Exit(1)
	}
}

// columnsOf returns what tells how many columns out has now, 0 if it's no terminal.
func columnsOf(out *os.File) func() int {
	return func() int {
		n, _, err := term.GetSize(int(out.Fd()))
		if err != nil {
			return 0
		}
		return n
	}
}

// command runs what was asked for and reports whether all went well.
func command(ctx context.Context, o settings, out *story.Screen) bool {
	var ok bool
	var err error
	if o.command == "run" {
		ok, err = run(ctx, o, out)
	} else {
		ok, err = up(ctx, o, out, os.Stdin)
	}
	if err != nil {
		out.Trouble(err)
	}
	return ok && err == nil
}

// start starts the system, with that many receives of a message (0 for the usual number),
// and says what it consists of.
func start(ctx context.Context, o settings, out *story.Screen, receives int) (*system.System, error) {
	out.Text("Starting S3, IAM, SQS and SNS on free loopback ports …")
	options := system.Options{Bootstrap: o.bootstrap, Audit: o.audit, NodeModules: o.nodeModules, Trouble: out.Trouble, MaxReceiveCount: receives}
	if o.verbose {
		options.ServerLog, options.FunctionLog = os.Stderr, func(line string) { fmt.Fprintln(os.Stderr, line) }
	}
	sys, err := system.Start(ctx, options)
	if err != nil {
		return nil, err
	}
	introduce(sys, out)
	return sys, nil
}

func introduce(sys *system.System, out *story.Screen) {
	out.Title("The system on this machine")
	out.Fact("S3", sys.S3.URL()+"  versitygw, which enforces bucket and user policies")
	out.Fact("IAM", sys.S3.IAMURL()+"  versitygw")
	out.Fact("SQS, SNS", sys.Messaging.URL()+"  fauxqs")
	out.Fact("function", "the compiled bootstrap, in processes behind Lambda's Runtime API and event source")
	out.Fact("its rights", "the IAM user "+sys.Identity.User+" has the statements of the role, but here:")
	for _, difference := range sys.Differences {
		out.Point(difference)
	}
}
