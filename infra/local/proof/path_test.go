package proof

import (
	"context"
	"errors"
)

// path is a way that a message takes through the function.
type path struct {
	name string
	// before makes what is there when the message comes. It may be nil.
	before func(context.Context, *run) error
	// alternative: the home has the alternative name.
	alternative bool
	// named: the home has a name that a person gave, and is claimed.
	named bool
	// rival: just before the function's claim somebody makes a bucket with a name of
	// their own and claims it. The function's search for such buckets is over by then.
	rival bool
	// blocked is the code of the failure on which a person acts, after which
	// the message can succeed.
	blocked string
	act     func(context.Context, *run) error
	// userMissing: signup hasn't made the client's user yet.
	userMissing bool
	// status of the outcome, if nothing is broken.
	status string
}

func paths() []*path {
	return []*path{
		{name: "first run", status: "created"},
		{name: "name foreign", before: strangers, alternative: true, status: "created"},
		{name: "resumed after the bucket", before: begun, status: "repaired"},
		{name: "repair", before: damaged, status: "repaired"},
		{name: "unchanged", before: finished, status: "unchanged"},
		{name: "hand-given name, claimed", before: named, named: true, status: "repaired"},
		{name: "somebody else's claim was faster", rival: true, status: "repaired"},
		{name: "user missing, then made", userMissing: true, blocked: "ClientUserNotFound", act: makeUser, status: "repaired"},
		{name: "tag stripped, then put back", before: stripped, blocked: "OwnershipUnproved", act: putTagBack, status: "unchanged"},
	}
}

// strangers is a bucket of another account under the conventional name.
func strangers(ctx context.Context, r *run) error {
	r.distrust(r.n1)
	return errors.Join(
		r.w.S3.CreateForeign(ctx, r.n1, stranger),
		r.w.S3.GiveAway(r.n1, r.w.S3.Account()), // for a moment, to fill it
		r.fill(ctx, r.n1, others(r.n1)),
		r.w.S3.GiveAway(r.n1, stranger),
	)
}

// begun is what a delivery leaves that ended after its first write.
func begun(ctx context.Context, r *run) error {
	return errors.Join(r.create(ctx, r.n1, ownTag(r.id)), r.putPrivate(ctx, r.n1))
}

// damaged is a home whose policy has lost the public statement.
func damaged(ctx context.Context, r *run) error {
	return r.makeHome(ctx, ownTag(r.id), append(clientStatements(r.n1, r.id), others(r.n1)...))
}

// finished is a home with nothing to do, and with others' things in it.
func finished(ctx context.Context, r *run) error {
	return r.makeHome(ctx, ownTag(r.id), everyStatement(r.n1, r.id))
}

// second is a bucket of the organization's with a name that the function doesn't try.
func second(ctx context.Context, r *run) error {
	return errors.Join(r.create(ctx, r.n3, ownTag(r.id)), r.fill(ctx, r.n3, others(r.n3)), r.putTags(ctx, r.n3, ownTag(r.id)))
}

// named is such a bucket that a person made the home.
func named(ctx context.Context, r *run) error {
	return errors.Join(second(ctx, r), r.putClaim(ctx, r.n3))
}

// stripped is a home that somebody took the tag of.
func stripped(ctx context.Context, r *run) error {
	r.distrust(r.n1)
	return r.makeHome(ctx, nil, everyStatement(r.n1, r.id))
}

func makeUser(ctx context.Context, r *run) (err error) {
	r.user, err = r.w.S3.CreateUser(ctx, "rms_"+r.id)
	return err
}

func putTagBack(ctx context.Context, r *run) error {
	r.trust(r.n1)
	return r.putTags(ctx, r.n1, ownTag(r.id))
}
