package operator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

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
		"a file that is no archive":   {"archive --all --yes --file " + list, nil, 1, "isn't an archive"},
	} {
		args := append([]string{"dead-letters"}, strings.Fields(c.args)...)
		t.Run(name, func(t *testing.T) {
			result := runTool(t, slices.Concat(b.environment, c.change), "", args...)
			if result.status != c.status || !strings.Contains(result.stdout+result.stderr, c.says) || strings.Contains(result.stdout+result.stderr, "\x1b") {
				t.Errorf("status %d, want %d and %q\n%s%s", result.status, c.status, c.says, result.stdout, result.stderr)
			}
		})
	}
	if result := <-unreached; result.status != 1 || !strings.Contains(result.stderr, "SQS can't be reached") || !strings.Contains(result.stderr, "127.0.0.1:1") {
		t.Errorf("an endpoint that isn't there: status %d\n%s", result.status, result.stderr)
	}
	if dead, source := depthOf(t, b.dead), depthOf(t, b.source); dead != (queue.Depth{Ready: 7}) || source.Ready != 0 {
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
