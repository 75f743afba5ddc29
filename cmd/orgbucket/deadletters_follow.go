package main

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/follow"
)

// followed is a following, if one is wanted.
type followed struct{ *following }

func (r *replay) startFollow(ctx context.Context, at *connection) (*followed, error) {
	if !r.follow {
		return &followed{}, nil
	}
	w, err := r.startFollowing(ctx, at, r.board, r.followTimeout)
	return &followed{w}, err
}

func (f *followed) expect(moved []deadletter.Moved) {
	if f.following == nil {
		return
	}
	messages := make([]follow.Message, len(moved))
	for i, m := range moved {
		messages[i] = follow.Message{ID: m.NewID, OrgID: m.OrgID}
	}
	f.following.expect(messages...)
}

// finish waits for the outcomes and gives the worse exit status.
func (f *followed) finish(ctx context.Context, status int) error {
	if f.following == nil || f.expected == 0 {
		return exit(status)
	}
	outcomes, err := f.wait(ctx)
	return either(err, max(status, outcomes))
}

func (f *followed) done() {
	if f.following != nil {
		f.close()
	}
}
