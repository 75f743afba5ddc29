package deadletter_test

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
)

// faults are the ways in which a call can fail. The last stops the run.
var faults = map[string]queuetest.Fault{
	"before":  {Before: queuetest.Unavailable()},
	"denied":  {Before: queuetest.Denied()},
	"after":   {After: queuetest.Unavailable()},
	"busy":    {Entries: func(i int) *types.BatchResultErrorEntry { return when(i%2 == 0, queuetest.Busy()) }},
	"refused": {Entries: func(i int) *types.BatchResultErrorEntry { return when(i%2 == 1, queuetest.Refused()) }},
	"Ctrl-C":  {},
}

// TestEveryFaultOfAMoveLosesNothing lets each call of a replay and of an
// archiving fail in each way. Whatever happens, every message is somewhere,
// unchanged; what isn't deleted is visible again, at once unless its release
// failed; and what is deleted has a confirmed copy.
func TestEveryFaultOfAMoveLosesNothing(t *testing.T) {
	for _, archive := range []bool{false, true} {
		operations := map[string]bool{}
		for name := range faults {
			for call := range 18 { // a run has 9 to 16 calls, as its receives are timed
				operations[moveWithFault(t, archive, name, call)] = true
			}
		}
		want := []string{"", "ChangeMessageVisibilityBatch", "DeleteMessageBatch", "GetQueueAttributes", "ReceiveMessage", "SendMessageBatch"}
		if archive {
			want = want[:5]
		}
		if got := slices.Sorted(maps.Keys(operations)); !slices.Equal(got, want) {
			t.Errorf("archive %t: these operations failed: %q, want %q", archive, got, want)
		}
	}
}

// moveWithFault moves 26 of 32 messages, lets one call fail and gives its
// operation; none if there were fewer calls.
func moveWithFault(t *testing.T, archive bool, name string, failing int) (what string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(32)
		chosen := w.chooseIDs(numbers(26)...)
		ctx, cancel := context.WithCancel(t.Context())
		calls := atomic.Int64{}
		onCall := func(c queuetest.Call) queuetest.Fault {
			if calls.Add(1) != int64(failing)+1 {
				return queuetest.Fault{}
			}
			what = c.Operation
			if name == "Ctrl-C" {
				cancel()
			}
			return faults[name]
		}
		w.dead.On(onCall)
		w.source.On(onCall)
		path := filepath.Join(t.TempDir(), "archive.jsonl")
		report, err := w.move(ctx, t, archive, chosen, path)
		where := fmt.Sprintf("archive %t: call %d, %s, fails: %s: %+v, %v", archive, failing, what, name, report, err)

		w.everyMessageIsSomewhere(t, records(t, path))
		if sum := report.Moved + len(report.Twice) + len(report.Failed) + len(report.Missing) + report.Remaining(); sum != report.Chosen && report.Chosen > 0 {
			t.Errorf("%s: the report doesn't add up", where)
		}
		if gone := 32 - len(w.dead.All()); gone < report.Moved || gone > report.Moved && name != "after" {
			t.Errorf("%s: %d are gone", where, gone)
		}
		for i := 26; i < 32; i++ {
			if in(w.dead, letterContent(i)) != 1 || in(w.source, letterContent(i)) != 0 {
				t.Errorf("%s: message %d, which wasn't chosen, is gone or sent", where, i)
			}
		}
		// An answer that was lost leaves its messages hidden for the hold: nobody knows their handles.
		releasing := what == "ChangeMessageVisibilityBatch"
		lost := what == "ReceiveMessage" && name == "after"
		if hidden := len(w.hidden()); hidden > 0 && !lost && !(releasing && hidden <= 10 && (report.Unreleased >= hidden || name == "refused")) {
			t.Errorf("%s: %d are hidden", where, hidden)
		}
		if what == "" && (err != nil || report.Moved != 26) {
			t.Errorf("%s: not all were moved", where)
		}
		if t.Failed() {
			t.FailNow()
		}
	})
	return what
}

func (w *world) move(ctx context.Context, t *testing.T, archive bool, chosen *deadletter.Chosen, path string) (deadletter.Report, error) {
	if !archive {
		return w.scanner.Replay(ctx, chosen, w.sourceQueue(), anna, fast(), nil)
	}
	file := openArchive(t, path)
	defer func() { _ = file.Close() }()
	return w.scanner.Archive(ctx, chosen, file, deadURL, nil)
}

func numbers(n int) []int {
	var all []int
	for i := range n {
		all = append(all, i)
	}
	return all
}

func when(is bool, refusal *types.BatchResultErrorEntry) *types.BatchResultErrorEntry {
	if is {
		return refusal
	}
	return nil
}
