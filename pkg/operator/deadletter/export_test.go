package deadletter

import (
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/journal"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// Takes reports whether a message is selected, with its age at a time.
func (s Selection) Takes(l Letter, at time.Time) bool {
	return s.mayMatch(l.Message, at) && s.matches(l.Diagnosis)
}

// HoldFor is how long messages of a queue are held.
func HoldFor(messages int) time.Duration { return holdFor(messages) }

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

// Fill makes the archive's file fail after so many appends.
func (a *Archive) Fill(appends int, err error) { a.file = &full{a.file.(*journal.File), appends, err} }

type full struct {
	*journal.File
	left int
	err  error
}

func (f *full) Append(content []byte) error {
	if f.left--; f.left < 0 {
		return f.err
	}
	return f.File.Append(content)
}

// Add adds records.
func (a *Archive) Add(records ...Record) error { return a.add(records) }

// NewRecord makes the record of a message.
func NewRecord(m queue.Message) (Record, error) {
	return newRecord(m, mark{Verdict: "never"}, "https://queue", now())
}

// Line returns the record as a line.
func (r Record) Line() ([]byte, error) { return r.line() }
