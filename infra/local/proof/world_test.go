package proof

import (
	"context"
	"fmt"
	"sync"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/infra/local/system"
)

// partnerUser is an IAM user of somebody else, whom others' policy statements name.
const partnerUser = "partner"

// world is the running system, and who in it is to be told what.
type world struct {
	*system.System
	mu    sync.Mutex
	runs  map[string]*run       // by the names that the organization's bucket can have, and the key of its claim
	boxes map[string]chan event // by message id
}

// event is news of a message: one of its fields is set.
type event struct {
	record  *system.Record
	outcome *system.Outcome
	dead    *system.DeadLetter
}

// newWorld watches the system until ctx ends.
func newWorld(ctx context.Context, s *system.System) (*world, error) {
	w := &world{System: s, runs: map[string]*run{}, boxes: map[string]chan event{}}
	if _, err := s.S3.CreateUser(ctx, partnerUser); err != nil {
		return nil, err
	}
	go s.Records(ctx, func(r system.Record) {
		total.delivery()
		w.box(r.MessageID) <- event{record: &r}
	})
	go s.Outcomes(ctx, func(o system.Outcome) { w.box(o.Source.MessageID) <- event{outcome: &o} })
	go s.DeadLetters(ctx, func(d system.DeadLetter) { w.box(d.MessageID) <- event{dead: &d} })
	s.S3.OnRequest(w.choose)
	return w, nil
}

// mostEvents is far more than a message can have: some for each receive.
const mostEvents = 100

// box is where a message's news come. They may come before Send has told its id.
func (w *world) box(messageID string) chan event {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.boxes[messageID] == nil {
		w.boxes[messageID] = make(chan event, mostEvents)
	}
	return w.boxes[messageID]
}

// enter has a run be told of the calls on its organization's buckets and claim.
func (w *world) enter(r *run) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, name := range []string{r.n1, r.n2, r.n3, r.claimKey()} {
		w.runs[name] = r
	}
}

// choose finds what is to be done with a request of the function.
func (w *world) choose(c s3server.Call) *s3server.Fault {
	switch {
	case c.Who != w.Identity.AccessKeyID:
		return nil
	case c.Operation == "GetResources", c.Operation == "GetAccountPublicAccessBlock": // they name no bucket
		return nil
	}
	name := c.Bucket
	if name == w.HomesBucket { // which is no organization's
		name = c.Key
	}
	w.mu.Lock()
	r := w.runs[name]
	w.mu.Unlock()
	if r == nil {
		return &s3server.Fault{Do: func(c s3server.Call) { total.stray(fmt.Sprintf("%s on %s/%s", c.Operation, c.Bucket, c.Key)) }}
	}
	return r.choose(c)
}
