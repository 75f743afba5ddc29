package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/operator/journal"
)

// disk is a file that fails at one call, after writing a part of what it should.
// What it holds is what a power cut would leave: synced tells how much is safe.
type disk struct {
	data     []byte
	synced   int
	calls    int
	fail     int // the call that fails, counted from 1; 0 for none
	failures int // how many calls fail from there on, 1 if 0
	part     int // bytes that a failing write writes nevertheless
}

var errFull error = syscall.ENOSPC

func (d *disk) fails() bool {
	d.calls++
	return d.fail > 0 && d.calls >= d.fail && d.calls < d.fail+max(d.failures, 1)
}

func (d *disk) ReadAt(p []byte, off int64) (int, error) {
	if d.fails() {
		return 0, errFull
	}
	return bytes.NewReader(d.data).ReadAt(p, off)
}

func (d *disk) WriteAt(p []byte, off int64) (int, error) {
	n, err := len(p), error(nil)
	if d.fails() {
		n, err = min(d.part, len(p)), errFull
	}
	d.data = append(d.data[:min(int(off), len(d.data))], p[:n]...) // nobody writes before the end
	return n, err
}

func (d *disk) Truncate(size int64) error {
	if d.fails() {
		return errFull
	}
	d.data = d.data[:size]
	return nil
}

func (d *disk) Sync() error {
	if d.fails() {
		return errFull
	}
	d.synced = len(d.data)
	return nil
}

func (d *disk) Close() error { return nil }

// later is the disk's content as the next run finds it.
func (d *disk) later(data []byte) *disk { return &disk{data: bytes.Clone(data), synced: len(data)} }

// run opens the journal on d and adds keys in batches of two until something
// fails; it gives what was confirmed.
func run(t *testing.T, d *disk) (confirmed []string, err error) {
	j, err := journal.OpenOn(d, len(d.data), filepath.Join(t.TempDir(), "journal"), subject)
	if err != nil {
		return nil, err
	}
	for n := 0; n < 6; n += 2 {
		batch := []string{fmt.Sprintf("organization-%d", n), fmt.Sprintf("organization-%d", n+1)}
		if err := j.Add(batch...); err != nil {
			if again := j.Add("one-more"); again == nil || !errors.Is(again, errFull) {
				t.Errorf("after a failed write the journal took more: %v", again)
			}
			return confirmed, err
		}
		confirmed = append(confirmed, batch...)
	}
	return confirmed, nil
}

func TestWhatWasConfirmedSurvivesAFaultAtEachCallAndAPowerCut(t *testing.T) {
	torn := &disk{}
	if _, err := run(t, torn); err != nil {
		t.Fatal(err)
	}
	torn.data = torn.data[:len(torn.data)-5]
	for name, begin := range map[string][]byte{"a new journal": nil, "a journal with a torn end": torn.data} {
		t.Run(name, func(t *testing.T) {
			for call, failed := 1, true; failed; call++ {
				for part := 0; part < 40; part += 3 {
					d := &disk{data: bytes.Clone(begin), synced: len(begin), fail: call, part: part}
					confirmed, err := run(t, d)
					failed = d.calls >= call
					if failed != (err != nil) || err != nil && !errors.Is(err, errFull) {
						t.Fatalf("call %d: the error is %v", call, err)
					}
					for when, data := range map[string][]byte{"a crash": d.data, "a power cut": d.data[:d.synced]} {
						checkLater(t, fmt.Sprintf("call %d, part %d, %s", call, part, when), d.later(data), confirmed)
					}
				}
			}
		})
	}
}

// TestAFailedWriteIsCutOff, so that no torn line stays if the disk lets it.
func TestAFailedWriteIsCutOff(t *testing.T) {
	for name, stuck := range map[string]int{"": 0, "but for a disk that fails again": 1} {
		d := &disk{part: 7}
		j, err := journal.OpenOn(d, 0, filepath.Join(t.TempDir(), "journal"), subject)
		if err != nil {
			t.Fatal(err)
		}
		before := len(d.data)
		d.fail, d.failures = d.calls+1, 1+stuck
		if err := j.Add("a key"); !errors.Is(err, errFull) || len(d.data) != before+7*stuck {
			t.Errorf("%s: %d bytes more, %v", name, len(d.data)-before, err)
		}
	}
}

// TestAFaultWhileSettingAsideLosesNothing, and leaves no half of a copy.
func TestAFaultWhileSettingAsideLosesNothing(t *testing.T) {
	for call, failed := 1, true; failed; call++ {
		d, path := &disk{}, filepath.Join(t.TempDir(), "journal")
		j, err := journal.OpenOn(d, 0, path, subject)
		if err == nil {
			err = j.Add("a key")
		}
		if err != nil {
			t.Fatal(err)
		}
		whole := string(d.data)
		d.fail = d.calls + call
		aside, err := j.SetAside()
		if failed = d.calls >= d.fail; failed != errors.Is(err, errFull) || failed != (aside == "") {
			t.Fatalf("call %d: set aside as %q, %v", call, aside, err)
		}
		copied, err := os.ReadFile(path + ".1")
		emptied := len(d.data) == 0
		if emptied && string(copied) != whole || err == nil && string(copied) != whole || !emptied && string(d.data) != whole {
			t.Errorf("call %d: there is %q, aside %q (%v); it was %q", call, d.data, copied, err, whole)
		}
	}
}

// checkLater opens the journal again: it must open, and have what was confirmed.
func checkLater(t *testing.T, name string, d *disk, confirmed []string) {
	t.Helper()
	j, err := journal.OpenOn(d, len(d.data), filepath.Join(t.TempDir(), "journal"), subject)
	if err != nil {
		t.Fatalf("%s: it can't be opened any more: %v\n%s", name, err, d.data)
	}
	for _, key := range confirmed {
		if !j.Has(key) {
			t.Errorf("%s: %s was confirmed and isn't there", name, key)
		}
	}
	if j.Has("one-more") {
		t.Errorf("%s: a refused key is there", name)
	}
	if err := j.Add("after"); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	final, err := journal.OpenOn(d.later(d.data), len(d.data), filepath.Join(t.TempDir(), "journal"), subject)
	if err != nil || !final.Has("after") || final.Len() != j.Len() {
		t.Errorf("%s: the next run's journal can't be read: %v", name, err)
	}
}
