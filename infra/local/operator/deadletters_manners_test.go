package operator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// TestEachTroubleHasAClearMessageAndItsStatus runs the tool as scripts do, without a terminal.
func TestEachTroubleHasAClearMessageAndItsStatus(t *testing.T) {
	t.Parallel()
	server, _ := newQueues(t)
	b, empty := newLetterbox(t, server, "full"), newLetterbox(t, server, "empty")
	ids := b.put(t, mixedLetters(0, 7))
	unreached := make(chan toolResult, 1)
	go func() { // for some seconds it is tried again
		unreached <- runTool(t, slices.Concat(b.environment, []string{"AWS_ENDPOINT_URL_SQS=http://127.0.0.1:1"}), "", "dead-letters", "list")
	}()
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.jsonl")
	if err := os.WriteFile(broken, []byte("{\"version\":1,\"id\":\"a\",\"body\":\"{}\"}\n\x1b[31mgarbage\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(dir, "list.txt")
	if err := os.WriteFile(list, []byte("xmsqa1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args   string
		change []string // of the environment
		status int
		says   string
	}{
		"an empty queue":              {"list", empty.environment, 0, "The dead-letter queue is empty."},
		"nothing to replay":           {"replay --all --yes", empty.environment, 0, "nothing to replay"},
		"a filter that takes none":    {"list --org nobody", nil, 0, "None of 7 dead letters is meant."},
		"a question without terminal": {"replay --all", nil, 64, "--yes does it without asking"},
		"so it is with archive":       {"archive --all", nil, 64, "--yes does it without asking"},
		"a dry run":                   {"replay --all --dry-run", nil, 0, "Would replay 7 messages to " + b.source.URL()},
		"a dry run of archive":        {"archive --all --dry-run --file " + dir + "/x", nil, 0, "Would archive 7 messages to " + dir + "/x"},
		"no condition":                {"replay --yes", nil, 64, "--would-work choose some, --all every one"},
		"an unknown code":             {"list --code Oops", nil, 64, "there is no code"},
		"an id that can't be":         {"list --org Upper", nil, 64, "upper-case"},
		"a rate of nothing":           {"replay --all --rate 0", nil, 64, "--rate"},
		"an id that isn't there":      {"replay --id ffffffff --yes", nil, 2, "ffffffff"},
		"a queue that doesn't exist":  {"list", []string{"DEAD_LETTER_QUEUE_URL=" + b.dead.URL() + "-2"}, 1, "doesn't exist"},
		"a source that doesn't exist": {"replay --id " + ids[0] + " --yes", []string{"QUEUE_URL=" + b.source.URL() + "-2"}, 1, "doesn't exist"},
		"one queue for both":          {"replay --all --yes", []string{"QUEUE_URL=" + b.dead.URL()}, 64, "are the same"},
		"an archive that isn't there": {"replay --yes --from-archive " + dir + "/none", nil, 64, "no such file"},
		"a file that is no archive":   {"archive --all --yes --file " + list, nil, 1, "isn't an archive"},
		"a broken line":               {"replay --yes --from-archive " + broken, nil, 2, "line 2: it isn't an archived message"},
	} {
		args := append([]string{"dead-letters"}, strings.Fields(c.args)...)
		t.Run(name, func(t *testing.T) {
			result := runTool(t, slices.Concat(b.environment, c.change), "", args...)
			if result.status != c.status || !strings.Contains(result.stdout+result.stderr, c.says) || strings.Contains(result.stdout+result.stderr, "\x1b") {
				t.Errorf("status %d, want %d and %q\n%s%s", result.status, c.status, c.says, result.stdout, result.stderr)
			}
		})
	}
	if again := runTool(t, b.environment, "", "dead-letters", "replay", "--yes", "--from-archive", broken); again.status != 2 || !strings.Contains(again.stderr, "1 brought back before") {
		t.Errorf("the broken archive again: status %d\n%s", again.status, again.stderr)
	}
	if result := <-unreached; result.status != 1 || !strings.Contains(result.stderr, "SQS can't be reached") || !strings.Contains(result.stderr, "127.0.0.1:1") {
		t.Errorf("an endpoint that isn't there: status %d\n%s", result.status, result.stderr)
	}
	if dead, source := depthOf(t, b.dead), depthOf(t, b.source); dead != (queue.Depth{Ready: 7}) || source.Ready != 1 {
		t.Errorf("dead letters: %+v, in the queue: %+v", dead, source)
	}
}

// TestCtrlCSaysWhereItStoodAndEverythingIsVisibleAtOnce while messages are replayed.
func TestCtrlCSaysWhereItStoodAndEverythingIsVisibleAtOnce(t *testing.T) {
	t.Parallel()
	server, _ := newQueues(t)
	b := newLetterbox(t, server, "interrupted")
	letters := mixedLetters(0, 200)
	b.put(t, letters)
	run := startTool(t, b.environment, "", "dead-letters", "replay", "--all", "--yes", "--rate", "20", "-o", "json")
	waitDepth(t, server, b.source.URL(), 30)
	run.interrupt(t)
	result := run.wait(t)
	dead, source := depthOf(t, b.dead), depthOf(t, b.source)
	if dead.InFlight > 0 || dead.Ready+source.Ready != 200 || result.status != 130 || !strings.Contains(result.stderr, fmt.Sprintf("stopped: %d of 200 messages replayed, %d remain", source.Ready, dead.Ready)) {
		t.Errorf("status %d; dead letters: %+v, in the queue: %+v\n%s", result.status, dead, source, result.stderr)
	}
	if twice := checkAllThere(t, letters, append(contentsOf(contents(t, b.dead)), contentsOf(contents(t, b.source))...)); twice > 0 {
		t.Errorf("%d are there twice", twice)
	}
}

// TestARestoreThatIsKilledIsContinued kills `replay --from-archive` again and
// again: what was confirmed isn't sent twice.
func TestARestoreThatIsKilledIsContinued(t *testing.T) {
	t.Parallel()
	server, _ := newQueues(t)
	b := newLetterbox(t, server, "restored")
	letters := mixedLetters(0, 150)
	b.put(t, letters)
	archive := filepath.Join(t.TempDir(), "archive.jsonl")
	if result := runTool(t, b.environment, "", "dead-letters", "archive", "--all", "--yes", "--file", archive); result.status != 0 {
		t.Fatalf("status %d\n%s", result.status, result.stderr)
	}
	args := []string{"dead-letters", "replay", "--from-archive", archive, "--yes", "--rate", "100"}
	kills := 0
	for n := range 4 {
		before := depthOf(t, b.source).Ready
		run := startTool(t, b.environment, "", args...)
		waitDepth(t, server, b.source.URL(), before+1)
		time.Sleep(time.Duration(60+40*n) * time.Millisecond)
		run.kill(t)
		if run.wait(t).status < 0 {
			kills++
		}
	}
	if result := runTool(t, b.environment, "", args...); result.status != 0 {
		t.Fatalf("status %d\n%s", result.status, result.stderr)
	}
	twice := checkAllThere(t, letters, contentsOf(contents(t, b.source)))
	t.Logf("%d kills, %d messages came twice", kills, twice)
	if kills == 0 || twice > 10*kills {
		t.Errorf("%d kills, %d messages came twice", kills, twice)
	}
}
