package main

import (
	"errors"
	"io/fs"
	"os"

	"github.com/fusionpos/orgbucket/pkg/operator/journal"
	"github.com/fusionpos/orgbucket/pkg/operator/lockfile"
)

// restoreLog is the journal of what was brought back. There may be none yet.
type restoreLog struct {
	path, queueURL string
	journal        *journal.Journal
}

// Has tells whether a message was brought back.
func (l *restoreLog) Has(id string) bool { return l.journal != nil && l.journal.Has(id) }

// Add writes down messages that were brought back.
func (l *restoreLog) Add(ids ...string) error { return l.journal.Add(ids...) }

// openExisting opens the journal if there is one: a dry run makes none.
func (l *restoreLog) openExisting() error {
	if _, err := os.Lstat(l.path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return l.open()
}

func (l *restoreLog) open() (err error) {
	if l.journal != nil {
		return nil
	}
	l.journal, err = journal.Open(l.path, l.queueURL)
	switch {
	case errors.Is(err, journal.ErrForeign):
		return &ended{status: statusUsage, err: err, advice: "Nothing was sent. Give that file another name if you know what it is; without it all is sent."}
	case errors.Is(err, lockfile.ErrInUse):
		return advise(err, "Nothing was sent by this run. Wait for the other one.")
	case err != nil:
		return advise(err, "Nothing was sent. Copy the archive to where it can be written.")
	}
	return nil
}

func (l *restoreLog) close() {
	if l.journal != nil {
		_ = l.journal.Close() // each key is on the disk already
	}
}
