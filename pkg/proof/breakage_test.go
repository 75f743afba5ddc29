package proof

import "fmt"

// mode is how much is broken, and for how long.
type mode int

const (
	// once: one call's first attempt.
	once mode = iota
	// forTwo: that operation on that bucket from this call on, until two
	// deliveries have met it.
	forTwo
	// forGood: the same, until somebody mends it and replays the dead letter.
	forGood
	// outage: every call from this one on, until somebody mends it and replays.
	outage
)

var allModes = []mode{once, forTwo, forGood, outage}

// String names the mode as reports do.
func (m mode) String() string {
	return [...]string{"once", "for two deliveries", "for good", "everything for good"}[m]
}

// breakage is a call that is broken.
type breakage struct {
	at     target
	defect defect
	mode   mode

	hit, mended bool
	deliveries  int // that ended since
}

// String says what is broken, as the report does.
func (b *breakage) String() string {
	if b == nil {
		return "nothing broken"
	}
	return fmt.Sprintf("%s: %s %s", b.at, b.defect.name, b.mode)
}

// strike reports whether it breaks a call.
func (b *breakage) strike(c call) *defect {
	if b == nil || b.mended {
		return nil
	}
	first := c.target == b.at && c.attempt == 1 && !b.hit
	b.hit = b.hit || first
	switch {
	case first,
		b.hit && b.mode == outage,
		b.hit && b.mode != once && c.same(b.at):
		return &b.defect
	}
	return nil
}

// delivered hears of a delivery's end.
func (b *breakage) delivered() {
	if b == nil || !b.hit {
		return
	}
	b.deliveries++
	if b.mode == forTwo && b.deliveries == 2 {
		b.mended = true
	}
}

// mend ends it, once somebody has met it.
func (b *breakage) mend() {
	if b != nil && b.hit {
		b.mended = true
	}
}

// end ends it, met or not: the path is over. What comes then is to find that all
// is well, and a call of that number may be among it.
func (b *breakage) end() {
	if b != nil {
		b.mended = true
	}
}

func (b *breakage) met() bool { return b == nil || b.hit }
