package deadletter

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// Archive adds the chosen messages to an archive and deletes those that are on
// the disk. queueURL is the dead-letter queue's, to be written down. The rest is
// as with Replay; an archive that can't be written to ends it.
func (s *Scanner) Archive(ctx context.Context, chosen *Chosen, archive *Archive, queueURL string, moved func([]Moved)) (Report, error) {
	m := &mover{chosen: chosen, batch: queue.BatchLimit, moved: moved}
	m.copy = func(_ context.Context, messages []queue.Message) ([]string, []error, error) {
		errs := make([]error, len(messages))
		var records []Record
		for i, message := range messages {
			record, err := newRecord(message, chosen.marks[message.ID], queueURL, now())
			if errs[i] = err; err == nil {
				records = append(records, record)
			}
		}
		err := archive.add(records)
		for i := range errs {
			if err != nil && errs[i] == nil {
				errs[i] = err
			}
		}
		return make([]string, len(messages)), errs, err
	}
	return s.move(ctx, m)
}
