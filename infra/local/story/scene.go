package story

import (
	"context"
	"fmt"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/infra/local/system"

	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// play is what the steps share.
type play struct {
	sys      *system.System
	tool     string               // path of the operators' tool
	stranger s3server.Credentials // another organization's user, made when first needed
	sent     int                  // messages
	dead     map[string]bool      // ids of messages that must be in the dead-letter queue
}

// scene is what a step is played on. After the first error that keeps the step
// from going on, every method does nothing, so that steps read straight; finish
// turns that error into a check that failed.
type scene struct {
	*play
	ctx     context.Context
	screen  *Screen
	err     error
	endings []string
	checks  []check
}

// gone reports whether the step can't go on, and remembers why.
func (s *scene) gone(err error) bool {
	if s.err == nil {
		s.err = err
	}
	return s.err != nil
}

func (s *scene) finish() {
	if err := s.err; err != nil {
		s.err = nil
		s.check("the step could be played to its end", access.Mismatch{Expected: "no error", Got: err.Error()})
	}
}

// did prints what was prepared.
func (s *scene) did(format string, args ...any) {
	if s.err == nil {
		s.screen.Did(fmt.Sprintf(format, args...))
	}
}

// check enters a claim with what isn't as it should be.
func (s *scene) check(claim string, wrong ...access.Mismatch) {
	if s.err != nil {
		return
	}
	c := check{claim, wrong}
	s.checks = append(s.checks, c)
	s.screen.checked(c)
}

// is claims that something is as expected; lists are compared in order.
func is[T any](s *scene, claim string, got, expected T) {
	s.check(claim, access.Differs("", got, expected)...)
}
