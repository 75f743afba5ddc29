package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestAStageThatIsNoneIsSaidBeforeAnythingIsBuilt: a typed mistake costs no minutes.
func TestAStageThatIsNoneIsSaidBeforeAnythingIsBuilt(t *testing.T) {
	for _, target := range []string{"synth", "bootstrap", "policy", "diff", "deploy", "review", "execute", "rollback", "destroy"} {
		for stage, says := range map[string]string{"nope": "stage nope isn't in cdk.json, which has dev staging prod", "pro": "stage pro isn't in", "": "which stage?"} {
			if target == "synth" && stage == "" { // it writes all of them
				continue
			}
			out, err := exec.Command("make", "-C", "..", "--no-print-directory", target, "STAGE="+stage).CombinedOutput()
			if lines := strings.Split(string(out), "\n"); err == nil || !strings.HasPrefix(lines[0], says) || !strings.HasPrefix(lines[1], "make") {
				t.Errorf("make %s STAGE=%s: %v\n%s", target, stage, err, out)
			}
		}
	}
}

// TestWhatIsTypedIsNotRun, and two stages are none: the first one would be destroyed.
func TestWhatIsTypedIsNotRun(t *testing.T) {
	ran := filepath.Join(t.TempDir(), "ran")
	for _, typed := range []string{"dev staging", "dev; touch " + ran, "`touch " + ran + "`", `"; touch ` + ran + `; "`, "'; touch " + ran + "; '", "$$(touch " + ran + ")", "dev\nstaging", "*"} {
		out, err := exec.Command("make", "-C", "..", "--no-print-directory", "stage", "STAGE="+typed).CombinedOutput()
		if want := "stage " + strings.ReplaceAll(typed, "$$", "$") + " isn't in cdk.json"; err == nil || !strings.HasPrefix(string(out), want) {
			t.Errorf("STAGE=%s: %v\n%s", typed, err, out)
		}
		out, err = exec.Command("make", "-C", "..", "--no-print-directory", "-o", "stage", "-o", "deployer", "rollback", "STAGE=dev", "DEPLOYER=printf '%s|'", "VERSION="+typed).CombinedOutput()
		if want := "rollback|dev|" + strings.ReplaceAll(typed, "$$", "$") + "|"; err != nil || string(out) != want {
			t.Errorf("VERSION=%s: %v, %q, want %q", typed, err, out, want)
		}
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("it was run")
	}
}
