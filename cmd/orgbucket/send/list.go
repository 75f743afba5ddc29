package send

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/intake"
	"github.com/fusionpos/orgbucket/pkg/operator/journal"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// read reads and checks the organizations.
func (s *command) read(ctx context.Context, at *cli.Connection) (intake.List, error) {
	if s.file == "" {
		list, err := intake.Arguments(s.ids, at.Naming)
		if hint := listAmong(s.ids); err == nil && hint != "" {
			s.Notice("%s", hint)
		}
		at.Doubt(s.App, s.ids...)
		return list, s.badInput(err, "the arguments")
	}
	name, from := "standard input", s.In
	if s.file == "-" {
		if s.InTerminal {
			s.Notice("One id per line; Ctrl-D ends the list.")
		}
	} else {
		file, err := os.Open(s.file)
		if err != nil {
			return intake.List{}, cli.Usage("read the list: %w", err)
		}
		defer func() { _ = file.Close() }()
		name, from = s.file, file
	}
	list, err := cli.Await(ctx, func() (intake.List, error) { return intake.Read(from, at.Naming) })
	if err == nil {
		err = unlikely(at, list.IDs)
	}
	return list, s.badInput(err, name)
}

// unlikely returns an error if a list has what is an organization's id only by chance.
func unlikely(at *cli.Connection, ids []org.ID) error {
	const advice = "Nothing was sent. To send to an organization of this id, give it as an argument."
	if slices.Contains(ids, "null") {
		return cli.Advise(cli.Usage("a line is null, which jq writes for a message without orgId; leave such messages out: jq -r 'select(.orgId).orgId'"), advice)
	}
	if text := cli.Mistaken(at.Naming, ids); text != "" {
		return cli.Advise(cli.Usage("%s", text), advice)
	}
	return nil
}

// listAmong says how a list is sent if an argument is a file, or looks like one's name;
// it is empty if none is.
func listAmong(args []string) string {
	for _, arg := range args {
		info, err := os.Stat(arg)
		if isFile := err == nil && info.Mode().IsRegular(); isFile || strings.ContainsAny(arg, "./") {
			return fmt.Sprintf("If %[1]s is a list, send it with --file %[1]s", safetext.Line(arg, 80))
		}
	}
	return ""
}

func (s *command) badInput(err error, name string) error {
	if err == nil {
		return nil
	}
	advice := "Nothing was sent."
	if known, ok := errors.AsType[*cli.Ended](err); ok {
		advice = known.Advice
	}
	if _, bad := errors.AsType[*intake.BadInput](err); bad {
		advice = strings.TrimSpace("Nothing was sent. Correct the ids and run the command again. " + listAmong(s.ids))
	}
	err = fmt.Errorf("read organizations from %s: %w", name, err)
	if errors.Is(err, context.Canceled) {
		return err
	}
	return &cli.Ended{Status: cli.StatusUsage, Err: err, Advice: advice}
}

// runJournal is the journal of a run, if it has one.
type runJournal struct {
	path     string // empty: no journal
	queueURL string
	journal  *journal.Journal // nil until there is one
	before   int              // keys of earlier runs
}

// remaining returns what isn't in the journal yet, or everything to send it again.
// It writes nothing.
func (l *runJournal) remaining(ids []org.ID, again bool) ([]org.ID, error) {
	if l.path == "" {
		return ids, nil
	}
	if _, err := os.Lstat(l.path); errors.Is(err, os.ErrNotExist) {
		return ids, nil
	}
	if err := l.open(); err != nil {
		return nil, err
	}
	left := intake.Remaining(ids, l.journal)
	l.before = len(ids) - len(left)
	if again {
		return ids, nil
	}
	return left, nil
}

// begin opens the journal for writing, a fresh one to send again, and returns what
// is left of todo.
func (l *runJournal) begin(todo []org.ID, again bool) ([]org.ID, error) {
	if l.path == "" {
		return todo, nil
	}
	if again && l.journal != nil {
		if _, err := l.journal.SetAside(); err != nil {
			return nil, err
		}
		l.journal = nil
	}
	if l.journal == nil {
		if err := l.open(); err != nil {
			return nil, err
		}
	}
	return intake.Remaining(todo, l.journal), nil
}

func (l *runJournal) open() (err error) {
	l.journal, err = journal.Open(l.path, l.queueURL)
	switch {
	case errors.Is(err, journal.ErrForeign):
		return &cli.Ended{Status: cli.StatusUsage, Err: err, Advice: "Nothing was sent. Copy the list under another name: its run has a journal of its own."}
	case errors.Is(err, journal.ErrInUse):
		return cli.Advise(err, "Nothing was sent by this run. Wait for the other one.")
	case err != nil:
		return cli.Advise(err, "Nothing was sent. Copy the list to where a file can be written beside it.")
	}
	return nil
}

// sent is the journal for the sender, nil if there is none.
func (l *runJournal) sent() intake.Journal {
	if l.journal == nil {
		return nil
	}
	return l.journal
}

func (l *runJournal) close() {
	if l.journal != nil {
		_ = l.journal.Close() // each key is on the disk already
	}
}
