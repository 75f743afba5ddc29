package scenario

import (
	"context"
	"fmt"
	"strings"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/infra/local/system"
)

// play is what the steps share.
type play struct {
	sys      *system.System
	tool     string               // path of the operators' tool
	stranger s3server.Credentials // another organization's user, made when first needed
	sent     []string             // ids of all messages
	dead     map[string]bool      // ids of those that must be in the dead-letter queue
}

func newPlay(sys *system.System, tool string) *play {
	return &play{sys: sys, tool: tool, dead: map[string]bool{}}
}

// stage is what a step is played on. After the first error that isn't the
// system's answer but keeps the step from going on, everything does nothing, so
// that steps read straight; finish turns that error into a check that failed.
type stage struct {
	*play
	ctx     context.Context
	tell    Audience
	err     error
	endings []string
	checks  []Check
}

// gone tells whether the step can't go on, and remembers why.
func (s *stage) gone(err error) bool {
	if s.err == nil {
		s.err = err
	}
	return s.err != nil
}

func (s *stage) finish() {
	if err := s.err; err != nil {
		s.err = nil
		s.check("the step could be played to its end", Mismatch{Expected: "no error", Got: err.Error()})
	}
}

// did tells what was prepared.
func (s *stage) did(format string, args ...any) {
	if s.err == nil {
		s.tell.Did(fmt.Sprintf(format, args...))
	}
}

// check enters a claim with what isn't as it should be.
func (s *stage) check(claim string, wrong ...Mismatch) {
	if s.err != nil {
		return
	}
	c := Check{Claim: claim, Wrong: wrong}
	s.checks = append(s.checks, c)
	s.tell.Checked(c)
}

// is claims that something is as expected; lists are compared in order.
func is[T any](s *stage, claim string, got, expected T) {
	s.check(claim, differs("", got, expected)...)
}

// differs compares by what is printed: what reads the same is the same here.
func differs[T any](what string, got, expected T) []Mismatch {
	g, e := text(got), text(expected)
	if g == e {
		return nil
	}
	return []Mismatch{{What: what, Expected: e, Got: g}}
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		if v == "" {
			return "nothing"
		}
		return v
	case []string:
		if len(v) == 0 {
			return "nothing"
		}
		return strings.Join(v, ", ")
	}
	return fmt.Sprint(v)
}
