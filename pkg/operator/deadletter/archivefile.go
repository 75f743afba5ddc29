package deadletter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/fusionpos/orgbucket/pkg/operator/journal"
)

// Archive is a file of archived messages, open for appending. It is not safe for
// concurrent use.
type Archive struct {
	file file
}

// file is what an archive uses of a *journal.File.
type file interface {
	io.ReaderAt
	Path() string
	Size() int64
	Append(content []byte) error
	Truncate(size int64) error
	Close() error
}

// OpenArchive opens an archive to add messages, or makes one (mode 0600). A last
// line that a killed run left incomplete is cut off: its message wasn't deleted
// from the queue. A file that isn't an archive is left as it is. Until Close
// nobody else can open it ([journal.ErrInUse]).
func OpenArchive(path string) (*Archive, error) {
	f, err := journal.OpenFile(path)
	if err != nil {
		return nil, fmt.Errorf("open archive %s: %w", path, err)
	}
	if err := prepare(f); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("open archive %s: %w", path, err)
	}
	return &Archive{f}, nil
}

// prepare makes sure that the file is an archive and that the next line begins as one.
func prepare(f file) error {
	if err := checkBegin(f); err != nil {
		return err
	}
	last, err := unfinished(f)
	switch {
	case err != nil || len(last) == 0:
		return err
	case json.Valid(last): // only its newline is missing
		return f.Append([]byte("\n"))
	}
	return f.Truncate(f.Size() - int64(len(last)))
}

// recordBegin is how every line begins.
const recordBegin = `{"version":`

// checkBegin makes sure that a file begins as an archive does. It may be empty,
// and its only line may be cut off.
func checkBegin(f file) error {
	begin := make([]byte, len(recordBegin))
	n, err := f.ReadAt(begin, 0)
	if err != nil && err != io.EOF {
		return err
	}
	if string(begin[:n]) != recordBegin[:n] {
		return errors.New("it isn't an archive of dead letters; choose another name")
	}
	return nil
}

// unfinished returns what follows the last newline.
func unfinished(f file) ([]byte, error) {
	for n := int64(1); ; n *= 2 {
		n = min(n, f.Size())
		end := make([]byte, n)
		if _, err := f.ReadAt(end, f.Size()-n); err != nil && err != io.EOF {
			return nil, err
		}
		if at := bytes.LastIndexByte(end, '\n'); at >= 0 || n == f.Size() {
			return end[at+1:], nil
		}
	}
}

// add appends records and returns when they are on the disk. After an error none
// of them counts as written, and the archive takes no more.
func (a *Archive) add(records []Record) error {
	var lines bytes.Buffer
	for _, r := range records {
		line, err := r.line()
		if err != nil {
			return err
		}
		lines.Write(line)
	}
	if err := a.file.Append(lines.Bytes()); err != nil {
		return fmt.Errorf("write to archive %s: %w", a.file.Path(), err)
	}
	return nil
}

// Path returns the file's path.
func (a *Archive) Path() string { return a.file.Path() }

// Close closes the archive and lets others open it. An archive that OpenArchive
// made is removed if nothing was added.
func (a *Archive) Close() error {
	if err := a.file.Close(); err != nil {
		return fmt.Errorf("close archive %s: %w", a.Path(), err)
	}
	return nil
}
