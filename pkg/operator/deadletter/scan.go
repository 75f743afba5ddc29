package deadletter

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// diagnoses is how many messages are diagnosed at a time.
const diagnoses = 8

// Letter is a dead letter with what would become of it now.
type Letter struct {
	queue.Message
	// Diagnosis is empty if the selection can't take the message whatever it is.
	Diagnosis diagnosis.Diagnosis
	// Meant is whether the selection takes the message.
	Meant bool
}

// Scan shows every visible message of the queue, once, in no particular order,
// and leaves the queue as it was. Those that the selection may take are
// diagnosed. show is called for one message at a time; its error ends the scan,
// as ctx's end does. Everything that was received is visible again when Scan
// returns.
func (s *Scanner) Scan(ctx context.Context, d Diagnoser, chosen Selection, show func(Letter) error) (Looked, error) {
	one := make(chan struct{}, 1)
	return s.walk(ctx, visitor{workers: diagnoses, visit: func(ctx context.Context, _ *ledger, m queue.Message) error {
		l := chosen.letter(ctx, d, m)
		one <- struct{}{}
		defer func() { <-one }()
		if ctx.Err() != nil {
			return nil // a diagnosis that was cut off says nothing
		}
		return show(l)
	}})
}
