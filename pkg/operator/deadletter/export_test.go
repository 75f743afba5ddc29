package deadletter

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// Takes tells whether a message is meant, by its age at a time.
func (s Selection) Takes(l Letter, at time.Time) bool {
	return s.mayTake(l.Message, at) && s.takes(l.Diagnosis)
}

// HoldFor is how long messages of a queue are held.
func HoldFor(s *Scanner, messages int) time.Duration { return s.holdFor(messages) }

// LedgerBytes is what the ledger keeps in memory for each of n messages with
// handles of so many characters.
func LedgerBytes(n, handle int) int {
	l := newLedger()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range n {
		l.take([]queue.Message{{
			ID: fmt.Sprintf("%036d", i), Handle: fmt.Sprintf("%0*d", handle, i), Content: queue.Content{Body: strings.Repeat("x", 1000)},
		}}, now())
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(l)
	return int(after.HeapAlloc-before.HeapAlloc) / n
}

// LastHandle is the handle that is kept of a message whose receives, with these
// counts, were answered in this order. A handle is its count.
func LastHandle(counts ...int) string {
	l := newLedger()
	for _, n := range counts {
		l.take([]queue.Message{{ID: "id", Handle: fmt.Sprint(n), ReceiveCount: n}}, now())
	}
	return l.handles([]string{"id"})[0]
}

// File is what an archive needs of a file.
type File = file

// ArchiveOn is an archive on a file of a test, with size bytes in it.
func ArchiveOn(f File, size int64) (*Archive, error) {
	a := &Archive{path: "/tmp/archive", file: f, size: size}
	return a, a.prepare()
}

// Add adds records.
func (a *Archive) Add(records ...Record) error { return a.add(records) }

// NewRecord writes down a message.
func NewRecord(m queue.Message) (Record, error) {
	return newRecord(m, Mark{Verdict: "never"}, "https://queue", now())
}

// Line is the record as a line.
func (r Record) Line() ([]byte, error) { return r.line() }

// ParseRecord reads a line.
func ParseRecord(line []byte) (Record, error) { return parseRecord(line) }

// ReadAll reads lines.
func ReadAll(from io.Reader) ([]Line, error) {
	var all []Line
	err := readLines(context.Background(), from, "test", func(l Line) error { all = append(all, l); return nil })
	return all, err
}
