package journal_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/operator/journal"
)

const subject = "https://sqs.eu-central-1.amazonaws.com/935799716578/orgbucket-dev-organization-created"

// open opens the journal and closes it at the test's end, should the test not have done so.
func open(t *testing.T, path string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(path, subject)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

func add(t *testing.T, j *journal.Journal, keys ...string) {
	t.Helper()
	if err := j.Add(keys...); err != nil {
		t.Fatal(err)
	}
}

func closed(t *testing.T, j *journal.Journal) {
	t.Helper()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

// write makes a journal with keys and gives its content.
func write(t *testing.T, path string, keys ...string) string {
	t.Helper()
	j := open(t, path)
	add(t, j, keys...)
	closed(t, j)
	return content(t, path)
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestWhatWasAddedIsThereWhenOpenedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	odd := []string{"xmsqa1", "", "two\nlines", `"quoted"`, "\x00\xff not UTF-8", "é", strings.Repeat("\xff", journal.MaxKey)}
	j := open(t, path)
	for _, key := range odd {
		if j.Has(key) {
			t.Errorf("%q is there before it was added", key)
		}
		add(t, j, key)
	}
	closed(t, j)
	again := open(t, path)
	for _, key := range odd {
		if !again.Has(key) {
			t.Errorf("%q isn't there any more", key)
		}
	}
	if again.Has("xmsqa") || again.Has("xmsqa11") || again.Len() != len(odd) {
		t.Errorf("%d keys, or one that nobody added", again.Len())
	}
}

func TestAKeyIsWrittenOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	before := write(t, path, "a", "b", "a")
	j := open(t, path)
	add(t, j, "b", "a")
	add(t, j)
	if after := content(t, path); after != before || j.Len() != 2 || strings.Count(after, `"a"`) != 1 {
		t.Errorf("%d keys, and the file has\n%s", j.Len(), after)
	}
}

func TestAKeyThatIsTooLongIsRefusedAndNothingOfItsBatchIsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j := open(t, path)
	if err := j.Add("a", strings.Repeat("x", journal.MaxKey+1)); err == nil || j.Has("a") {
		t.Errorf("got %v", err)
	}
	add(t, j, "b")
	closed(t, j)
	if j := open(t, path); j.Has("a") || !j.Has("b") {
		t.Error("want b alone")
	}
}

// TestAJournalCutOffAnywhereIsContinued: a killed run leaves any prefix behind.
func TestAJournalCutOffAnywhereIsContinued(t *testing.T) {
	keys := []string{"first", "se\ncond", "third"}
	path := filepath.Join(t.TempDir(), "journal")
	whole := write(t, path, keys...)
	for cut := range len(whole) + 1 {
		if err := os.WriteFile(path, []byte(whole[:cut]), 0o600); err != nil {
			t.Fatal(err)
		}
		complete := max(0, strings.Count(whole[:cut], "\n")-1)
		j := open(t, path)
		for i, key := range keys {
			if j.Has(key) != (i < complete) {
				t.Errorf("cut at byte %d: Has(%q) is %t", cut, key, j.Has(key))
			}
		}
		add(t, j, "new")
		closed(t, j)
		again := open(t, path)
		if again.Len() != complete+1 || !again.Has("new") {
			t.Errorf("cut at byte %d: %d keys after the next run, want %d", cut, again.Len(), complete+1)
		}
		closed(t, again)
	}
}

func TestTheTornHeaderOfAnotherSubjectIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	if err := os.WriteFile(path, []byte(`orgbucket journal 1 about "somethi`), 0o600); err != nil {
		t.Fatal(err)
	}
	if after := write(t, path, "a"); !strings.Contains(after, subject) || strings.Contains(after, "somethi") {
		t.Errorf("got %s", after)
	}
}

func TestWhatIsNoJournalOfThisRunIsRefusedAndLeftAsItIs(t *testing.T) {
	dir := t.TempDir()
	good := write(t, filepath.Join(dir, "good"), "a", "b")
	other := strings.Replace(good, "-dev-", "-prod-", 1)
	for name, c := range map[string]struct{ content, says string }{
		"a journal of another queue":       {other, "orgbucket-prod-organization-created"},
		"a list of organizations":          {"xmsqa1\nxmsqa2\n", "line 1"},
		"a file without an end of line":    {"xmsqa1", `"xmsqa1"`},
		"a journal of a later version":     {strings.Replace(good, "journal 1", "journal 2", 1), "line 1"},
		"a header that was edited":         {strings.Replace(good, `"http`, "http", 1), "line 1"},
		"a line that isn't a key":          {good + "c\n", "line 4"},
		"a key written in another way":     {good + "\"\\x63\"\n", "line 4"},
		"an empty line":                    {good + "\n\"c\"\n", "line 4"},
		"two torn lines grown together":    {good + "\"c\"\"d\"\n", "line 4"},
		"binary rubbish in the middle":     {strings.Replace(good, `"a"`, "\x1b[2J\x00", 1), `line 2 isn't a key as orgbucket writes it: "\x1b[2J\x00"`},
		"a line longer than any key":       {good + `"` + strings.Repeat("x", 9000) + "\"\n", "line 4"},
		"a very long line without its end": {good + strings.Repeat("x", 9000), "line 4"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, "file")
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := journal.Open(path, subject)
			if !errors.Is(err, journal.ErrForeign) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v, want one that says %q", err, c.says)
			}
			if strings.ContainsAny(err.Error(), "\x1b\x00\n") || len(err.Error()) > 1000 {
				t.Errorf("not fit for a terminal: %q", err)
			}
			if after := content(t, path); after != c.content {
				t.Errorf("the file was changed to %q", after)
			}
		})
	}
}

func TestSetAsideMakesRoomForAFreshJournalAndReplacesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	for n, want := range []string{path + ".1", path + ".2"} {
		j := open(t, path)
		if j.Len() != 0 {
			t.Errorf("round %d: the journal isn't fresh", n)
		}
		add(t, j, fmt.Sprint(n))
		aside, err := j.SetAside()
		if err != nil || aside != want {
			t.Fatalf("got %s, %v; want %s", aside, err, want)
		}
	}
	if !open(t, path+".1").Has("0") || !open(t, path+".2").Has("1") {
		t.Error("what was set aside isn't what it was")
	}
}

// TestSettingAsideRenamesNothing: Windows refuses to rename a file that is open.
func TestSettingAsideRenamesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j := open(t, path)
	add(t, j, "a key")
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	aside, err := j.SetAside()
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(aside)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() != before.Size() || os.SameFile(before, info) {
		t.Errorf("%v, %v", info, err)
	}
}

// TestWhatCantBeSetAsideStays: nothing is emptied that wasn't copied.
func TestWhatCantBeSetAsideStays(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, strings.Repeat("j", 254)) // with ".1" its name is too long
	j := open(t, path)
	add(t, j, "a key")
	if aside, err := j.SetAside(); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("set aside as %s, %v", aside, err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if !open(t, path).Has("a key") {
		t.Error("it lost what it had")
	}
}

func TestAMillionKeysFitIntoMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	const n = 100_000
	var lines strings.Builder
	lines.WriteString(write(t, path))
	for i := range n {
		fmt.Fprintf(&lines, "\"organization-with-a-rather-long-name-%d\"\n", i)
	}
	if err := os.WriteFile(path, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	before := heap()
	j := open(t, path)
	perKey := (heap() - before) / n
	if j.Len() != n || perKey > 60 {
		t.Errorf("%d keys, %d bytes each", j.Len(), perKey)
	}
	runtime.KeepAlive(lines)
}

func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
