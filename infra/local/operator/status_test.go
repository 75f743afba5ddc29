package operator_test

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// TestEachTroubleHasItsStatus runs the tool as scripts do, without a terminal.
func TestEachTroubleHasItsStatus(t *testing.T) {
	t.Parallel()
	b, empty := newLetterbox(t), newLetterbox(t)
	ids := b.put(t, mixedLetters(0, 7))
	list := filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(list, []byte("xmsqa1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args   string
		change []string // of the environment
		status int
		says   string
	}{
		"an empty queue":              {"list", empty.environment, 0, "empty"},
		"nothing to replay":           {"replay --all --yes", empty.environment, 0, "nothing to replay"},
		"a filter that takes none":    {"list --org nobody", nil, 0, "of 7 dead letters"},
		"a question without terminal": {"replay --all", nil, 64, "--yes"},
		"a dry run":                   {"replay --all --dry-run", nil, 0, "Would replay 7 messages to " + path.Base(b.source.URL())},
		"an unknown code":             {"list --code Oops", nil, 64, "Oops"},
		"an id that isn't there":      {"replay --id ffffffff --yes", nil, 2, "ffffffff"},
		"a queue that doesn't exist":  {"list", []string{"DEAD_LETTER_QUEUE_URL=" + b.dead.URL() + "-2"}, 1, "doesn't exist"},
		"a source that doesn't exist": {"replay --id " + ids[0] + " --yes", []string{"QUEUE_URL=" + b.source.URL() + "-2"}, 1, "doesn't exist"},
		"one queue for both":          {"replay --all --yes", []string{"QUEUE_URL=" + b.dead.URL()}, 64, path.Base(b.dead.URL()) + " has no dead-letter queue"},
		"a file that is no archive":   {"archive --all --yes --file " + list, nil, 1, list},
	} {
		args := append([]string{"dead-letters"}, strings.Fields(c.args)...)
		t.Run(name, func(t *testing.T) {
			result := runTool(t, slices.Concat(b.environment, c.change), "", args...)
			if result.status != c.status || !strings.Contains(result.stdout+result.stderr, c.says) || strings.Contains(result.stdout+result.stderr, "\x1b") {
				t.Errorf("status %d, want %d and %q\n%s%s", result.status, c.status, c.says, result.stdout, result.stderr)
			}
		})
	}
	if dead, source := depthOf(t, b.dead), depthOf(t, b.source); dead != (queue.Depth{Ready: 7}) || source.Ready != 0 {
		t.Errorf("dead letters: %+v, in the queue: %+v", dead, source)
	}
}

// TestCtrlCSaysWhereItStoodAndEverythingIsVisibleAtOnce while messages are replayed.
func TestCtrlCSaysWhereItStoodAndEverythingIsVisibleAtOnce(t *testing.T) {
	t.Parallel()
	b := newLetterbox(t)
	letters := mixedLetters(0, 100)
	b.put(t, letters)
	run := startTool(t, b.environment, "", "dead-letters", "replay", "--all", "--yes", "--rate", "20", "-o", "json")
	waitDepth(t, b.source.URL(), 15)
	run.interrupt(t)
	result := run.wait(t)
	dead, source := depthOf(t, b.dead), depthOf(t, b.source)
	if dead.InFlight > 0 || dead.Ready+source.Ready != 100 || result.status != 130 || !strings.Contains(result.stderr, fmt.Sprintf("%d of 100 messages", source.Ready)) {
		t.Errorf("status %d; dead letters: %+v, in the queue: %+v\n%s", result.status, dead, source, result.stderr)
	}
	if twice := checkAllThere(t, letters, append(contentsOf(contents(t, b.dead)), contentsOf(contents(t, b.source))...)); twice > 0 {
		t.Errorf("%d are there twice", twice)
	}
}
