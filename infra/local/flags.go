package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

const usage = `Usage: local run|up [flags]

  run   play the story and check every step; exit status 0 only if every check held
  up    start the local system and stay until Ctrl-C; it writes its environment to a file to
        source, sends typed organization ids as messages, and follows orders such as /drill

Flags:
`

// settings are the command's flags.
type settings struct {
	command     string
	bootstrap   string
	audit       string
	tool        string
	nodeModules string
	environment string
	verbose     bool
}

// parse reads the command line. Paths are made absolute, since the S3 server
// changes the working directory.
func parse(args []string, errOut io.Writer) (settings, error) {
	var o settings
	flags := flag.NewFlagSet("local", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.Usage = func() { _, _ = io.WriteString(errOut, usage); flags.PrintDefaults() }
	flags.StringVar(&o.bootstrap, "bootstrap", "dist/local/bootstrap", "the function, compiled for this machine")
	flags.StringVar(&o.audit, "audit", "dist/local/audit/bootstrap", "the function that audits, which run plays with")
	flags.StringVar(&o.tool, "tool", "dist/orgbucket", "the operators' tool, which run plays with")
	flags.StringVar(&o.nodeModules, "node-modules", "infra/local/node_modules", "the `directory` in which npm installed fauxqs")
	flags.StringVar(&o.environment, "environment", "dist/local/environment", "the `file` to which up writes what a shell has to source")
	flags.BoolVar(&o.verbose, "v", false, "show the function's log and what the servers print")
	if len(args) > 0 {
		o.command, args = args[0], args[1:]
	}
	switch o.command {
	case "run", "up":
	case "-h", "-help", "--help", "help":
		flags.Usage()
		return o, flag.ErrHelp
	default:
		flags.Usage()
		return o, fmt.Errorf("%q isn't a command", o.command)
	}
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("%s takes no arguments, but got %q", o.command, flags.Args())
	}
	return o.resolve()
}

func (o settings) resolve() (settings, error) {
	var errs [5]error
	o.bootstrap, errs[0] = filepath.Abs(o.bootstrap)
	o.nodeModules, errs[1] = filepath.Abs(o.nodeModules)
	o.tool, errs[2] = filepath.Abs(o.tool)
	o.environment, errs[3] = filepath.Abs(o.environment)
	o.audit, errs[4] = filepath.Abs(o.audit)
	if err := errors.Join(errs[:]...); err != nil {
		return o, fmt.Errorf("make paths absolute: %w", err)
	}
	if _, err := os.Stat(o.bootstrap); err != nil {
		return o, fmt.Errorf("find the compiled function (`make run` builds it): %w", err)
	}
	for what, path := range map[string]string{"operators' tool": o.tool, "function that audits": o.audit} {
		if _, err := os.Stat(path); err != nil && o.command == "run" {
			return o, fmt.Errorf("find the %s (`make run` builds it): %w", what, err)
		}
	}
	return o, nil
}

// wantsColor reports whether the output is a terminal whose user wants color (https://no-color.org).
func wantsColor(out *os.File, getenv func(string) string) bool {
	info, err := out.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
}
