package scenario

import (
	"context"
	"fmt"
)

// nothingLost looks back: every message ended, and what failed is where
// operators look for it.
func nothingLost(s *stage) {
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	if s.gone(s.sys.Settled(ctx)) {
		return
	}
	s.check(fmt.Sprintf("%d messages were sent, each has its outcome, and the queue is empty", len(s.sent)))
	depth, err := s.sys.Messaging.Depth(ctx, s.sys.Queues.DeadLetterURL)
	if s.gone(err) {
		return
	}
	is(s, fmt.Sprintf("the dead-letter queue has the %d that failed and weren't replayed, and no others", len(s.dead)), depth.Ready+depth.InFlight, len(s.dead))
}
