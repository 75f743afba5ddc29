package main

import (
	"fmt"
	"io"
	"maps"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/timespan"
	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// report prints what is found, as it is found, and counts it. Its methods aren't for
// concurrent use.
type report struct {
	out             io.Writer
	began           time.Time
	held            int
	failed, skipped []string
	shown           map[string]bool // whether each claim held, every time
}

// part begins a part of the run.
func (r *report) part(title string) {
	fmt.Fprintf(r.out, "\n%s  (%s)\n", title, timespan.Text(time.Since(r.began)))
}

func (r *report) say(format string, args ...any) {
	fmt.Fprintf(r.out, "    "+format+"\n", args...)
}

// check enters a claim with what isn't as it should be.
func (r *report) check(claim string, wrong ...access.Mismatch) {
	before, again := r.shown[claim]
	r.shown[claim] = len(wrong) == 0 && (before || !again)
	if len(wrong) == 0 {
		r.held++
		fmt.Fprintln(r.out, "  ok  "+claim)
		return
	}
	r.failed = append(r.failed, claim)
	fmt.Fprintln(r.out, "  FAILED  "+claim)
	for _, m := range wrong {
		r.say("%s: expected %s, got %s", m.What, m.Expected, m.Got)
	}
}

// is claims that something is as expected.
func is[T any](r *report, claim string, got, expected T) {
	r.check(claim, access.Differs("", got, expected)...)
}

// succeeds claims that something was done without an error.
func (r *report) succeeds(claim string, err error) bool {
	if err != nil {
		r.check(claim, access.Mismatch{What: "error", Expected: "none", Got: err.Error()})
		return false
	}
	r.check(claim)
	return true
}

// notChecked enters what this server can't answer.
func (r *report) notChecked(claim, why string) {
	r.skipped = append(r.skipped, claim+": "+why)
	fmt.Fprintf(r.out, "  NOT CHECKED  %s: %s\n", claim, why)
}

// take enters what another report, which printed text, has found.
func (r *report) take(other *report, text string) {
	fmt.Fprint(r.out, text)
	r.held += other.held
	r.failed, r.skipped = append(r.failed, other.failed...), append(r.skipped, other.skipped...)
	maps.Copy(r.shown, other.shown)
}

// verdict prints the whole and reports whether everything that was checked held.
func (r *report) verdict() bool {
	fmt.Fprintf(r.out, "\n%d checks held, %d failed, %d NOT CHECKED, in %s\n", r.held, len(r.failed), len(r.skipped), timespan.Text(time.Since(r.began)))
	for _, claim := range r.failed {
		fmt.Fprintln(r.out, "  FAILED  "+claim)
	}
	for _, claim := range r.skipped {
		fmt.Fprintln(r.out, "  NOT CHECKED  "+claim)
	}
	return r.held > 0 && len(r.failed) == 0
}
