package proof

import (
	"fmt"
	"net/http"
)

// made is a call that was made, and by which delivery.
type made struct {
	target
	delivery int
	replay   bool // of a message that was a dead letter
}

// begin counts the call, unless the SDK repeats it.
func (x *wire) begin(c call) call {
	x.mu.Lock()
	defer x.mu.Unlock()
	if c.by.dead() {
		return c
	}
	if c.request.Response != nil { // the redirect that net/http followed
		x.world.check.violate(SentWhereSigned, "%s: a redirect was followed to %s", c.target, c.request.URL.Host)
	}
	if before, repeated := x.known[c.id]; repeated {
		c.target, c.place, c.asked = before.target, before.place, before.asked
		return c
	}
	c.place = c.target
	x.counts[c.target]++
	c.by.counts[c.target]++
	c.place.nth, c.nth = c.by.counts[c.target], x.counts[c.target]
	x.calls = append(x.calls, made{c.target, c.by.number, c.by.receipts[0].message.replay})
	x.world.check.asked(&c)
	if c.id != "" { // the SDK's, which repeats
		x.known[c.id] = c
	}
	return c
}

// note writes the call down for who has to find out what went wrong.
func (x *wire) note(c call, d *defect, answer *http.Response) {
	text := fmt.Sprintf("delivery %d: %s", c.by.number, c.target)
	if x.world.many { // who was numbered first is chance
		text = fmt.Sprintf("lane %d, receive %d: %s", c.by.lane, c.by.receipts[0].count, c.place)
	}
	if c.attempt > 1 {
		text += fmt.Sprintf(" (attempt %d)", c.attempt)
	}
	if answer != nil {
		text += fmt.Sprintf(" → %d", answer.StatusCode)
	}
	if d != nil {
		text += " [" + d.name + "]"
	}
	x.trace = append(x.trace, text)
}
