package main

import (
	"os/exec"
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
