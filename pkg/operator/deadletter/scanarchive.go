package deadletter

import (
	"context"
	"sync"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// Archived is what a look at an archive found.
type Archived struct {
	// Messages counts those that can be read, each once: a killed run may have
	// archived one twice.
	Messages int
	// Done is how many of them the journal says were brought back.
	Done int
	// Queues are the dead-letter queues that they were in.
	Queues []string
	// Broken are the first lines that can't be read, at most 20 of them.
	Broken []Line
	// BrokenLines counts all that can't be read.
	BrokenLines int
}

// mostBroken is how many broken lines are kept: a file may have nothing else.
const mostBroken = 20

// ScanArchive shows every message of an archive that wasn't brought back, once,
// in no particular order. Those that the selection may take are diagnosed. show
// is called for one message at a time; its error ends the scan, as ctx's end
// does. What is kept of each message is its id.
func ScanArchive(ctx context.Context, a *ArchiveReader, j Journal, d Diagnoser, chosen Selection, show func(Letter) error) (Archived, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var found Archived
	one := make(chan struct{}, 1)
	var working sync.WaitGroup
	records := make(chan Record)
	for range diagnoses {
		working.Go(func() {
			for r := range records {
				l := chosen.letter(ctx, d, r.message())
				one <- struct{}{}
				if ctx.Err() == nil { // otherwise the diagnosis was cut off
					if err := show(l); err != nil {
						stop(err)
					}
				}
				<-one
			}
		})
	}
	err := a.fresh(ctx, j, &found, func(r Record) error {
		select {
		case records <- r:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
	close(records)
	working.Wait()
	if err == nil {
		err = context.Cause(ctx)
	}
	return found, err
}

// message is the record as it was received.
func (r Record) message() queue.Message {
	return queue.Message{ID: r.ID, Content: r.Content(), SentAt: r.SentAt, ReceiveCount: r.ReceiveCount}
}

// fresh gives each message that wasn't brought back, once, and counts the rest.
func (a *ArchiveReader) fresh(ctx context.Context, j Journal, found *Archived, visit func(Record) error) error {
	seen, queues := map[string]bool{}, map[string]bool{}
	return a.Lines(ctx, func(line Line) error {
		if line.Err != nil {
			found.BrokenLines++
			if len(found.Broken) < mostBroken {
				found.Broken = append(found.Broken, line)
			}
			return nil
		}
		r := line.Record
		if seen[r.ID] {
			return nil
		}
		seen[r.ID] = true
		found.Messages++
		if !queues[r.Queue] {
			queues[r.Queue] = true
			found.Queues = append(found.Queues, r.Queue)
		}
		if j.Has(r.ID) {
			found.Done++
			return nil
		}
		return visit(r)
	})
}
