// Package journal keeps files that one run at a time appends to and that a kill or
// a power cut can't spoil: [File], and on top of it [Journal], which records what
// was confirmed, so that a run that was stopped can be continued without doing
// anything twice.
//
// A journal is text: a line that says what it is about, then a quoted key per
// line. In memory a key is a hash of 16 bytes, about 40 bytes with the map around
// it: a million keys take some 40 MB. Two keys with the same hash would be taken
// for one; among a million the chance of that is below 10^-26.
package journal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strconv"
)

// ErrForeign is the error of [Open] for a file that isn't a journal, is one about
// something else, or is damaged. The file is left as it is.
var ErrForeign = errors.New("it isn't this run's journal")

// maxKey is the length in bytes of the longest key; quoted it may take four times as many.
const maxKey = 1 << 10

// Journal is an open journal. It is not safe for concurrent use.
type Journal struct {
	file *File
	keys map[[16]byte]struct{}
}

// Open opens the journal at path or, if there is none, makes one (mode 0600).
// subject says what the keys were confirmed for, for example a queue's URL; a
// journal with another subject is refused with [ErrForeign], so that what was
// done in one stage isn't taken for done in another. A line that a killed run
// has left half-written at the end is cut off.
//
// Until Close nobody else can open it ([ErrInUse]).
func Open(path, subject string) (*Journal, error) {
	f, err := OpenFile(path)
	if errors.Is(err, ErrNotRegular) {
		err = fmt.Errorf("%w: %w", ErrForeign, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open journal %s: %w", path, err)
	}
	j := &Journal{f, map[[16]byte]struct{}{}}
	if err := j.begin(subject); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("open journal %s: %w", path, err)
	}
	return j, nil
}

// begin reads what is there, cuts an incomplete line off, and writes the header
// if there is none.
func (j *Journal) begin(subject string) error {
	whole, err := j.read(subject)
	if err == nil && whole < j.file.Size() {
		err = j.file.Truncate(whole)
	}
	if err == nil && whole == 0 {
		err = j.file.Append(header(subject))
	}
	return err
}

// Has reports whether key was added, in this run or an earlier one.
func (j *Journal) Has(key string) bool {
	_, ok := j.keys[hash(key)]
	return ok
}

// Len returns the number of keys.
func (j *Journal) Len() int { return len(j.keys) }

// Add appends keys of at most 1 KiB and returns when they are on the disk. Those
// that are there already are left out. After an error the file may have some of
// them, and the journal takes no more.
func (j *Journal) Add(keys ...string) error {
	if err := j.add(keys); err != nil {
		return fmt.Errorf("write to journal %s: %w", j.file.Path(), err)
	}
	return nil
}

func (j *Journal) add(keys []string) error {
	var lines bytes.Buffer
	fresh := map[[16]byte]struct{}{}
	for _, key := range keys {
		if len(key) > maxKey {
			return fmt.Errorf("a key has %d bytes, at most %d are allowed", len(key), maxKey)
		}
		sum := hash(key)
		if _, twice := fresh[sum]; twice || j.Has(key) {
			continue
		}
		fresh[sum] = struct{}{}
		lines.WriteString(strconv.QuoteToASCII(key) + "\n")
	}
	if lines.Len() == 0 {
		return nil
	}
	if err := j.file.Append(lines.Bytes()); err != nil {
		return err
	}
	maps.Copy(j.keys, fresh)
	return nil
}

// Close closes the file and lets others open it.
func (j *Journal) Close() error {
	if err := j.file.Close(); err != nil {
		return fmt.Errorf("close journal %s: %w", j.file.Path(), err)
	}
	return nil
}

// SetAside copies the journal to a file of the returned name, empties and closes it, so
// that a fresh journal can begin at the path. It isn't renamed, since Windows refuses that
// for an open file, and closed first it could be another run's by then.
func (j *Journal) SetAside() (string, error) {
	aside, err := j.copyAside()
	if err == nil {
		err = j.file.Truncate(0)
	}
	if err != nil {
		return "", fmt.Errorf("set journal %s aside: %w", j.file.Path(), err)
	}
	return aside, j.Close()
}

// copyAside copies the journal beside itself, and replaces nothing.
func (j *Journal) copyAside() (path string, err error) {
	for n := 1; ; n++ {
		path = fmt.Sprintf("%s.%d", j.file.Path(), n)
		to, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = io.Copy(to, io.NewSectionReader(j.file, 0, j.file.Size()))
		if err == nil {
			err = to.Sync()
		}
		if err = errors.Join(err, to.Close()); err == nil {
			err = syncDirectory(filepath.Dir(path))
		}
		if err != nil {
			_ = os.Remove(path) // what it was to keep is still where it was
		}
		return path, err
	}
}

func hash(key string) [16]byte {
	sum := sha256.Sum256([]byte(key))
	return [16]byte(sum[:16])
}
