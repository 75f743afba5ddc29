package lockfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/lockfile"
)

func TestOneRunWritesAtATimeAndReadersKeepWritersOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	writer, created, err := lockfile.Open(path)
	if err != nil || !created {
		t.Fatalf("created %v, %v", created, err)
	}
	for name, open := range map[string]func() error{
		"a second writer": func() error { _, _, err := lockfile.Open(path); return err },
		"a reader":        func() error { _, err := lockfile.OpenToRead(path); return err },
	} {
		if err := open(); !errors.Is(err, lockfile.ErrInUse) {
			t.Errorf("%s beside a writer: %v", name, err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		reader, err := lockfile.OpenToRead(path)
		if err != nil {
			t.Fatalf("a reader: %v", err)
		}
		defer func() { _ = reader.Close() }()
	}
	if _, _, err := lockfile.Open(path); !errors.Is(err, lockfile.ErrInUse) {
		t.Errorf("a writer beside readers: %v", err)
	}
}

func TestAFileIsForItsOwnerAloneAndAddedTo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, line := range []string{"one\n", "two\n"} {
		f, created, err := lockfile.Open(path)
		if err != nil || created != (line == "one\n") {
			t.Fatalf("created %v, %v", created, err)
		}
		if _, err := f.WriteString(line); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(path)
	info, statErr := os.Stat(path)
	if string(content) != "one\ntwo\n" || errors.Join(err, statErr) != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %q, %v, %v", content, info.Mode(), errors.Join(err, statErr))
	}
}

func TestWhatIsNoFileIsNotOpened(t *testing.T) {
	if _, err := lockfile.OpenToRead(t.TempDir()); !errors.Is(err, lockfile.ErrNotRegular) {
		t.Errorf("got %v", err)
	}
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	opened := make(chan error, 1)
	go func() { _, err := lockfile.OpenToRead(pipe); opened <- err }()
	select {
	case err := <-opened:
		if !errors.Is(err, lockfile.ErrNotRegular) {
			t.Errorf("a pipe: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("opening a pipe waits for a writer")
	}
	if err := lockfile.SyncDirectory(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a directory that isn't there was synced")
	}
}
