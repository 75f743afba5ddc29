package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// File is a file that one run at a time appends to. It isn't safe for concurrent use.
type File struct {
	path    string
	disk    disk
	size    int64 // all up to here is on the disk
	created bool  // by opening it
	broken  error // why nothing can be appended any more
}

// disk is what File uses of an [os.File].
type disk interface {
	io.WriterAt
	io.ReaderAt
	io.Closer
	Truncate(size int64) error
	Sync() error
}

// OpenFile opens path for appending or, if there is no such file, makes one that
// only its owner can read. Until Close nobody else can open it ([ErrInUse]).
func OpenFile(path string) (*File, error) {
	f, created, err := openLocked(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return &File{path: path, disk: f, size: info.Size(), created: created}, nil
}

// Path returns the file's path.
func (f *File) Path() string { return f.path }

// Size returns the file's size in bytes.
func (f *File) Size() int64 { return f.size }

// ReadAt reads as io.ReaderAt says.
func (f *File) ReadAt(p []byte, off int64) (int, error) { return f.disk.ReadAt(p, off) }

// Append returns when content is on the disk. After an error the file takes no
// more: what was written in part is cut off if the disk lets it, and only opening
// the file again tells what it has.
func (f *File) Append(content []byte) error {
	if f.broken != nil {
		return fmt.Errorf("an earlier write failed: %w", f.broken)
	}
	if f.broken = f.write(content); f.broken != nil {
		return errors.Join(f.broken, f.disk.Truncate(f.size))
	}
	f.size += int64(len(content))
	return nil
}

func (f *File) write(content []byte) error {
	if _, err := f.disk.WriteAt(content, f.size); err != nil {
		return err
	}
	if err := f.disk.Sync(); err != nil || f.size > 0 {
		return err
	}
	return syncDirectory(filepath.Dir(f.path))
}

// Truncate cuts off what is beyond size bytes.
func (f *File) Truncate(size int64) error {
	err := f.disk.Truncate(size)
	if err == nil {
		f.size = size
		err = f.disk.Sync()
	}
	return err
}

// Close closes the file and lets others open it. A file that OpenFile made is
// removed if nothing was appended.
func (f *File) Close() error {
	if f.created && f.size == 0 {
		_ = os.Remove(f.path) // Windows refuses that while it's open; an empty file does no harm
	}
	return f.disk.Close()
}
