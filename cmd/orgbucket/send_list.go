package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/intake"
	"github.com/fusionpos/orgbucket/pkg/operator/journal"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// read reads and checks the organizations.
func (s *sendCommand) read(ctx context.Context, naming bucket.Naming) (intake.List, error) {
	if s.file == "" {
		list, err := intake.Arguments(s.ids, naming)
		return list, s.badInput(err, "the arguments")
	}
	name, from := "standard input", s.in
	if s.file == "-" {
		if s.inTerminal {
			s.notice("One id per line; Ctrl-D ends the list.")
		}
	} else {
		file, err := os.Open(s.file)
		if err != nil {
			return intake.List{}, usage("read the list: %w", err)
		}
		defer func() { _ = file.Close() }()
		name, from = s.file, file
	}
	list, err := readList(ctx, from, naming)
	return list, s.badInput(err, name)
}

// readList reads a list that ctx may interrupt, such as one that is typed.
func readList(ctx context.Context, from io.Reader, naming bucket.Naming) (list intake.List, err error) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		list, err = intake.Read(from, naming)
	}()
	select {
	case <-ended:
		return list, err
	case <-ctx.Done():
		return intake.List{}, ctx.Err()
	}
}

func (s *sendCommand) badInput(err error, name string) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("read organizations from %s: %w", name, err)
	if errors.Is(err, context.Canceled) {
		return err
	}
	if _, bad := errors.AsType[*intake.BadInput](err); bad {
		return &ended{status: statusUsage, err: err, advice: "Nothing was sent. Put them right and run it again."}
	}
	return &ended{status: statusUsage, err: err, advice: "Nothing was sent."}
}

// sendLog is the journal of a run, if it has one.
type sendLog struct {
	path     string // empty: no journal
	queueURL string
	journal  *journal.Journal // nil until there is one
	before   int              // keys of earlier runs
}

// remaining gives what isn't in the journal yet, or everything if it's to be
// sent again. Nothing is written.
func (l *sendLog) remaining(ids []org.ID, again bool) ([]org.ID, error) {
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

// begin makes the journal ready to be written, a fresh one if it's to be sent
// again, and gives what is left of todo.
func (l *sendLog) begin(todo []org.ID, again bool) ([]org.ID, error) {
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

func (l *sendLog) open() (err error) {
	l.journal, err = journal.Open(l.path, l.queueURL)
	switch {
	case errors.Is(err, journal.ErrForeign):
		return &ended{status: statusUsage, err: err, advice: "Nothing was sent. --journal FILE uses another one; without knowing what was sent, all is sent."}
	case errors.Is(err, journal.ErrInUse):
		return advise(err, "Nothing was sent by this run. Wait for the other one.")
	case err != nil:
		return advise(err, "Nothing was sent. --journal FILE puts it elsewhere.")
	}
	return nil
}

// sent is what the sender sees of the journal.
func (l *sendLog) sent() intake.Journal {
	if l.journal == nil {
		return nil
	}
	return l.journal
}

func (l *sendLog) close() {
	if l.journal != nil {
		_ = l.journal.Close() // each key is on the disk already
	}
}
