package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
)

// TestLagIsMeasuredUntilReadsStayNew: one new read among old ones doesn't end it.
func TestLagIsMeasuredUntilReadsStayNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, out := against(t, awsfake.New())
		var changed time.Time
		reads := 0
		err := r.lagOf(t.Context(), "policy", func(int) error { changed, reads = time.Now(), 0; return nil }, func(int) (bool, error) {
			reads++
			return reads == 2 || time.Since(changed) >= 2*time.Second, nil
		})
		if err != nil || !strings.Contains(out.String(), "policy was changed 10 times; 390 reads were old, up to 1.95 s after the change") {
			t.Errorf("%v\n%s", err, out)
		}
		err = r.lagOf(t.Context(), "policy", func(int) error { return nil }, func(int) (bool, error) { return false, nil })
		if err == nil || !strings.Contains(err.Error(), "isn't read within 5m") {
			t.Errorf("a change that never shows: %v", err)
		}
	})
}

// TestAnOperatorsCommandsAreJudged by their exit status and by whether a permission is missing.
func TestAnOperatorsCommandsAreJudged(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "orgbucket")
	script := "#!/bin/sh\ncase $1 in well) exit 0;; finds) echo found; exit 2;; lacks) echo 'sqs: needs permission sqs:SendMessage'; exit 1;; partly) echo '? needs permission x'; exit 2;; *) exit 1;; esac\n"
	if err := os.WriteFile(tool, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	r, out := against(t, awsfake.New())
	r.tool, r.real = tool, false
	u := &user{name: "reads"}
	r.may(t.Context(), u, "0", "well")
	r.may(t.Context(), u, "0 2 3", "finds")
	if len(r.failed) > 0 {
		t.Errorf("failed: %v", r.failed)
	}
	if r.mayNot(t.Context(), u, "well") || !strings.Contains(out.String(), "NOT CHECKED  what operators may not do") {
		t.Errorf("a server that enforces nothing:\n%s", out)
	}
	r.real = true
	if !r.mayNot(t.Context(), u, "lacks") || len(r.failed) > 0 {
		t.Errorf("failed: %v", r.failed)
	}
	r.mayNot(t.Context(), u, "well")
	r.real = false
	r.may(t.Context(), u, "0 2 3", "lacks")
	r.may(t.Context(), u, "0 2 3", "partly")
	r.may(t.Context(), u, "0", "finds")
	if len(r.failed) != 4 {
		t.Errorf("failed: %v, want the last four", r.failed)
	}
}
