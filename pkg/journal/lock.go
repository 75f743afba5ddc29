package journal

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// mode keeps others from reading which organizations there are.
const mode = 0o600

// openLocked opens path for reading and appending, and locks it.
func openLocked(path string) (*os.File, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, mode)
		if err != nil {
			return nil, err
		}
		same, err := lock(f, path)
		if err == nil && same {
			return f, nil
		}
		_ = f.Close()
		if err != nil {
			return nil, err
		}
	}
}

// lock locks f and tells whether path still leads to it: whoever held the lock a
// moment ago may have given the file another name meanwhile.
func lock(f *os.File, path string) (same bool, err error) {
	opened, err := f.Stat()
	if err != nil {
		return false, err
	}
	if !opened.Mode().IsRegular() {
		return false, fmt.Errorf("%w: it isn't a regular file", ErrForeign)
	}
	switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return false, ErrInUse
	case err != nil:
		return false, fmt.Errorf("lock: %w", err)
	}
	now, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
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
