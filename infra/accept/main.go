// Command accept tries the whole system in an account of AWS: it deploys a stage that is
// thrown away afterwards, plays what the system must do by real requests, compares S3 with
// what the code and its test servers take for granted, and leaves nothing behind.
// `make accept` and `make accept-clean` run it; docs/accept.md explains it.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"
)

// deadline is how long a run may take before it stops and cleans up.
const deadline = time.Hour

const promise = `This deploys a stage with a bootstrap of its own into account %s, %s, plays for about 25 minutes, and
removes it all. It costs less than 0.20 dollars: KMS keys for an hour (0.01), metrics and alarms (0.05), some thousand
requests, logs and log queries (0.02), each by the list prices of docs/deploy.md.
If it is killed: make accept-clean RUN=%s
`

// settings are the flags.
type settings struct {
	command         string // run or clean
	account, region string
	run             string // the id of the run to clean up after
	here            bool   // a system that runs already, by its environment
	yes             bool   // without asking
	organizations   int    // how many are made at once
	foreign         string // names of others' buckets, comma-separated
	tool            string // path of the operators' tool
	deployer        string // path of infra/deploy
	root            string // of the repository
	dir             string // keeps the runs' notes and their deployments' logs
	facts           string // the directory that takes the verdicts; empty for none
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ok, err := command(ctx, os.Args[1:], os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "accept:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

const usage = "usage: accept run|clean -account ACCOUNT -region REGION [flags]"

func parse(args []string) (settings, error) {
	var s settings
	if len(args) == 0 || args[0] != "run" && args[0] != "clean" {
		return s, errors.New(usage)
	}
	s.command, args = args[0], args[1:]
	flags := flag.NewFlagSet("accept", flag.ContinueOnError)
	flags.StringVar(&s.account, "account", "", "the `account` that the credentials have to be of")
	flags.StringVar(&s.region, "region", "", "the `Region` to deploy to")
	flags.StringVar(&s.run, "run", "", "the `id` of the run that clean cleans up after")
	flags.BoolVar(&s.here, "here", false, "use the running system that the environment describes, as the file that `make up` writes has it, instead of deploying")
	flags.BoolVar(&s.yes, "yes", false, "don't ask")
	flags.StringVar(&s.foreign, "foreign", "noaa-goes16,commoncrawl", "`names` of other accounts' buckets in us-east-1, only looked at but for a CreateBucket that must be refused")
	flags.IntVar(&s.organizations, "organizations", 100, "how `many` are made at once")
	flags.StringVar(&s.tool, "tool", "dist/orgbucket", "`path` of the operators' tool")
	flags.StringVar(&s.deployer, "deployer", "dist/deploy", "`path` of infra/deploy's program")
	flags.StringVar(&s.root, "root", ".", "the repository's `directory`")
	flags.StringVar(&s.dir, "dir", "dist/accept", "`directory` for the runs' files")
	flags.StringVar(&s.facts, "facts", "", "`directory` to write what S3 answered to; without it, and but for AWS, nothing is written")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("accept takes no arguments, but got %q", flags.Args())
	}
	return s, nil
}

func command(ctx context.Context, args []string, in io.Reader, out io.Writer) (ok bool, err error) {
	s, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if s.command == "clean" {
		return clean(ctx, s, out)
	}
	r, err := newRun(ctx, s, out)
	if err != nil {
		return false, err
	}
	if err := r.guard(ctx); err != nil {
		return false, err
	}
	if !s.here {
		fmt.Fprintf(out, promise, s.account, s.region, r.id)
		if !s.yes && !agreed(in, out) {
			return false, errors.New("nothing was done: answer yes, or say YES=1 where there is no terminal")
		}
	}
	return r.play(ctx)
}

// agreed asks at a terminal.
func agreed(in io.Reader, out io.Writer) bool {
	if file, is := in.(*os.File); !is || !term.IsTerminal(int(file.Fd())) {
		return false
	}
	fmt.Fprint(out, "Go on? (yes) ")
	answer, _ := bufio.NewReader(in).ReadString('\n')
	return strings.TrimSpace(answer) == "yes"
}
