package deadletter_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/journal"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// archived is a world whose dead letters are all in an archive, and nowhere else.
func archived(t *testing.T, n int) (w *world, path string) {
	t.Helper()
	w, path = newWorld(n), filepath.Join(t.TempDir(), "archive.jsonl")
	archive := openArchive(t, path)
	if report, err := w.scanner.Archive(t.Context(), w.choose(t, deadletter.Selection{All: true}), archive, deadURL, nil); err != nil || report.Moved != n {
		t.Fatalf("%+v, %v", report, err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return w, path
}

// memory is a journal in memory.
type memory struct {
	keys []string
	fail error
}

func (m *memory) Has(key string) bool { return slices.Contains(m.keys, key) }

func (m *memory) Add(keys ...string) error {
	if m.fail != nil {
		return m.fail
	}
	m.keys = append(m.keys, keys...)
	return nil
}

// scanArchive chooses in an archive.
func (w *world) scanArchive(t *testing.T, a *deadletter.ArchiveReader, j deadletter.Journal, s deadletter.Selection) (*deadletter.Chosen, deadletter.Archived) {
	t.Helper()
	chosen := deadletter.NewChosen()
	found, err := deadletter.ScanArchive(t.Context(), a, j, w.diagnoser, s, func(l deadletter.Letter) error {
		if l.Meant {
			chosen.Add(l)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return chosen, found
}

func readArchive(t *testing.T, path string) *deadletter.ArchiveReader {
	t.Helper()
	a, err := deadletter.ReadArchive(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

func TestARestoreBringsBackWhatWasChosenAsItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, path := archived(t, 45)
		before, _ := os.ReadFile(path)
		a, j := readArchive(t, path), &memory{}
		chosen, found := w.scanArchive(t, a, j, deadletter.Selection{WouldWork: true})
		if chosen.Len() != 18 || found.Messages != 45 || found.Done != 0 || !slices.Equal(found.Queues, []string{deadURL}) || len(found.Broken) > 0 {
			t.Fatalf("%d chosen, %+v", chosen.Len(), found)
		}
		var moved []deadletter.Moved
		report, err := deadletter.Restore(t.Context(), a, j, chosen, w.sourceQueue(), fast(), func(m []deadletter.Moved) { moved = append(moved, m...) })
		if err != nil || report.Sent != 18 || report.Remaining() != 0 || len(moved) != 18 {
			t.Errorf("%+v, %v; told of %d", report, err, len(moved))
		}
		for i := range w.put {
			if got := in(w.source, letterContent(i)); got != btoi(i%5 == 0 || i%5 == 3) {
				t.Errorf("message %d is %d times in the source queue", i, got)
			}
		}
		if after, _ := os.ReadFile(path); string(after) != string(before) {
			t.Error("the archive was changed")
		}
		again, found := w.scanArchive(t, a, j, deadletter.Selection{All: true})
		if again.Len() != 27 || found.Done != 18 || found.Messages != 45 {
			t.Errorf("another run: %d to choose from, %+v", again.Len(), found)
		}
	})
}

func TestAMessageThatWasArchivedTwiceIsBroughtBackOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, path := archived(t, 12)
		content, _ := os.ReadFile(path)
		if err := os.WriteFile(path, append(content, content...), 0o600); err != nil {
			t.Fatal(err)
		}
		a, j := readArchive(t, path), &memory{}
		chosen, found := w.scanArchive(t, a, j, deadletter.Selection{All: true})
		report, err := deadletter.Restore(t.Context(), a, j, chosen, w.sourceQueue(), fast(), nil)
		if err != nil || found.Messages != 12 || report.Sent != 12 || len(w.source.All()) != 12 {
			t.Errorf("%+v, %+v, %v; %d in the queue", found, report, err, len(w.source.All()))
		}
	})
}

func TestBrokenLinesAreToldAndTheOthersGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, path := archived(t, 10)
		content, _ := os.ReadFile(path)
		parts := strings.SplitAfter(string(content), "\n")
		damaged := strings.Join(parts[:4], "") + "garbage\n" + strings.Join(parts[4:9], "") + parts[9][:50]
		if err := os.WriteFile(path, []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		a, j := readArchive(t, path), &memory{}
		chosen, found := w.scanArchive(t, a, j, deadletter.Selection{All: true})
		if chosen.Len() != 9 || len(found.Broken) != 2 || found.BrokenLines != 2 || found.Broken[0].Number != 5 || found.Broken[1].Number != 11 || !errors.Is(found.Broken[1].Err, deadletter.ErrCutOff) {
			t.Errorf("%d chosen, broken: %+v", chosen.Len(), found.Broken)
		}
		if report, err := deadletter.Restore(t.Context(), a, j, chosen, w.sourceQueue(), fast(), nil); err != nil || report.Sent != 9 {
			t.Errorf("%+v, %v", report, err)
		}
	})
}

func TestOfManyBrokenLinesTheFirstAreKeptAndAllAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, path := archived(t, 1)
		content, _ := os.ReadFile(path)
		if err := os.WriteFile(path, append(content, strings.Repeat("garbage\n", 1000)...), 0o600); err != nil {
			t.Fatal(err)
		}
		chosen, found := w.scanArchive(t, readArchive(t, path), &memory{}, deadletter.Selection{All: true})
		if chosen.Len() != 1 || found.BrokenLines != 1000 || len(found.Broken) != 20 || found.Broken[0].Number != 2 || found.Broken[19].Number != 21 {
			t.Errorf("%d chosen, %d broken, of which %d are kept", chosen.Len(), found.BrokenLines, len(found.Broken))
		}
	})
}

