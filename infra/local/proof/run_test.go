package proof

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/pkg/prove"
)

// run is a combination played with an organization of its own.
type run struct {
	combination
	w      *world
	root   *s3.Client
	id     string
	n1, n2 string // the names that its bucket can have
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
	untilGood  int    // calls, when the first one was heard
	violations []violation
}

// violation is an invariant that didn't hold.
type violation struct {
	invariant prove.Invariant
	text      string
}

var organizations atomic.Int64

func newRun(w *world, c combination) *run {
	id := fmt.Sprintf("proof%d", organizations.Add(1))
	r := &run{
		combination: c, w: w, root: w.S3.RootClient(), id: id,
		n1: "fusion-rms-" + id, n2: "fusion-rms-" + id + "-000000000000-us-east-1-an",
		others: map[string]bool{}, broken: make(chan struct{}),
		unproved: map[string]bool{}, policies: map[string]bool{}, counts: map[string]int{},
	}
	w.enter(r)
	return r
}

// play sends the organization's message, redelivers and mends until it has ended
// well, and then sends it once more.
func (r *run) play(ctx context.Context) {
	if err := r.prepare(ctx); err != nil {
		r.violate(prove.EndsReady, "the beginning couldn't be made: %v", err)
		return
	}
	message, err := r.send(ctx)
	if err == nil && !r.follow(ctx, message) {
		r.mend()
		if err = r.personActs(ctx); err == nil {
			if message, err = r.w.Replay(ctx, message); err == nil {
				total.sent(1)
				if !r.follow(ctx, message) {
					r.violate(prove.EndsReady, "the replay of the dead letter became a dead letter, too")
				}
			}
		}
	}
	if err != nil {
		r.violate(prove.NothingLost, "%v", err)
		return
	}
	r.mend()
	r.finish(ctx)
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

func (r *run) send(ctx context.Context) (messageID string, err error) {
	total.sent(1)
	return r.w.Send(ctx, fmt.Sprintf(`{"type":"OrganizationCreated","orgId":%q}`, r.id))
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

// choose breaks the call that is to be broken, and has each write be judged
// before the function sees the answer.
func (r *run) choose(c s3server.Call) *s3server.Fault {
	if !r.breaks(r.enter(c)) {
		if c.Write() {
			return &s3server.Fault{After: true, Do: r.look}
		}
		return nil
	}
	fault := r.fault
	fault.Do = func(c s3server.Call) {
		if fault.After && c.Write() {
			r.look(c)
		}
		if r.kill {
			total.kill(r.w.Function.Kill())
		}
		r.breaking.Do(func() { close(r.broken) })
	}
	return &fault
}

// enter names a call: what is done, to which of the names, and the how manieth it is.
func (r *run) enter(c s3server.Call) (name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	kind := c.Operation + " " + map[string]string{r.n1: "conventional", r.n2: "alternative"}[c.Bucket]
	r.counts[kind]++
	name = fmt.Sprintf("%s #%d", kind, r.counts[kind])
	r.calls = append(r.calls, name)
	return name
}

// breaks tells whether a call is to be broken: the one that was asked for, and with
// "for good" all later ones of its kind.
func (r *run) breaks(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.call == "" || r.mended {
		return false
	}
	if r.mode == once {
		return name == r.call
	}
	var begun, n int
	kind, number, _ := strings.Cut(r.call, " #")
	_, _ = fmt.Sscan(number, &begun)
	if !strings.HasPrefix(name, kind+" #") {
		return false
	}
	_, _ = fmt.Sscan(name[len(kind)+2:], &n)
	return n >= begun
}

func (r *run) mend() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mended = true
}

// distrust has every write to a bucket be a violation, until trust.
func (r *run) distrust(bucket string) { r.setUnproved(bucket, true) }
func (r *run) trust(bucket string)    { r.setUnproved(bucket, false) }

func (r *run) setUnproved(bucket string, is bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unproved[bucket] = is
}

func (r *run) violate(i prove.Invariant, format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.violations = append(r.violations, violation{i, fmt.Sprintf(format, args...)})
}

// first gives the calls until the first good outcome was heard.
func (r *run) first() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls[:r.untilGood]
}
