package deadletter_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/journal"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

func openArchive(t *testing.T, path string) *deadletter.Archive {
	t.Helper()
	a, err := deadletter.OpenArchive(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// records reads an archive; one that isn't there has none.
func records(t *testing.T, path string) []deadletter.Record {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	all, cut, err := queuetest.Archived(content)
	if err != nil || cut {
		t.Fatalf("%s: cut off: %t, %v", path, cut, err)
	}
	return all
}

func TestArchivingWritesDownWhatWasChosenAndThenDeletesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(45)
		path := filepath.Join(t.TempDir(), "archive.jsonl")
		archive, deleted := openArchive(t, path), 0
		w.dead.On(func(c queuetest.Call) queuetest.Fault {
			if c.Operation == "DeleteMessageBatch" {
				if deleted += c.Entries; len(records(t, path)) < deleted {
					t.Error("deleted before it was written")
				}
			}
			return queuetest.Fault{}
		})
		chosen := w.choose(t, deadletter.Selection{Codes: []fault.Code{verdicts[1].Code, verdicts[2].Code}})
		var told, written []string
		report, err := w.scanner.Archive(t.Context(), chosen, archive, deadURL, func(m []deadletter.Moved) {
			for _, one := range m {
				told = append(told, one.ID)
			}
		})
		if err != nil || report.Moved != 18 || report.Remaining() != 0 || len(w.hidden()) > 0 {
			t.Errorf("%+v, %v; %d hidden", report, err, len(w.hidden()))
		}
		for _, r := range records(t, path) {
			n := slices.Index(w.put, r.ID)
			written = append(written, r.ID)
			if n%5 != 1 && n%5 != 2 || !queuetest.Same(queuetest.ContentOf(r), letterContent(n)) {
				t.Fatalf("message %d: %+v", n, r)
			}
			if r.Code != verdicts[n%5].Code || r.Verdict != verdicts[n%5].Verdict || r.Queue != deadURL || r.ReceiveCount != 8 || r.ArchivedAt.IsZero() || r.SentAt.IsZero() || (r.OrgID == "") != (r.Verdict == diagnosis.Never) {
				t.Errorf("message %d: %+v", n, r)
			}
		}
		if !slices.Equal(sorted(written), sorted(told)) || len(w.dead.All()) != 27 {
			t.Errorf("%d written, %d told, %d left", len(written), len(told), len(w.dead.All()))
		}
	})
}

func record(id string) deadletter.Record {
	r, err := deadletter.NewRecord(queue.Message{ID: id, Content: queue.Content{Body: id}})
	if err != nil {
		panic(err)
	}
	return r
}

// TestAnArchiveThatWasCutOffAnywhereIsAddedTo: a killed run leaves any part of
// its last lines; what is incomplete wasn't deleted from the queue.
func TestAnArchiveThatWasCutOffAnywhereIsAddedTo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.jsonl")
	first := openArchive(t, path)
	if err := errors.Join(first.Add(record("a"), record(strings.Repeat("b", 99))), first.Close()); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for size := range len(whole) + 1 {
		if err := os.WriteFile(path, whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		again := openArchive(t, path)
		if err := errors.Join(again.Add(record("c")), again.Close()); err != nil {
			t.Fatalf("after %d bytes: %v", size, err)
		}
		complete := bytes.Count(append(whole[:size:size], whole[size:min(size+1, len(whole))]...), []byte("\n")) // a record without its newline is one
		var got string
		for _, r := range records(t, path) {
			got += r.ID[:1]
		}
		if want := "ab"[:complete] + "c"; got != want {
			t.Fatalf("after %d of %d bytes: %s, want %s", size, len(whole), got, want)
		}
	}
}

func TestOneRunAtATimeAddsToAnArchive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.jsonl")
	openArchive(t, path)
	if _, err := deadletter.OpenArchive(path); !errors.Is(err, journal.ErrInUse) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
}

func TestAFileThatIsNoArchiveIsLeftAlone(t *testing.T) {
	for name, content := range map[string]string{"text": "shopping list\n", "other JSON": `{"orgId":"a"}`, "one letter": "x", "empty lines": "\n\n"} {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := deadletter.OpenArchive(path); err == nil || !strings.Contains(err.Error(), "isn't an archive") || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
		if got, _ := os.ReadFile(path); string(got) != content {
			t.Errorf("%s: the file has %q now", name, got)
		}
	}
}

func TestNothingOfABatchThatCouldNotBeWrittenIsDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(60)
		path := filepath.Join(t.TempDir(), "archive.jsonl")
		archive := openArchive(t, path)
		archive.Fill(2, syscall.ENOSPC)
		report, err := w.scanner.Archive(t.Context(), w.choose(t, deadletter.Selection{All: true}), archive, deadURL, nil)
		if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), path) || report.Moved != 20 || len(report.Failed) != 10 || report.Remaining() != 30 {
			t.Errorf("%d moved, %d failed, %d remain: %v", report.Moved, len(report.Failed), report.Remaining(), err)
		}
		w.everyMessageIsSomewhere(t, records(t, path))
		if len(w.dead.All()) != 40 || len(w.hidden()) > 0 {
			t.Errorf("%d left, %d hidden", len(w.dead.All()), len(w.hidden()))
		}
	})
}

// everyMessageIsSomewhere holds the world to the promise that no message is lost
// or changed: it is in the dead-letter queue, the source queue or the archive.
func (w *world) everyMessageIsSomewhere(t *testing.T, archived []deadletter.Record) {
	t.Helper()
	for i := range w.put {
		content := letterContent(i)
		kept := slices.ContainsFunc(archived, func(r deadletter.Record) bool { return queuetest.Same(queuetest.ContentOf(r), content) })
		if !kept && in(w.dead, content)+in(w.source, content) == 0 {
			t.Errorf("message %d is lost", i)
		}
	}
}
