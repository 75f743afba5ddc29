// Package journal remembers, in a file, what was confirmed, so that a run that
// was stopped (Ctrl-C, a kill, a power cut) can be continued without doing
// anything twice. Keys are only ever appended, and each is on the disk when
// [Journal.Add] returns.
//
// The file is text: a line that says what the journal is about, then a quoted
// key per line. In memory a key is a hash of 16 bytes, about 40 bytes with the
// map around it: a million keys take some 40 MB. Two keys with the same hash
// would be taken for one; among a million the chance of that is below 10^-26.
package journal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/fusionpos/orgbucket/pkg/operator/lockfile"
)

// ErrForeign is the error of [Open] for a file that is no journal, or one about
// something else, or a damaged one. It is left as it is.
var ErrForeign = errors.New("it isn't this run's journal")

// maxKey is the longest key in bytes; as quoted it may take four times as many.
const maxKey = 1 << 10

// Journal is an open journal. It is not safe for concurrent use.
type Journal struct {
	path   string
	file   file
	keys   map[[16]byte]struct{}
	broken error // why nothing can be added any more
}

// file is what a journal needs of an [os.File] that is open for appending.
type file interface {
	io.ReadWriteCloser
	Truncate(size int64) error
	Sync() error
}

// Open opens the journal at path or, if there is none, makes one (mode 0600).
// subject says what the keys were confirmed for, for example a queue's URL; a
// journal with another subject is refused with [ErrForeign], so that what was
// done in one stage isn't taken for done in another. What a killed run has left
// half-written at the end is taken away.
//
// Until Close nobody else can open it ([lockfile.ErrInUse]).
func Open(path, subject string) (*Journal, error) {
	f, _, err := lockfile.Open(path)
	if errors.Is(err, lockfile.ErrNotRegular) {
		err = fmt.Errorf("%w: %w", ErrForeign, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open journal %s: %w", path, err)
	}
	j, err := open(f, path, subject)
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return j, nil
}

// open reads what is there and makes it whole.
func open(f file, path, subject string) (*Journal, error) {
	j := &Journal{path: path, file: f, keys: map[[16]byte]struct{}{}}
	there, err := j.read(subject)
	if err != nil {
		return nil, fmt.Errorf("read journal %s: %w", path, err)
	}
	if there.whole == there.size && there.whole > 0 {
		return j, nil
	}
	if err := j.mend(there, subject); err != nil {
		return nil, fmt.Errorf("begin journal %s: %w", path, err)
	}
	return j, nil
}

// mend cuts a torn end off, and writes the header if there is none.
func (j *Journal) mend(there extent, subject string) error {
	if there.size > there.whole {
		if err := j.file.Truncate(there.whole); err != nil {
			return err
		}
	}
	if there.whole == 0 {
		if _, err := j.file.Write(header(subject)); err != nil {
			return err
		}
	}
	if err := j.file.Sync(); err != nil {
		return err
	}
	return lockfile.SyncDirectory(filepath.Dir(j.path))
}

// Has tells whether key was added, in this run or an earlier one.
func (j *Journal) Has(key string) bool {
	_, ok := j.keys[hash(key)]
	return ok
}

// Len is the number of keys.
func (j *Journal) Len() int { return len(j.keys) }

// Path is the file's.
func (j *Journal) Path() string { return j.path }

// Add appends keys of at most 1 KiB and returns when they are on the disk. Those
// that are there already are left out. After an error the file may have some of
// them, and the journal takes no more: what is on the disk is in doubt then, and
// only opening it again tells.
func (j *Journal) Add(keys ...string) error {
	if err := j.add(keys); err != nil {
		return fmt.Errorf("write to journal %s: %w", j.path, err)
	}
	return nil
}

func (j *Journal) add(keys []string) error {
	if j.broken != nil {
		return fmt.Errorf("an earlier write failed: %w", j.broken)
	}
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
	if _, j.broken = j.file.Write(lines.Bytes()); j.broken == nil {
		j.broken = j.file.Sync()
	}
	if j.broken != nil {
		return j.broken
	}
	for sum := range fresh {
		j.keys[sum] = struct{}{}
	}
	return nil
}

// Close closes the file and lets others open it.
func (j *Journal) Close() error {
	if err := j.file.Close(); err != nil {
		return fmt.Errorf("close journal %s: %w", j.path, err)
	}
	return nil
}

// SetAside closes the journal and gives its file another name, which it
// returns, so that a fresh one can begin at the path.
func (j *Journal) SetAside() (string, error) {
	for n := 1; ; n++ {
		aside := fmt.Sprintf("%s.%d", j.path, n)
		if _, err := os.Lstat(aside); err == nil {
			continue
		}
		if err := os.Rename(j.path, aside); err != nil {
			return "", fmt.Errorf("set journal %s aside: %w", j.path, err)
		}
		return aside, j.Close()
	}
}

func hash(key string) [16]byte {
	sum := sha256.Sum256([]byte(key))
	return [16]byte(sum[:16])
}
