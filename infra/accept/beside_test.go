package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
)

// TestAPartBesideOthersIsReportedAfterThem: its lines don't stand among theirs, what it
// found counts, and its error is the run's.
func TestAPartBesideOthersIsReportedAfterThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, out := against(t, awsfake.New())
		broken := errors.New("no more")
		join := r.beside(t.Context(), func(own *run, ctx context.Context) error {
			own.check("first")
			_ = pause(ctx, time.Minute)
			is(own.report, "second", 1, 2)
			own.notChecked("third", "why not")
			return broken
		})
		_ = pause(t.Context(), 2*time.Minute)
		r.check("another part's")
		for range 2 {
			if err := join(t.Context()); !errors.Is(err, broken) {
				t.Errorf("the error is %v", err)
			}
		}
		if got := out.String(); strings.Index(got, "first") < strings.Index(got, "another part's") || strings.Count(got, "second") != 1 {
			t.Errorf("the report is\n%s", got)
		}
		if r.held != 2 || len(r.failed) != 1 || len(r.skipped) != 1 || !r.shown["first"] || r.shown["second"] {
			t.Errorf("held %d, failed %v, not checked %v, shown %v", r.held, r.failed, r.skipped, r.shown)
		}
	})
}
