package deadletter

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/fusionpos/orgbucket/pkg/operator/lockfile"
)

// Archive is a file of archived messages, open for adding to it. It is not safe
// for concurrent use.
type Archive struct {
	path string
	file file
	size int64 // up to which every line is whole and on the disk
	// removeEmpty is whether the file was made by opening it.
	removeEmpty bool
	broken      error // why nothing can be added any more
}

// file is what an archive needs of an [os.File] that is open for appending.
type file interface {
	io.Writer
	io.ReaderAt
	io.Closer
	Truncate(size int64) error
	Sync() error
}

// OpenArchive opens an archive to add messages, or makes one (mode 0600). A last
// line without its end, which a killed run has left, is closed, so that it
// spoils no other. A file that isn't an archive is left as it is. Until Close
// nobody else can open it: [lockfile.ErrInUse].
func OpenArchive(path string) (*Archive, error) {
	f, created, err := lockfile.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open archive %s: %w", path, err)
	}
	a := &Archive{path: path, file: f, removeEmpty: created}
	info, err := f.Stat()
	if err == nil {
		a.size = info.Size()
		err = a.prepare()
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("open archive %s: %w", path, err)
	}
	return a, nil
}

// prepare makes sure that the next line begins as one.
func (a *Archive) prepare() error {
	if a.size == 0 {
		return lockfile.SyncDirectory(filepath.Dir(a.path))
	}
	if err := checkBegin(a.file); err != nil {
		return err
	}
	last := make([]byte, 1)
	if _, err := a.file.ReadAt(last, a.size-1); err != nil {
		return err
	}
	if last[0] == '\n' {
		return nil
	}
	return a.write([]byte("\n"))
}

// recordBegin is how every line begins.
const recordBegin = `{"version":`

// checkBegin makes sure that a file begins as an archive does. It may be empty,
// and its first line may have been cut off, and closed by a later run.
func checkBegin(f io.ReaderAt) error {
	begin := make([]byte, len(recordBegin))
	n, err := f.ReadAt(begin, 0)
	if err != nil && err != io.EOF {
		return err
	}
	begin = begin[:n]
	if end := bytes.IndexByte(begin, '\n'); end > 0 {
		begin = begin[:end]
	}
	if !bytes.HasPrefix([]byte(recordBegin), begin) {
		return errors.New("it isn't an archive of dead letters; choose another name")
	}
	return nil
}

// add appends records and returns when they are on the disk. With an error none
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
	if err := a.write(lines.Bytes()); err != nil {
		return fmt.Errorf("write to archive %s: %w", a.path, err)
	}
	return nil
}

func (a *Archive) write(content []byte) error {
	if a.broken != nil {
		return fmt.Errorf("an earlier write failed: %w", a.broken)
	}
	_, err := a.file.Write(content)
	if err == nil {
		err = a.file.Sync()
	}
	if err != nil {
		a.broken = err
		// What was written in part is taken away if that works; otherwise the next run closes it.
		return errors.Join(err, a.file.Truncate(a.size))
	}
	a.size += int64(len(content))
	return nil
}

// Path is the file's.
func (a *Archive) Path() string { return a.path }

// Close closes the archive and lets others open it. An archive that was made in
// vain is removed.
func (a *Archive) Close() error {
	if a.removeEmpty && a.size == 0 {
		_ = os.Remove(a.path) // an empty file does no harm
	}
	if err := a.file.Close(); err != nil {
		return fmt.Errorf("close archive %s: %w", a.path, err)
	}
	return nil
}
