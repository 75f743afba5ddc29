package diagnosis

import (
	"context"
	"sync"
	"time"
)

// memo caches answers for a while. Concurrent calls for the same key share one
// answer. It holds as many as a run has organizations with dead letters.
type memo[K comparable, V any] struct {
	keep time.Duration
	ask  func(context.Context, K) V
	// passes, if not nil, reports whether an answer is kept for a few seconds only.
	passes func(V) bool

	mu      sync.Mutex
	answers map[K]*answer[V]
}

// answer is an answer, or a call in progress.
type answer[V any] struct {
	done  chan struct{} // closed when the rest is set
	value V
	until time.Time
	// lost: the caller's context ended, so that the value isn't an answer.
	lost bool
}

func newMemo[K comparable, V any](keep time.Duration, ask func(context.Context, K) V) *memo[K, V] {
	return &memo[K, V]{keep: keep, ask: ask, answers: map[K]*answer[V]{}}
}

// get returns the cached answer, or asks. If ctx ends while another call asks, it
// returns what ask returns for an ended context.
func (m *memo[K, V]) get(ctx context.Context, key K) V {
	for {
		a, mine := m.take(key)
		if mine {
			a.value = m.ask(ctx, key)
			a.lost = ctx.Err() != nil
			a.until = time.Now().Add(m.keepFor(a.value))
			close(a.done)
			return a.value
		}
		select {
		case <-ctx.Done():
			return m.ask(ctx, key)
		case <-a.done:
			if !a.lost {
				return a.value
			}
		}
	}
}

func (m *memo[K, V]) keepFor(value V) time.Duration {
	if m.passes != nil && m.passes(value) {
		return keepPassing
	}
	return m.keep
}

// take returns the answer of a key. If it's mine, the caller has to ask.
func (m *memo[K, V]) take(key K) (a *answer[V], mine bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a = m.answers[key]; a != nil && !a.stale() {
		return a, false
	}
	a = &answer[V]{done: make(chan struct{})}
	m.answers[key] = a
	return a, true
}

// stale reports whether the answer is lost or too old.
func (a *answer[V]) stale() bool {
	select {
	case <-a.done:
		return a.lost || !time.Now().Before(a.until)
	default:
		return false
	}
}
