package system

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/fauxqs"
	"github.com/fusionpos/orgbucket/pkg/outcome"
)

// Outcome is what a subscriber of the outcome topic got.
type Outcome struct {
	outcome.Event
	// Attributes are the message attributes, by which subscriptions filter.
	Attributes map[string]string
	// At is when it was received here.
	At time.Time
}

// readOutcomes enters every outcome into the journal, until ctx ends. A queue
// that can't be read for a moment is read again.
func (s *System) readOutcomes(ctx context.Context, trouble func(error)) {
	for ctx.Err() == nil {
		err := s.Messaging.ReadOutcomes(ctx, s.Queues.OutcomesURL, func(m fauxqs.Outcome) {
			o := Outcome{Attributes: m.Attributes, At: time.Now()}
			if err := json.Unmarshal(m.Body, &o.Event); err != nil {
				trouble(fmt.Errorf("read an outcome: %w", err))
				return
			}
			s.outcomes.add(o)
		})
		if err != nil {
			trouble(err)
			pause(ctx, time.Second)
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
