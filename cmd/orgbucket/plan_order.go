package main

import "context"

// inOrder gives f of everything in its order, with up to most of them under way.
// It ends early if ctx ends.
func inOrder[I, O any](ctx context.Context, most int, inputs []I, f func(context.Context, I) O) func(yield func(O) bool) {
	return func(yield func(O) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		under := make(chan chan O, most-1)
		go func() {
			defer close(under)
			for _, in := range inputs {
				out := make(chan O, 1)
				select {
				case under <- out:
					go func() { out <- f(ctx, in) }()
				case <-ctx.Done():
					return
				}
			}
		}()
		for out := range under {
			if !yield(<-out) {
				return
			}
		}
	}
}
