package journal

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// lockAlone locks a file by LockFileEx; ErrInUse if another process has it. The byte
// that is locked is far behind the content, which others may read.
func lockAlone(f *os.File) error {
	behind := &windows.Overlapped{OffsetHigh: 1 << 30}
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, behind)
	switch {
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION):
		return ErrInUse
	case err != nil:
		return fmt.Errorf("lock: %w", err)
	}
	return nil
}

// syncDirectory does nothing: Windows writes a file's name with the file, and can't flush
// a folder.
func syncDirectory(string) error { return nil }
