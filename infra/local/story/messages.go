package story

import (
	"context"
	"fmt"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/system"

	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// patience is how long a message may take to its outcome. The slowest ones fail
// on every receive, with pauses and repeated reads inside each.
const patience = 60 * time.Second

// message is the canonical body for an organization.
func message(orgID string) string {
	return fmt.Sprintf(`{"type":"OrganizationCreated","orgId":%q,"correlationId":%q}`, orgID, correlationID(orgID))
}

func correlationID(orgID string) string { return "signup-" + orgID }

// send sends a message and waits for its outcome.
func (s *scene) send(body string) ending {
	if s.err != nil {
		return ending{}
	}
	s.screen.Sent(body)
	began := time.Now()
	id, err := s.sys.Send(s.ctx, body)
	if s.gone(err) {
		return ending{}
	}
	return s.await(id, began)
}

// sendBatch sends messages that come in one batch, and waits for all outcomes.
func (s *scene) sendBatch(bodies []string) []ending {
	endings := make([]ending, len(bodies))
	if s.err != nil {
		return endings
	}
	for _, body := range bodies {
		s.screen.Sent(body)
	}
	ids, err := s.sys.SendBatch(s.ctx, bodies)
	began := time.Now()
	if s.gone(err) {
		return endings
	}
	for i, id := range ids {
		endings[i] = s.await(id, began)
	}
	return endings
}

// await waits for a message's outcome and prints the deliveries that failed before.
func (s *scene) await(id string, began time.Time) ending {
	if s.err != nil {
		return ending{}
	}
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	for receive, again := 0, true; again; {
		record, err := s.sys.Record(ctx, id, receive)
		if s.gone(err) {
			return ending{}
		}
		if again = record.Status == "retried"; again {
			s.screen.ComesAgain(record)
		}
		receive = record.ReceiveCount
	}
	outcome, err := s.sys.Outcome(ctx, id)
	if s.gone(err) {
		return ending{}
	}
	return s.ended(outcome, began)
}

// provisionedFor waits for the good outcome for an organization whose message isn't known by its id.
func (s *scene) provisionedFor(orgID string, began time.Time) ending {
	if s.err != nil {
		return ending{}
	}
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	outcome, err := s.sys.ProvisionedOutcome(ctx, correlationID(orgID))
	if s.gone(err) {
		return ending{}
	}
	return s.ended(outcome, began)
}

// ended enters how a message ended, and shows it.
func (s *scene) ended(outcome system.Outcome, began time.Time) ending {
	e := ending{outcome, outcome.At.Sub(began)}
	s.sent++
	s.endings = append(s.endings, e.short())
	s.screen.Outcome(e.Outcome, duration(e.took))
	return e
}

// failed claims that a message ended as a failure on its last receive, and that
// an operator has it in the dead-letter queue.
func (s *scene) failed(e ending, code string) {
	last := s.sys.Queues.MaxReceiveCount
	s.check(fmt.Sprintf("failed outcome %s, on the last receive (%d)", code, last), append(
		access.Differs("code", e.code(), code),
		access.Differs("receive", e.Source.ReceiveCount, last)...)...)
	if s.err != nil || e.Error == nil {
		return // nothing to wait for
	}
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	letter, err := s.sys.DeadLetter(ctx, e.Source.MessageID)
	if s.gone(err) {
		return
	}
	s.dead[letter.MessageID] = true
	s.check(fmt.Sprintf("the message is in the dead-letter queue, %.1f s after it was sent", letter.At.Sub(letter.Sent).Seconds()))
}
