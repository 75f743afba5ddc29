package main

import (
	"encoding/json"
	"errors"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/infra/local/compiled"
)

// TestDoctorFindsNothingWrongHere: what is there is as it is deployed, and what isn't
// can't be told, so that a ✗ is somebody's doing.
func TestDoctorFindsNothingWrongHere(t *testing.T) {
	tool, err := compiled.Tool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	k := startTyping(t)
	defer func() { _ = k.stop() }()
	k.line("/user cafe1")
	k.shown.wait(t, "cafe1 has its IAM user")

	unserved := []string{
		"credentials", "organization-access-block", "bucket-quota", "cost-allocation-tag", "visibility", "key", "alarms",
		"alarm-receivers", "function", "function-settings", "event-source",
	}
	status, results := k.doctor(tool, "")
	if status != 2 {
		t.Errorf("status %d, want 2", status)
	}
	for check, r := range results {
		if want := map[bool]string{true: "unknown", false: "ok"}[slices.Contains(unserved, check)]; r.Status != want {
			t.Errorf("%+v, want %s", r, want)
		}
	}
	status, swapped := k.doctor(tool, `swap=$QUEUE_URL; QUEUE_URL=$DEAD_LETTER_QUEUE_URL DEAD_LETTER_QUEUE_URL=$swap`)
	if status != 3 || swapped["queue"].Status != "wrong" || !strings.Contains(swapped["queue"].Seen, "swapped") {
		t.Errorf("with swapped queues: status %d, %+v", status, slices.Collect(maps.Values(swapped)))
	}
}

// result is one of doctor's, as its JSON has it.
type result struct{ Check, Status, Seen string }

// doctor runs the tool's doctor in the environment that was written, changed by a shell's
// command.
func (k typing) doctor(tool, change string) (status int, results map[string]result) {
	k.t.Helper()
	shell := exec.CommandContext(k.t.Context(), "sh", "-c", `. "$1" && `+change+"\n"+`"$2" doctor -o json`, "sh", k.environment, tool)
	out, err := shell.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		status = exit.ExitCode()
	} else if err != nil {
		k.t.Fatal(err)
	}
	results = map[string]result{}
	for line := range strings.Lines(string(out)) {
		var r result
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			k.t.Fatalf("%v in %q", err, line)
		}
		results[r.Check] = r
	}
	return status, results
}
