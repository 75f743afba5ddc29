package proof

import (
	"fmt"
	"slices"
)

// move is a choice of what happens next: a call of a lane gets through, or the
// stranger leaves.
type move struct {
	lane   int
	place  target
	busy   bool // it is aborted, as if another write were under way
	leaves bool
	// there: it would create a bucket that is there, and so only asks.
	there bool
}

// String names the move.
func (m move) String() string {
	switch {
	case m.leaves:
		return "the stranger leaves"
	case m.busy:
		return fmt.Sprintf("lane %d: %s is aborted", m.lane, m.place)
	}
	return fmt.Sprintf("lane %d: %s", m.lane, m.place)
}

// access is a part of a bucket that a move reads or writes.
type access struct {
	bucket string
	facet  string
	writes bool
}

// The parts of a bucket. What a call answers, and what the invariants say after
// it, depends on these alone.
const (
	existence   = "existence and tags"
	accessBlock = "access block"
	storedRules = "policy"
	objects     = "objects"
)

// accesses are what a move reads and writes. All calls but CreateBucket need the
// bucket to be there; PutBucketPolicy is judged by the access block.
func (m move) accesses() []access {
	b := m.place.bucket
	in := []access{{b, existence, false}}
	switch m.place.operation {
	case "CreateBucket":
		if m.there {
			return in
		}
		return everything(b, true)
	case "GetPublicAccessBlock":
		return append(in, access{b, accessBlock, false})
	case "PutPublicAccessBlock":
		return append(in, access{b, accessBlock, true})
	case "GetBucketPolicy":
		return append(in, access{b, storedRules, false})
	case "PutBucketPolicy":
		return append(in, access{b, storedRules, true}, access{b, accessBlock, false})
	case "HeadObject":
		return append(in, access{b, objects, false})
	case "PutObject":
		return append(in, access{b, objects, true})
	case "Publish": // the checker looks at everything then
		return slices.Concat(everything(n1, false), everything(n2, false))
	case "ChangeMessageVisibility":
		return nil
	}
	return in
}

func everything(bucket string, writes bool) (all []access) {
	for _, facet := range []string{existence, accessBlock, storedRules, objects} {
		all = append(all, access{bucket, facet, writes})
	}
	return all
}

// independent reports whether two moves lead to the same, whichever comes first, and
// neither makes the other possible or impossible. A write that is aborted changes
// nothing, but no more are aborted than a case allows.
func (m move) independent(n move) bool {
	if m.sameCall(n) || m.busy && n.busy {
		return false
	}
	return !slices.ContainsFunc(m.reach(), func(a access) bool {
		return slices.ContainsFunc(n.reach(), func(b access) bool {
			return a.bucket == b.bucket && a.facet == b.facet && (a.writes || b.writes)
		})
	})
}

// sameCall reports whether the two are one call, perhaps with another end.
func (m move) sameCall(n move) bool {
	return m.lane == n.lane && m.place == n.place && m.leaves == n.leaves
}

func (m move) reach() []access {
	switch {
	case m.leaves:
		return everything(n1, true)
	case m.busy:
		return nil
	}
	return m.accesses()
}
