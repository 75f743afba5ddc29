package journal

import (
	"errors"
	"io/fs"
	"os"
)

// Errors that callers tell apart.
var (
	// ErrInUse: another run has the file open.
	ErrInUse = errors.New("another run uses it")
	// ErrNotRegular: it is a directory, a pipe or another thing that isn't a file.
	ErrNotRegular = errors.New("it isn't a regular file")
)

// mode keeps others from reading which organizations there are.
const mode = 0o600

// openLocked opens path for reading and writing, alone, and creates it if it
// isn't there. The lock ends with the process, however that ends; some network file
// systems have none, and then opening fails.
func openLocked(path string) (f *os.File, created bool, err error) {
	for {
		f, created, err = openOrCreate(path)
		if err != nil {
			return nil, false, err
		}
		same, err := lock(f, path)
		if err == nil && same {
			return f, created, nil
		}
		_ = f.Close()
		if err != nil {
			return nil, false, err
		}
	}
}

func openOrCreate(path string) (f *os.File, created bool, err error) {
	// Not O_APPEND: Windows can't cut such a file, and nobody else writes to it.
	f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, fs.ErrExist) {
		f, err = os.OpenFile(path, os.O_RDWR, 0)
		return f, false, err
	}
	return f, true, err
}

// lock locks f and reports whether path still leads to it: the run that held the
// lock a moment ago may have removed the file.
func lock(f *os.File, path string) (same bool, err error) {
	opened, err := f.Stat()
	if err != nil {
		return false, err
	}
	if !opened.Mode().IsRegular() {
		return false, ErrNotRegular
	}
	if err := lockAlone(f); err != nil {
		return false, err
	}
	now, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(opened, now), err
}
