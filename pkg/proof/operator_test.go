package proof

import (
	"slices"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

// operate does what operators do until no valid message is a dead letter any
// more: what the failed outcome's hint says, then a replay.
func (w *world) operate(b *breakage) {
	for range 3 { // the first replay may be what is broken
		b.mend()
		for _, m := range w.queue.in(deadLettered) {
			if m.org == "" {
				continue
			}
			w.wire.mu.Lock()
			w.advise(m)
			w.wire.mu.Unlock()
			w.queue.replay(m)
		}
		w.drain(false, func() {})
	}
	for _, m := range w.queue.in(deadLettered) {
		if m.org != "" {
			w.check.violate(EndsReady, "everything is mended, and the replayed message of %s failed again: %s", m.org, w.whyFailed(m))
		}
	}
}

// advise follows the hint of OwnershipUnproved where a bucket is claimed, by tagging
// it, and that of MultipleHomes where the policies don't tell which is
// the home: keep one, the one that was announced if one was, otherwise the one that
// the path is about. The wire is held.
func (w *world) advise(m *message) {
	if claim := w.check.claim(m.org); claim != "" && w.codeOf(m) == fault.OwnershipUnproved {
		if _, there := w.s3.Bucket(claim); there {
			w.others(edited(claim, tagged("OrgId", string(m.org)))) // adopt
		}
		return
	}
	if w.codeOf(m) != fault.MultipleHomes && w.codeOf(m) != fault.OperationConflict {
		return
	}
	var ours []string
	for _, name := range w.names(m.org) {
		if s, there := w.check.before[name]; there && w.check.truly(name, s.bucket) {
			ours = append(ours, name)
		}
	}
	if len(ours) < 2 || len(w.check.withOurPolicy(m.org)) == 1 {
		return
	}
	w.check.exceptions[PersonChooses]++
	keep := ours[0]
	if slices.Contains(ours, w.keep) {
		keep = w.keep
	}
	if home, announced := w.check.homes[m.org]; announced {
		keep = home
	}
	for _, name := range ours {
		if name != keep {
			w.others(gone(name))
		}
	}
}

func (w *world) codeOf(m *message) fault.Code {
	for _, e := range w.topic.outcomesFor(m) {
		if e.Error != nil {
			return e.Error.Code
		}
	}
	return ""
}

// whyFailed is what was published of a message's failure.
func (w *world) whyFailed(m *message) string {
	for _, e := range w.topic.outcomesFor(m) {
		if e.Error != nil {
			return string(e.Error.Code) + " at " + string(e.Error.Step) + ": " + e.Error.Message
		}
	}
	return "nothing was published"
}
