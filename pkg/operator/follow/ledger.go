package follow

import (
	"cmp"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/pkg/outcome"
)

// keepEarly is how long an outcome is kept that nobody expects yet: an outcome
// can overtake the answer to the call that sent its message.
const keepEarly = 2 * time.Minute

// ledger matches outcomes with the messages that they are expected for. About
// 250 bytes are kept for each message until its outcome has come.
type ledger struct {
	waiting map[string]entry // by message id
	sent    int
	counts  Summary
	// sealed: nothing more will be expected, so early outcomes aren't kept.
	sealed bool

	early map[string]outcome.Event // by message id
	order []arrival                // of early, oldest first
}

type entry struct {
	Message
	number int
}

type arrival struct {
	id string
	at time.Time
}

func newLedger() *ledger {
	return &ledger{waiting: map[string]entry{}, early: map[string]outcome.Event{}}
}

// expect adds a message, and gives its outcome if that is there already.
func (l *ledger) expect(m Message) (Outcome, bool) {
	if event, ok := l.early[m.ID]; ok {
		delete(l.early, m.ID)
		return l.count(m, event), true
	}
	l.waiting[m.ID] = entry{m, l.sent}
	l.sent++
	return Outcome{}, false
}

// arrive takes an outcome that came now, and gives it if it was expected.
func (l *ledger) arrive(event outcome.Event, now time.Time) (Outcome, bool) {
	id := event.Source.MessageID
	if e, ok := l.waiting[id]; ok {
		delete(l.waiting, id)
		return l.count(e.Message, event), true
	}
	for len(l.order) > 0 && now.Sub(l.order[0].at) > keepEarly {
		delete(l.early, l.order[0].id)
		l.order = l.order[1:]
	}
	if _, twice := l.early[id]; !twice && !l.sealed {
		l.early[id] = event
		l.order = append(l.order, arrival{id, now})
	}
	return Outcome{}, false
}

func (l *ledger) count(m Message, event outcome.Event) Outcome {
	o := Outcome{m, event}
	if o.Failed() {
		l.counts.Failed++
	} else {
		l.counts.Provisioned++
	}
	return o
}

func (l *ledger) done() bool { return l.sealed && len(l.waiting) == 0 }

func (l *ledger) summary() Summary {
	s := l.counts
	entries := make([]entry, 0, len(l.waiting))
	for _, e := range l.waiting {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.number, b.number) })
	for _, e := range entries {
		s.Missing = append(s.Missing, e.Message)
	}
	return s
}
