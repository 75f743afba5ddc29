package proof

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/pkg/proof"
)

// run is a combination played with an organization of its own.
type run struct {
	combination
	w      *world
	root   *s3.Client
	id     string
	n1, n2 string // the names that its bucket can have
	n3     string // the one that a person gave
	user   s3server.Credentials
	others map[string]bool // buckets with others' things

	broken   chan struct{} // closed when the fault has come for the first time
	breaking sync.Once

	mu         sync.Mutex
	private    []string        // buckets with an object that the public must not read
	unproved   map[string]bool // buckets that nothing proves to be the organization's
	policies   map[string]bool // buckets that the function put a policy on
	counts     map[string]int  // calls by operation and bucket
	calls      []string        // in the order of their arrival
	writes     int             // those that succeeded
	mended     bool
	acted      bool   // the person, where the path has one
	home       string // of the good outcomes so far
	claim      string // the claim's text, "" until it was put
	untilGood  int    // calls, when the first one was heard
	violations []violation
}

// violation is an invariant that didn't hold.
type violation struct {
	invariant proof.Invariant
	text      string
}

var organizations atomic.Int64

func newRun(w *world, c combination) *run {
	id := fmt.Sprintf("proof%d", organizations.Add(1))
	r := &run{
		combination: c, w: w, root: w.S3.RootClient(), id: id,
		n1: "fusion-rms-" + id, n2: "fusion-rms-" + id + "-000000000000-us-east-1-an",
		n3:     "fusion-rms-" + id + "-2",
		others: map[string]bool{}, broken: make(chan struct{}),
		unproved: map[string]bool{}, policies: map[string]bool{}, counts: map[string]int{},
	}
	w.enter(r)
	return r
}

// play sends the organization's message, redelivers and mends until it has ended
// well, and then sends it once more.
func (r *run) play(ctx context.Context) {
	defer r.leave()
	if err := r.prepare(ctx); err != nil {
		r.violate(proof.EndsReady, "the beginning couldn't be made: %v", err)
		return
	}
	if _, ok := r.deliver(ctx); !ok {
		return // what follows would tell nothing more
	}
	r.mend()
	r.finish(ctx)
}

// mostReplays is how often a dead letter is moved back if only the machine was too
// busy: the first time what was broken is mended, later times there is nothing to mend.
const mostReplays = 4

// deliver sends the organization's message and replays it until it ends well. It
// gives the good outcome's status; false after a violation.
func (r *run) deliver(ctx context.Context) (status string, ok bool) {
	total.sent()
	message, err := r.send(ctx)
	for replays := 0; err == nil; replays++ {
		end := r.follow(ctx, message)
		switch {
		case end.good:
			return end.status, true
		case r.violated():
			return "", false
		case r.isMended() && !end.passes() || replays == mostReplays:
			r.violate(proof.EndsReady, "everything is mended, and the message becomes a dead letter: %s", end.why)
			return "", false
		}
		message, err = r.replay(ctx)
	}
	r.violate(proof.NothingLost, "%v", err)
	return "", false
}

func (r *run) send(ctx context.Context) (messageID string, err error) {
	return r.w.Send(ctx, fmt.Sprintf(`{"type":"OrganizationCreated","orgId":%q}`, r.id))
}

// replay mends what is broken and sends the dead letter's body again, as the
// operators' tool does. The dead letter stays where it is.
func (r *run) replay(ctx context.Context) (messageID string, err error) {
	total.replay(r.isMended())
	r.mend()
	if err := r.personActs(ctx); err != nil {
		return "", err
	}
	return r.send(ctx)
}

// leave deletes the client's user: versitygw's IAM reads all of them for every request.
func (r *run) leave() {
	if r.user.User == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r.must(proof.EndsReady, r.w.S3.DeleteUser(ctx, r.user.User))
}

func (r *run) prepare(ctx context.Context) error {
	if !r.path.userMissing {
		if err := makeUser(ctx, r); err != nil {
			return err
		}
	}
	if r.path.before == nil {
		return nil
	}
	return r.path.before(ctx, r)
}

// personActs has the path's person do what the failed outcome's hint asks for, once.
func (r *run) personActs(ctx context.Context) error {
	r.mu.Lock()
	act := r.path.act != nil && !r.acted
	r.acted = true
	r.mu.Unlock()
	if !act {
		return nil
	}
	return r.path.act(ctx, r)
}

// distrust has every write to a bucket be a violation, until trust.
func (r *run) distrust(bucket string) { r.setUnproved(bucket, true) }
func (r *run) trust(bucket string)    { r.setUnproved(bucket, false) }

func (r *run) setUnproved(bucket string, is bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unproved[bucket] = is
}

func (r *run) isUnproved(bucket string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.unproved[bucket]
}

func (r *run) isMended() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mended
}

func (r *run) violated() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.violations) > 0
}

func (r *run) violate(i proof.Invariant, format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.violations = append(r.violations, violation{i, fmt.Sprintf(format, args...)})
}
