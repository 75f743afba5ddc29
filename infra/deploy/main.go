// Command deploy brings a stage to AWS: it runs the cdk command, and does before and
// after it what that doesn't do. `make bootstrap`, policy, diff, deploy, review,
// execute, rollback and destroy run it; see docs/deploy.md.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"
	"golang.org/x/term"

	"github.com/fusionpos/orgbucket/infra/stack"
	"github.com/fusionpos/orgbucket/infra/stages"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "orgbucket:", err)
		os.Exit(1)
	}
}

// deployment is one stage's, by one caller.
type deployment struct {
	settings stack.Settings
	cfg      aws.Config // the caller's own credentials, in the stage's Region
	// cdk runs the cdk command and shows what it says.
	cdk func(ctx context.Context, args ...string) error
	out io.Writer

	options  []string // more of the cdk command's
	shared   bool     // a bootstrap that others use may be changed
	terminal bool     // there is somebody to ask
	yes      bool     // without asking
}

// commands are what the first argument may be.
var commands = map[string]func(*deployment, context.Context) error{
	"bootstrap": (*deployment).bootstrap,
	"policy":    (*deployment).policy,
	"diff":      (*deployment).diff,
	"deploy":    (*deployment).deploy,
	"review":    (*deployment).review,
	"execute":   (*deployment).execute,
	"rollback":  (*deployment).rollback,
	"destroy":   (*deployment).destroy,
}

func run(ctx context.Context, args []string) error {
	if len(args) < 2 || commands[args[0]] == nil {
		return errors.New("usage: deploy COMMAND STAGE [OPTION OF THE CDK COMMAND]… (the Makefile has the commands)")
	}
	settings, err := readStage("cdk.json", args[1])
	if err != nil {
		return err
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(settings.Region), config.WithLogger(logging.Nop{}))
	if err != nil {
		return credentialsError(err)
	}
	return commands[args[0]](&deployment{
		settings: settings, cfg: cfg, cdk: runCDK, out: os.Stdout,
		options: args[2:], shared: os.Getenv("SHARED") == "1", yes: os.Getenv("YES") == "1",
		terminal: term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd())),
	}, ctx)
}

// readStage reads a stage's settings from the file that the cdk command takes them from.
func readStage(path, stage string) (stack.Settings, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return stack.Settings{}, fmt.Errorf("read the stages: %w", err)
	}
	var file struct{ Context map[string]any }
	if err := json.Unmarshal(text, &file); err != nil {
		return stack.Settings{}, fmt.Errorf("read the stages: %s: %w", path, err)
	}
	return stages.Read(func(key string) any {
		if key == stages.Key {
			return stage
		}
		return file.Context[key]
	})
}

// runCDK runs the cdk command of the lockfile on the terminal.
func runCDK(ctx context.Context, args ...string) error {
	command := exec.CommandContext(ctx, "node_modules/.bin/cdk", args...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	if err := command.Run(); err != nil {
		return fmt.Errorf("cdk %s: %w", args[0], err)
	}
	return nil
}
