package story

import (
	"context"
	"fmt"
)

// nothingLost looks back: every message ended, and what failed is where
// operators look for it.
func nothingLost(s *scene) {
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	if s.gone(s.sys.Settled(ctx)) {
		return
	}
	s.check(fmt.Sprintf("%d messages were sent, each has its outcome, and the queue is empty", s.sent))
	depth, err := s.sys.Messaging.Depth(ctx, s.sys.Queues.DeadLetterURL)
	if s.gone(err) {
		return
	}
	is(s, fmt.Sprintf("the dead-letter queue has the %d that failed and were neither replayed nor archived, and no others", len(s.dead)), depth.Ready+depth.InFlight, len(s.dead))
}
