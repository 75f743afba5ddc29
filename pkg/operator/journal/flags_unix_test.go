//go:build unix

package journal_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/fusionpos/orgbucket/pkg/operator/journal"
)

// TestTheFileIsNotOpenedForAppending: what Windows opens so can't be cut, and a torn line
// would end every later run there.
func TestTheFileIsNotOpenedForAppending(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, when := range []string{"made", "opened"} {
		f, err := journal.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if flags, err := unix.FcntlInt(f.Descriptor(), syscall.F_GETFL, 0); err != nil || flags&syscall.O_APPEND != 0 {
			t.Errorf("%s: flags %x, %v", when, flags, err)
		}
		if err := f.Append([]byte("line\n")); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := content(t, path); got != "line\nline\n" {
		t.Errorf("it has %q", got)
	}
}