func TestWhatIsNoArchiveIsNotRead(t *testing.T) {
	for content, good := range map[string]bool{
		"shopping list\n": false, `{"orgId":"a"}`: false, "x": false, "\n\n": false, "\x00": false,
		"": true, `{"ver`: true, "{\"ver\n{\"version\":1": true,
	} {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		a, err := deadletter.ReadArchive(path)
		if good != (err == nil) || err != nil && (!strings.Contains(err.Error(), "isn't an archive") || !strings.Contains(err.Error(), path)) {
			t.Errorf("%q: %v", content, err)
		}
		if err == nil {
			_ = a.Close()
		}
	}
}

func TestARestoreHoldsItsRateAndCtrlCFinishesItsBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, path := archived(t, 60)
		a, j := readArchive(t, path), &memory{}
		chosen, _ := w.scanArchive(t, a, j, deadletter.Selection{All: true})
		pace, _ := queue.NewPace(5)
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		batches := 0
		w.source.OnCall = func(queuetest.Call) queuetest.Fault {
			if batches++; batches == 5 {
				cancel()
			}
			return queuetest.Fault{}
		}
		report, err := deadletter.Restore(ctx, a, j, chosen, w.sourceQueue(), pace, nil)
		if !errors.Is(err, context.Canceled) || report.Sent != 25 || report.Remaining() != 35 || len(j.keys) != 25 || time.Since(began) != 4*time.Second {
			t.Errorf("%+v, %v after %s; %d keys", report, err, time.Since(began), len(j.keys))
		}
		chosen, _ = w.scanArchive(t, a, j, deadletter.Selection{All: true})
		report, err = deadletter.Restore(t.Context(), a, j, chosen, w.sourceQueue(), fast(), nil)
		if err != nil || report.Sent != 35 || len(w.source.All()) != 60 {
			t.Errorf("continued: %+v, %v; %d in the queue", report, err, len(w.source.All()))
		}
	})
}

func TestARestoreThatCannotBeRememberedStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, path := archived(t, 30)
		a, j := readArchive(t, path), &memory{fail: errFull}
		chosen, _ := w.scanArchive(t, a, j, deadletter.Selection{All: true})
		told := 0
		report, err := deadletter.Restore(t.Context(), a, j, chosen, w.sourceQueue(), fast(), func(m []deadletter.Moved) { told += len(m) })
		if !errors.Is(err, errFull) || report.Sent != 10 || told != 10 || len(w.source.All()) != 10 {
			t.Errorf("%+v, %v; told of %d, %d in the queue", report, err, told, len(w.source.All()))
		}
	})
}

// TestEveryFaultOfARestoreLosesNothing lets each call fail in each way, and runs
// it again until all is back: with a real journal, nothing confirmed is sent twice.
func TestEveryFaultOfARestoreLosesNothing(t *testing.T) {
	for name, fails := range map[string]queuetest.Fault{
		"before":  {Before: queuetest.Unavailable()},
		"after":   {After: queuetest.Unavailable()},
		"busy":    {Entries: func(i int) *types.BatchResultErrorEntry { return when(i%2 == 0, queuetest.Busy()) }},
		"refused": {Entries: func(i int) *types.BatchResultErrorEntry { return when(i%2 == 0, queuetest.Refused()) }},
	} {
		for call := range 4 {
			synctest.Test(t, func(t *testing.T) {
				w, path := archived(t, 35)
				j, err := journal.Open(path+".restored", sourceURL)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = j.Close() }()
				n := 0
				w.source.OnCall = func(queuetest.Call) queuetest.Fault {
					if n++; n == call+1 {
						return fails
					}
					return queuetest.Fault{}
				}
				a := readArchive(t, path)
				chosen, _ := w.scanArchive(t, a, j, deadletter.Selection{All: true})
				report, err := deadletter.Restore(t.Context(), a, j, chosen, w.sourceQueue(), fast(), nil)
				if err != nil && !fault.Is(err, fault.ServiceUnavailable) || report.Sent != j.Len() {
					t.Errorf("%s, call %d: %+v, %v; %d remembered", name, call, report, err, j.Len())
				}
				chosen, _ = w.scanArchive(t, a, j, deadletter.Selection{All: true})
				if _, err := deadletter.Restore(t.Context(), a, j, chosen, w.sourceQueue(), fast(), nil); err != nil {
					t.Error(err)
				}
				twice := 0
				for i := range w.put {
					if got := in(w.source, letterContent(i)); got == 0 || got > 2 {
						t.Errorf("%s, call %d: message %d is %d times in the queue", name, call, i, got)
					} else if got == 2 {
						twice++
					}
				}
				if most := btoi(fails.After != nil) * 10; twice > most {
					t.Errorf("%s, call %d: %d messages are there twice", name, call, twice)
				}
			})
		}
	}
}

func when(is bool, refusal *types.BatchResultErrorEntry) *types.BatchResultErrorEntry {
	if is {
		return refusal
	}
	return nil
}

func TestAStoppedScanOfAnArchiveShowsNothingMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, path := archived(t, 60)
		w.diagnoser.takes = time.Second
		a := readArchive(t, path)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(2500*time.Millisecond, cancel)
		shown, boom := 0, errors.New("boom")
		_, err := deadletter.ScanArchive(ctx, a, &memory{}, w.diagnoser, deadletter.Selection{}, func(deadletter.Letter) error { shown++; return nil })
		if !errors.Is(err, context.Canceled) || shown != 16 {
			t.Errorf("%d shown, %v", shown, err)
		}
		_, err = deadletter.ScanArchive(t.Context(), a, &memory{}, w.diagnoser, deadletter.Selection{}, func(deadletter.Letter) error { return boom })
		if !errors.Is(err, boom) {
			t.Errorf("got %v", err)
		}
	})
}
