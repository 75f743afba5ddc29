package scenario

import (
	"context"
	"fmt"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/system"
)

// patience is how long a message may take to its outcome. The slowest ones fail
// three times, with pauses and looks inside each delivery.
const patience = 60 * time.Second

// message is the canonical body for an organization.
func message(orgID string) string {
	return fmt.Sprintf(`{"type":"OrganizationCreated","orgId":%q,"correlationId":"signup-%s"}`, orgID, orgID)
}

// send sends a message and waits for its outcome.
func (s *stage) send(body string) Ending {
	if s.err != nil {
		return Ending{}
	}
	s.tell.Sent(body)
	began := time.Now()
	id, err := s.sys.Send(s.ctx, body)
	if s.gone(err) {
		return Ending{}
	}
	return s.await(id, began)
}

// sendBatch sends messages that come in one batch, and waits for all outcomes.
func (s *stage) sendBatch(bodies []string) []Ending {
	endings := make([]Ending, len(bodies))
	if s.err != nil {
		return endings
	}
	for _, body := range bodies {
		s.tell.Sent(body)
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

// replay sends a dead letter again, by hand as an operator does.
func (s *stage) replay(e Ending) Ending {
	if s.err != nil {
		return Ending{}
	}
	began := time.Now()
	id, err := s.sys.Replay(s.ctx, e.Source.MessageID)
	if s.gone(err) {
		return Ending{}
	}
	delete(s.dead, e.Source.MessageID)
	s.did("replayed the message from the dead-letter queue")
	return s.await(id, began)
}

// await waits for a message's outcome and tells of deliveries that failed on the way.
func (s *stage) await(id string, began time.Time) Ending {
	if s.err != nil {
		return Ending{}
	}
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	for receive, again := 0, true; again; {
		record, err := s.sys.Record(ctx, id, receive)
		if s.gone(err) {
			return Ending{}
		}
		if again = record.Status == "retried"; again {
			s.tell.ComesAgain(record)
		}
		receive = record.ReceiveCount
	}
	outcome, err := s.sys.Outcome(ctx, id)
	if s.gone(err) {
		return Ending{}
	}
	return s.ended(outcome, began)
}

func (s *stage) ended(outcome system.Outcome, began time.Time) Ending {
	e := Ending{Outcome: outcome, Took: outcome.At.Sub(began)}
	s.remember(e.Source.MessageID, e.short())
	s.tell.Ended(e)
	return e
}

// remember enters how a message ended, for the closing table and the last step.
func (s *stage) remember(messageID, ending string) {
	s.sent = append(s.sent, messageID)
	s.endings = append(s.endings, ending)
}

// failed claims that a message ended as a failure on its last receive, and that
// an operator has it in the dead-letter queue.
func (s *stage) failed(e Ending, code string) {
	last := s.sys.Queues.MaxReceiveCount
	s.check(fmt.Sprintf("failed outcome %s, on the last receive (%d)", code, last), append(
		differs("code", e.Code(), code),
		differs("receive", e.Source.ReceiveCount, last)...)...)
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
