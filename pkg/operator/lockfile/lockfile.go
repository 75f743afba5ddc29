// Package lockfile opens files that one run at a time may write: archives and
// journals. The lock is flock(2), which ends with the process, however that ends;
// some network file systems don't have it, and then opening fails.
package lockfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// The errors that callers tell apart.
var (
	// ErrInUse: another run has the file open.
	ErrInUse = errors.New("another run uses it")
	// ErrNotRegular: it's a directory, a pipe or something else that isn't a file.
	ErrNotRegular = errors.New("it isn't a regular file")
)

// mode keeps others from reading which organizations there are.
const mode = 0o600

// Open opens path for reading and appending, alone, and creates it if it isn't there.
func Open(path string) (f *os.File, created bool, err error) {
	for {
		f, created, err = openOrCreate(path)
		if err != nil {
			return nil, false, err
		}
		same, err := lock(f, path, syscall.LOCK_EX)
		if err == nil && same {
			return f, created, nil
		}
		_ = f.Close()
		if err != nil {
			return nil, false, err
		}
	}
}

// OpenToRead opens path for reading, beside other readers but no writer.
func OpenToRead(path string) (*os.File, error) {
	// Otherwise the opening of a pipe waits until somebody writes to it.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if _, err := lock(f, path, syscall.LOCK_SH); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func openOrCreate(path string) (f *os.File, created bool, err error) {
	const flags = os.O_RDWR | os.O_APPEND
	f, err = os.OpenFile(path, flags|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, fs.ErrExist) {
		f, err = os.OpenFile(path, flags, 0)
		return f, false, err
	}
	return f, true, err
}

// lock locks f and tells whether path still leads to it: whoever held the lock a
// moment ago may have removed the file, or given it another name.
func lock(f *os.File, path string, how int) (same bool, err error) {
	opened, err := f.Stat()
	if err != nil {
		return false, err
	}
	if !opened.Mode().IsRegular() {
		return false, ErrNotRegular
	}
	switch err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return false, ErrInUse
	case err != nil:
		return false, fmt.Errorf("lock: %w", err)
	}
	now, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(opened, now), err
}

// SyncDirectory puts the name of a new file in the directory on the disk.
func SyncDirectory(directory string) error {
	dir, err := os.Open(directory)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
