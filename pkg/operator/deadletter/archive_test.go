package deadletter_test

import (
	"bytes"
	"context"
	"errors"

	"io"
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
	"github.com/fusionpos/orgbucket/pkg/operator/lockfile"
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

// lines reads an archive.
func lines(t *testing.T, path string) (all []deadletter.Line) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if all, err = deadletter.ReadAll(f); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestArchivingWritesDownWhatWasChosenAndThenDeletesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(45)
		path := filepath.Join(t.TempDir(), "archive.jsonl")
		archive := openArchive(t, path)
		w.dead.OnCall = func(c queuetest.Call) queuetest.Fault {
			if c.Operation == "DeleteMessageBatch" && len(lines(t, path)) < c.Entries {
				t.Error("deleted before it was written")
			}
			return queuetest.Fault{}
		}
		chosen := w.choose(t, deadletter.Selection{Codes: codes(verdicts[1], verdicts[2])})
		var told []string
		report, err := w.scanner.Archive(t.Context(), chosen, archive, deadURL, func(m []deadletter.Moved) {
			for _, one := range m {
				told = append(told, one.ID)
			}
		})
		if err != nil || report.Moved != 18 || report.Remaining() != 0 || len(w.hidden()) > 0 {
			t.Errorf("%+v, %v; %d hidden", report, err, len(w.hidden()))
		}
		var written []string
		for _, l := range lines(t, path) {
			n := slices.Index(w.put, l.Record.ID)
			written = append(written, l.Record.ID)
			r := l.Record
			if l.Err != nil || n%5 != 1 && n%5 != 2 || !queuetest.Same(r.Content(), letterContent(n)) {
				t.Fatalf("line %d: message %d: %v", l.Number, n, l.Err)
			}
			if r.Code != verdicts[n%5].Code || r.Verdict != verdicts[n%5].Verdict || r.Queue != deadURL || r.ReceiveCount != 8 || r.ArchivedAt.IsZero() || r.SentAt.IsZero() {
				t.Errorf("line %d: %+v", l.Number, r)
			}
			if (r.OrgID == "") != (r.Verdict == diagnosis.Never) {
				t.Errorf("line %d: organization %q", l.Number, r.OrgID)
			}
		}
		if !slices.Equal(sorted(written), sorted(told)) || len(w.dead.All()) != 27 {
			t.Errorf("%d written, %d told, %d left", len(written), len(told), len(w.dead.All()))
		}
		if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v", info.Mode())
		}
	})
}

func codes(all ...diagnosis.Diagnosis) (codes []fault.Code) {
	for _, d := range all {
		codes = append(codes, d.Code)
	}
	return codes
}

func record(id string) deadletter.Record {
	r, err := deadletter.NewRecord(queue.Message{ID: id, Content: queue.Content{Body: id}})
	if err != nil {
		panic(err)
	}
	return r
}

func TestAnArchiveIsAddedToAndATornEndIsClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.jsonl")
	first := openArchive(t, path)
	if err := errors.Join(first.Add(record("a"), record("b")), first.Close()); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	end := bytes.IndexByte(whole, '\n')
	for size := range len(whole) + 1 {
		if err := os.WriteFile(path, whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		again := openArchive(t, path)
		if err := errors.Join(again.Add(record("c")), again.Close()); err != nil {
			t.Fatalf("after %d bytes: %v", size, err)
		}
		var got []string
		for _, l := range lines(t, path) {
			if l.Err == nil {
				got = append(got, l.Record.ID)
			} else if !errors.Is(l.Err, deadletter.ErrCutOff) {
				t.Errorf("after %d bytes: line %d: %v", size, l.Number, l.Err)
			}
		}
		want := []string{"c"}
		if size >= end { // the first line is whole, perhaps but for its end
			want = []string{"a", "c"}
		}
		if size >= len(whole)-1 {
			want = []string{"a", "b", "c"}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("after %d of %d bytes: %v, want %v", size, len(whole), got, want)
		}
	}
}

func TestTwoRunsCannotUseOneArchiveAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.jsonl")
	first := openArchive(t, path)
	if _, err := deadletter.OpenArchive(path); !errors.Is(err, lockfile.ErrInUse) || !strings.Contains(err.Error(), path) {
		t.Errorf("adding at once: %v", err)
	}
	if _, err := deadletter.ReadArchive(path); !errors.Is(err, lockfile.ErrInUse) {
		t.Errorf("reading at once: %v", err)
	}
	if err := errors.Join(first.Add(record("a")), first.Close()); err != nil {
		t.Fatal(err)
	}
	reader, err := deadletter.ReadArchive(path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := deadletter.ReadArchive(path)
	if err != nil {
		t.Errorf("two may read: %v", err)
	}
	if _, err := deadletter.OpenArchive(path); !errors.Is(err, lockfile.ErrInUse) {
		t.Errorf("adding while somebody reads: %v", err)
	}
	_, _ = reader.Close(), second.Close()
}

