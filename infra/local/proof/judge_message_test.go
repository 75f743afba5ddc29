package proof

import (
	"context"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/system"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/outcome"
	"github.com/fusionpos/orgbucket/pkg/proof"
)

// story is what has happened to a message so far, and in the end how it ended.
type story struct {
	receives int // the last one that the function has logged
	good     bool
	status   string // of the good outcome
	failed   bool   // a failed outcome came
	dead     bool
	code     fault.Code // of the failed outcome; "" if the last receive was cut off
	why      string
}

// passes reports whether a failure passes by itself, as that of a busy machine does:
// the kind that the contract calls transient, or a receive that was cut off.
func (s story) passes() bool {
	return slices.Contains([]fault.Code{"", fault.Throttled, fault.ServiceUnavailable, fault.OperationConflict, fault.DeadlineExceeded, fault.Internal}, s.code)
}

// follow waits for a message's end and judges it: a good outcome, or a dead letter.
func (r *run) follow(ctx context.Context, messageID string) (s story) {
	for !s.good && (!s.dead || !s.failed) {
		e, ok := r.next(ctx, messageID, s)
		switch {
		case !ok:
			r.unheard(s)
			return s
		case e.record != nil:
			s.receives = max(s.receives, e.record.ReceiveCount)
			if e.record.Code == r.path.blocked && r.path.blocked != "" {
				r.must(proof.EndsReady, r.personActs(ctx))
			}
		case e.dead != nil:
			s.dead = true
		case e.outcome.Status == outcome.StatusFailed:
			s.failed, s.code, s.why = true, e.outcome.Error.Code, string(e.outcome.Error.Code)+": "+e.outcome.Error.Message
			r.judgeFailed(*e.outcome)
		default:
			r.judgeGood(ctx, *e.outcome, s)
			s.good, s.status = true, e.outcome.Status
		}
	}
	return s
}

// late is how long news may be under way: outcomes, dead letters and log lines are
// read from three places.
const late = 10 * time.Second

// next returns the next news of a message; false if there won't be any.
func (r *run) next(ctx context.Context, messageID string, s story) (event, bool) {
	if s.dead {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, late)
		defer cancel()
	}
	select {
	case e := <-r.w.box(messageID):
		return e, true
	case <-ctx.Done():
		return event{}, false
	}
}

// unheard judges a message of which nothing more is heard. A dead letter without a
// failed outcome is a stated exception if its last receive was cut off.
func (r *run) unheard(s story) {
	switch {
	case s.dead && s.receives < receives:
		total.exception(proof.LastReceiveUnfinished)
	case s.dead:
		r.violate(proof.NothingLost, "the message is a dead letter without a failed outcome, and its last receive was finished")
	default:
		r.violate(proof.NothingLost, "neither a good outcome nor a dead letter (failed outcome: %t)", s.failed)
	}
}

func (r *run) judgeFailed(o system.Outcome) {
	if o.Source.ReceiveCount != receives {
		r.violate(proof.FailedMeansDeadLetter, "a failed outcome (%s) after receive %d of %d", o.Error.Code, o.Source.ReceiveCount, receives)
	}
}

// judgeGood judges a good outcome when it's heard.
func (r *run) judgeGood(ctx context.Context, o system.Outcome, s story) {
	if s.failed || s.dead {
		r.violate(proof.FailedMeansDeadLetter, "a good outcome of a message that failed before")
	}
	if o.Bucket == nil {
		r.violate(proof.OutcomeNamesReadyBucket, "the outcome %s names no bucket", o.Status)
		return
	}
	if want := r.wanted(); o.Bucket.Name != want {
		r.violate(proof.HomeNeverChanges, "the outcome names %s, the home is %s", o.Bucket.Name, want)
	}
	if r.call == "" && r.home == "" && o.Status != r.path.status {
		r.violate(proof.FinishedNeedsNoWrite, "the outcome is %s, want %s", o.Status, r.path.status)
	}
	r.judgeClaimed(ctx, o.Bucket.Name)
	r.goodAt(o.Bucket.Name)
	r.judgeReady(ctx, o.Bucket.Name)
}

// wanted is the bucket that good outcomes shall name.
func (r *run) wanted() string {
	switch {
	case r.path.alternative:
		return r.n2
	case r.path.named || r.path.rival:
		return r.n3
	}
	return r.n1
}

// goodAt enters the home that an outcome named.
func (r *run) goodAt(bucket string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.home == "" {
		r.untilGood = len(r.calls)
	}
	r.home = bucket
}

// must has an error of the judge's own work be a violation: nothing is judged without it.
func (r *run) must(i proof.Invariant, err error) {
	if err != nil {
		r.violate(i, "%v", err)
	}
}
