package deadletter

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// archiveMode keeps others from reading which organizations there are.
const archiveMode = 0o600

// openLocked opens path for reading and appending, alone.
func openLocked(path string) (f *os.File, created bool, err error) {
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

func openOrCreate(path string) (f *os.File, created bool, err error) {
	const flags = os.O_RDWR | os.O_APPEND
	f, err = os.OpenFile(path, flags|os.O_CREATE|os.O_EXCL, archiveMode)
	if errors.Is(err, fs.ErrExist) {
		f, err = os.OpenFile(path, flags, 0)
		return f, false, err
	}
	return f, true, err
}

// lock locks f and tells whether path still leads to it: whoever held the lock a
// moment ago may have removed the file.
func lock(f *os.File, path string, how int) (same bool, err error) {
	opened, err := f.Stat()
	if err != nil {
		return false, err
	}
	if !opened.Mode().IsRegular() {
		return false, errors.New("it isn't a regular file")
	}
	switch err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return false, ErrInUse
	case err != nil:
		return false, err
	}
	now, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(opened, now), err
}

// syncDirectory puts a new file's name on the disk.
func syncDirectory(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
