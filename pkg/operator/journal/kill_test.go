package journal_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/journal"
)

// holderVariable makes this test binary a program that opens a journal, adds a
// key, and stays until it's killed.
const holderVariable = "JOURNAL_TEST_HOLDER"

func TestMain(m *testing.M) {
	path := os.Getenv(holderVariable)
	if path == "" {
		os.Exit(m.Run())
	}
	j, err := journal.Open(path, subject)
	if err == nil {
		err = j.Add("held")
	}
	fmt.Println(err)
	time.Sleep(time.Minute)
}

func TestAnotherRunsJournalIsRefusedUntilThatRunEndsHoweverItDoes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	holder := exec.Command(executable)
	holder.Env = append(os.Environ(), holderVariable+"="+path)
	output, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(output).ReadString('\n')
	_, refused := journal.Open(path, subject)
	_ = holder.Process.Kill()
	_ = holder.Wait()
	if line != "<nil>\n" {
		t.Fatalf("the holder says %s", line)
	}
	if !errors.Is(refused, journal.ErrInUse) || !strings.Contains(refused.Error(), path) {
		t.Errorf("got %v", refused)
	}
	if j := open(t, path); !j.Has("held") {
		t.Error("what the killed run added isn't there")
	}
}
