package proof

import (
	"fmt"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/pkg/org"
)

// checker holds the invariants, after every call and at the end. It goes by what
// is truly stored, by what was said over the wire, and by its own reading of
// policies: nothing of it comes from the code that it judges.
type checker struct {
	world  *world
	before map[string]snapshot
	homes  map[org.ID]string // where they were before the run, if they were
	// closing is the delivery that switched RestrictPublicBuckets of a bucket on and
	// hasn't switched it off yet.
	closing map[string]*invocation

	violations  []violation
	exceptions  map[Exception]int
	invocations int
	checks      int
	deadLetters int
	created     map[string]time.Time // buckets that calls made
	// policies is how many buckets with our policy there may be, by organization.
	policies map[org.ID]int
	// overlooked are the buckets that couldn't be seen when another one was claimed.
	overlooked map[org.ID][]string
}

// violation is an invariant that didn't hold.
type violation struct {
	invariant Invariant
	text      string
	trace     []string // the calls until then
}

func newChecker(w *world) *checker {
	return &checker{world: w, before: map[string]snapshot{}, homes: map[org.ID]string{}, exceptions: map[Exception]int{}, policies: map[org.ID]int{}, overlooked: map[org.ID][]string{}, created: map[string]time.Time{}, closing: map[string]*invocation{}}
}

// violate notes a violation.
func (k *checker) violate(i Invariant, format string, args ...any) {
	k.violations = append(k.violations, violation{i, fmt.Sprintf(format, args...), slices.Clone(k.world.wire.trace)})
}

// rebase takes the world as others have left it.
func (k *checker) rebase() {
	k.before = k.look()
	for id := range k.world.orgs {
		k.policies[id] = max(1, len(k.withOurPolicy(id)))
	}
}

// moment checks what a call has done. The wire is held.
func (k *checker) moment(c call) {
	k.checks++
	if c.service != toS3 {
		return
	}
	now, changed := k.look(), false
	for name, s := range now {
		was, known := k.before[name]
		switch {
		case known && was.same(s):
		case name == homes:
			k.keptClaims(c, was.bucket, s.bucket)
		default:
			k.change(c, name, was, s)
			changed = true
		}
	}
	for name := range k.before {
		if _, there := now[name]; !there {
			k.violate(OthersKept, "%s deleted %s", c.target, name)
		}
	}
	k.before = now
	if changed {
		k.count(c)
	}
}

// count counts homes.
func (k *checker) count(c call) {
	for id := range k.world.orgs {
		with := k.withOurPolicy(id)
		switch {
		case len(with) <= k.policies[id]:
			continue
		case len(with) == k.policies[id]+1 && slices.ContainsFunc(k.overlooked[id], func(name string) bool { return slices.Contains(with, name) }):
			k.exceptions[AllLooksOld]++
		default:
			k.violate(OneHome, "after %s the policy is on %v", c.target, with)
		}
		k.policies[id] = len(with) // said once
	}
}

// withOurPolicy lists an organization's buckets that have a statement of ours.
func (k *checker) withOurPolicy(id org.ID) (names []string) {
	for _, name := range k.world.names(id) {
		s, there := k.before[name]
		if !there || !k.truly(name, s.bucket) {
			continue
		}
		if slices.ContainsFunc(k.statements(name, s.bucket.Policy), func(st statement) bool { return st.ours || st.damaged }) {
			names = append(names, name)
		}
	}
	return names
}

// isNew reports whether a bucket was made a few calls ago.
func (k *checker) isNew(name string) bool {
	at, known := k.created[name]
	return known && time.Since(at) < 12*step
}

// orgOf tells whose a bucket of this name would be, "" if nobody's here.
func (k *checker) orgOf(name string) org.ID {
	for id := range k.world.orgs {
		if slices.Contains(k.world.names(id), name) {
			return id
		}
	}
	return ""
}
