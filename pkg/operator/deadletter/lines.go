package deadletter

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/fusionpos/orgbucket/pkg/operator/lockfile"
)

// maxLine is the longest line of an archive that is read: a message of 1 MiB has
// at most 6 MiB when every character is escaped.
const maxLine = 10 << 20

// ErrCutOff is the error of a line that has no end.
var ErrCutOff = errors.New("it is cut off: the run that wrote it was killed before it deleted the message, which is in a later line or still in the dead-letter queue")

// ArchiveReader is an archive that is open for reading. While it is, nobody adds
// to the archive.
type ArchiveReader struct {
	path string
	file *os.File
}

// Line is a line of an archive: a record, or what is wrong with the line.
type Line struct {
	Number int // the first is 1
	Record Record
	Err    error
}

// ReadArchive opens an archive for reading; [lockfile.ErrInUse] if a run is adding to it.
// A file that isn't an archive is refused.
func ReadArchive(path string) (*ArchiveReader, error) {
	f, err := lockfile.OpenToRead(path)
	if err != nil {
		return nil, fmt.Errorf("read archive %s: %w", path, err)
	}
	if err := checkBegin(f); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("read archive %s: %w", path, err)
	}
	return &ArchiveReader{path, f}, nil
}

// Path is the file's.
func (a *ArchiveReader) Path() string { return a.path }

// Close closes the file.
func (a *ArchiveReader) Close() error {
	if err := a.file.Close(); err != nil {
		return fmt.Errorf("close archive %s: %w", a.path, err)
	}
	return nil
}

// Lines reads the archive from its beginning and gives each line that isn't
// empty, one in memory at a time, until visit fails or ctx ends.
func (a *ArchiveReader) Lines(ctx context.Context, visit func(Line) error) error {
	if _, err := a.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read archive %s: %w", a.path, err)
	}
	return readLines(ctx, a.file, a.path, visit)
}

func readLines(ctx context.Context, from io.Reader, path string, visit func(Line) error) error {
	reader := bufio.NewReaderSize(from, 64<<10)
	for number := 1; ; number++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		text, wrong, err := readLine(reader)
		if err != nil && err != io.EOF {
			return fmt.Errorf("read line %d of archive %s: %w", number, path, err)
		}
		if len(bytes.TrimSpace(text)) > 0 || wrong != nil {
			line := Line{Number: number, Err: wrong}
			if wrong == nil {
				line.Record, line.Err = parseRecord(bytes.TrimRight(text, "\r\n"))
			}
			if err := visit(line); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
	}
}

// readLine reads a line; the last one may have no end. A line that is too long
// is read past: then wrong says so.
func readLine(reader *bufio.Reader) (text []byte, wrong, err error) {
	for {
		part, err := reader.ReadSlice('\n')
		if wrong == nil && len(text)+len(part) > maxLine {
			text, wrong = nil, fmt.Errorf("it is longer than %d bytes", maxLine)
		}
		if wrong == nil {
			text = append(text, part...)
		}
		if err != bufio.ErrBufferFull {
			return text, wrong, err
		}
	}
}
