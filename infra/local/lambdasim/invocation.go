package lambdasim

import (
	"crypto/rand"
	"fmt"
	"time"
)

// invocation is one event on its way through a process.
type invocation struct {
	id       string
	payload  []byte
	deadline time.Time

	done     chan struct{} // closed when the two below are set
	response []byte
	err      error
}

func newInvocation(payload []byte, deadline time.Time) *invocation {
	return &invocation{id: newUUID(), payload: payload, deadline: deadline, done: make(chan struct{})}
}

// newUUID returns a version 4 UUID, the form of Lambda's request ids.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