func TestAFileThatIsNoArchiveIsLeftAlone(t *testing.T) {
	for name, content := range map[string]string{"text": "shopping list\n", "other JSON": `{"orgId":"a"}`, "one letter": "x"} {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := deadletter.OpenArchive(path); err == nil || !strings.Contains(err.Error(), "isn't an archive") {
			t.Errorf("%s: %v", name, err)
		}
		if got, _ := os.ReadFile(path); string(got) != content {
			t.Errorf("%s: the file has %q now", name, got)
		}
	}
	for name, path := range map[string]string{"a directory": t.TempDir(), "a directory that isn't there": filepath.Join(t.TempDir(), "no", "archive"), "a device": "/dev/null"} {
		if _, err := deadletter.OpenArchive(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnArchiveThatWasMadeInVainIsRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.jsonl")
	if err := openArchive(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it's there: %v", err)
	}
}

// disk is a file in memory whose writes can fail in part.
type disk struct {
	content []byte
	room    int // bytes that still fit
	sync    error
	stuck   bool // truncating fails
}

var errFull = syscall.ENOSPC

func (d *disk) Write(p []byte) (int, error) {
	n := min(len(p), d.room)
	d.content = append(d.content, p[:n]...)
	d.room -= n
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func (d *disk) ReadAt(p []byte, at int64) (int, error) {
	n := copy(p, d.content[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (d *disk) Truncate(size int64) error {
	if d.stuck {
		return errors.New("stuck")
	}
	d.content = d.content[:size]
	return nil
}

func (d *disk) Sync() error  { return d.sync }
func (d *disk) Close() error { return nil }

func TestNothingOfABatchThatCouldNotBeWrittenIsDeleted(t *testing.T) {
	synced := errors.New("input/output error")
	for name, c := range map[string]struct {
		disk disk
		want error
	}{
		"a full disk":                            {disk{room: 15000}, errFull},
		"a full disk, and the torn end stays":    {disk{room: 15000, stuck: true}, errFull},
		"a disk that takes it and can't keep it": {disk{room: 1 << 30, sync: synced}, synced},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(60)
				d := &c.disk
				archive, err := deadletter.ArchiveOn(d, 0)
				if errors.Is(err, os.ErrNotExist) {
					t.Fatal(err)
				}
				chosen := w.choose(t, deadletter.Selection{All: true})
				report, err := w.scanner.Archive(t.Context(), chosen, archive, deadURL, nil)
				if !errors.Is(err, c.want) || len(report.Failed) != 10 || report.Remaining() != 50-report.Moved {
					t.Errorf("%d moved, %d failed, %d remain: %v", report.Moved, len(report.Failed), report.Remaining(), err)
				}
				if c.disk.sync == nil && report.Moved == 0 {
					t.Error("nothing was moved, but the first batch fits")
				}
				all, err := deadletter.ReadAll(strings.NewReader(string(d.content)))
				if err != nil {
					t.Fatal(err)
				}
				w.everyMessageIsSomewhere(t, all)
				if len(w.dead.All()) != 60-report.Moved || len(w.hidden()) > 0 {
					t.Errorf("%d left, %d hidden", len(w.dead.All()), len(w.hidden()))
				}
				if torn := len(all) > 0 && all[len(all)-1].Err != nil; torn != c.disk.stuck {
					t.Errorf("a torn end: %t", torn)
				}
				d.room, d.sync = 1<<30, nil
				if err := archive.Add(record("x")); err == nil {
					t.Error("it goes on after that")
				}
			})
		})
	}
}

// everyMessageIsSomewhere holds the world to the promise that no message is lost
// or changed: it is in the dead-letter queue, the source queue or the archive.
func (w *world) everyMessageIsSomewhere(t *testing.T, archived []deadletter.Line) {
	t.Helper()
	for i := range w.put {
		content := letterContent(i)
		kept := slices.ContainsFunc(archived, func(l deadletter.Line) bool { return l.Err == nil && queuetest.Same(l.Record.Content(), content) })
		if !kept && in(w.dead, content)+in(w.source, content) == 0 {
			t.Errorf("message %d is lost", i)
		}
	}
}

func TestCtrlCWhileArchivingLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(60)
		path := filepath.Join(t.TempDir(), "archive.jsonl")
		archive := openArchive(t, path)
		chosen := w.choose(t, deadletter.Selection{All: true})
		ctx, cancel := context.WithCancel(t.Context())
		deletions := 0
		w.dead.OnCall = func(c queuetest.Call) queuetest.Fault {
			if c.Operation == "DeleteMessageBatch" {
				if deletions++; deletions == 2 {
					cancel()
				}
			}
			return queuetest.Fault{}
		}
		report, err := w.scanner.Archive(ctx, chosen, archive, deadURL, nil)
		if !errors.Is(err, context.Canceled) || report.Moved != 20 || len(lines(t, path)) != 20 || len(w.dead.All()) != 40 || len(w.hidden()) > 0 {
			t.Errorf("%+v, %v; %d lines, %d left, %d hidden", report, err, len(lines(t, path)), len(w.dead.All()), len(w.hidden()))
		}
	})
}
