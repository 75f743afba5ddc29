package journal_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/operator/journal"
)

func TestAFileIsForItsOwnerAloneAndAddedToByOneRunAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, line := range []string{"one\n", "two\n"} {
		f, err := journal.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := journal.OpenFile(path); !errors.Is(err, journal.ErrInUse) {
			t.Errorf("opened twice: %v", err)
		}
		if err := errors.Join(f.Append([]byte(line)), f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(path)
	if got := content(t, path); got != "one\ntwo\n" || err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %q, %v, %v", got, info, err)
	}
}

func TestOnlyAFileThatWasMadeInVainIsRemoved(t *testing.T) {
	made, there := filepath.Join(t.TempDir(), "made"), filepath.Join(t.TempDir(), "there")
	if err := os.WriteFile(there, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, stays := range map[string]bool{made: false, there: true} {
		f, err := journal.OpenFile(path)
		if err == nil {
			err = f.Close()
		}
		if _, missing := os.Stat(path); err != nil || stays != (missing == nil) {
			t.Errorf("%s: %v, %v", path, err, missing)
		}
	}
}

func TestWhatIsNoFileIsNotOpened(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{os.DevNull: journal.ErrForeign, pipe: journal.ErrForeign, t.TempDir(): syscall.EISDIR, filepath.Join(t.TempDir(), "no", "file"): os.ErrNotExist} {
		if _, err := journal.Open(path, subject); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
}
