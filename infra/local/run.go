package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/fusionpos/orgbucket/infra/local/story"
)

// run plays the story and reports whether every check held.
func run(ctx context.Context, o settings, out *story.Screen) (ok bool, err error) {
	sys, err := start(ctx, o, out, 0)
	if err != nil {
		return false, err
	}
	defer func() {
		if closing := sys.Close(); closing != nil {
			ok, err = false, errors.Join(err, fmt.Errorf("stop the local system: %w", closing))
		}
	}()
	out.Text("\nSome steps wait for redeliveries: the whole takes less than a minute.")
	return story.Play(ctx, sys, o.tool, out)
}
