package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestAReleaseIsWhatItsSumsSayAndRuns on this machine.
func TestAReleaseIsWhatItsSumsSayAndRuns(t *testing.T) {
	to, here := t.TempDir(), target{runtime.GOOS, runtime.GOARCH}
	if err := release(t.Context(), "v9.8.7", to, []target{here}); err != nil {
		t.Fatal(err)
	}
	name := here.archive("v9.8.7")
	packed, err := os.ReadFile(filepath.Join(to, name))
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(to, "SHA256SUMS"))
	if want := fmt.Sprintf("%x  %s\n", sha256.Sum256(packed), name); err != nil || string(sums) != want {
		t.Errorf("the sums are %q, %v", sums, err)
	}
	files := unpacked(t, packed)
	for _, module := range []string{"==== Go\n", "==== github.com/spf13/cobra ", "==== github.com/aws/aws-sdk-go-v2 "} {
		if !strings.Contains(string(files["LICENCES.txt"]), module) {
			t.Errorf("no licence of %q", module)
		}
	}
	if !strings.HasPrefix(string(files["docs/runbook.md"]), "# Runbook\n") {
		t.Error("the page that the tool's advice names isn't there")
	}
	if strings.Contains(string(files["LICENCES.txt"]), "creack/pty") {
		t.Error("a licence of what is for tests only")
	}
	tool := filepath.Join(to, "orgbucket")
	if err := os.WriteFile(tool, files["orgbucket"], 0o755); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command(tool, "--version").Output(); err != nil || !strings.Contains(string(said), "v9.8.7") {
		t.Errorf("--version says %q, %v", said, err)
	}
	again, err := here.contents(t.Context(), "v9.8.7")
	if err != nil {
		t.Fatal(err)
	}
	if repacked, err := here.pack(again); err != nil || !bytes.Equal(repacked, packed) {
		t.Errorf("the same sources make another archive, %v", err)
	}
}

// unpacked reads a tar.
func unpacked(t *testing.T, packed []byte) map[string][]byte {
	t.Helper()
	plain, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for r := tar.NewReader(plain); ; {
		h, err := r.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if all[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnArchiveForWindowsIsAZip(t *testing.T) {
	at := target{"windows", "arm64"}
	if at.archive("v1") != "orgbucket_v1_windows_arm64.zip" {
		t.Error(at.archive("v1"))
	}
	packed, err := at.pack([]file{{"a.exe", 0o755, []byte("x")}})
	if err != nil {
		t.Fatal(err)
	}
	if r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed))); err != nil || len(r.File) != 1 || r.File[0].Name != "a.exe" {
		t.Errorf("%v", err)
	}
}

func TestAReleaseHasAName(t *testing.T) {
	if err := release(t.Context(), "", t.TempDir(), targets); err == nil || !strings.Contains(err.Error(), "-version") {
		t.Error(err)
	}
}
