package provision

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// lookAndAsk looks at some candidates and asks about some, all at once. To ask
// is to try to create: "taken by another account" is the one answer that
// excludes that an unreadable bucket is ours by now. ends is by name.
func (r *run) lookAndAsk(ctx context.Context, look, ask []bucket.Candidate) (sightings []bucket.Sighting, ends map[string]Creation, err error) {
	answers := make([]Creation, len(ask))
	tasks := []func() error{func() (err error) { sightings, err = r.look(ctx, look); return err }}
	for i, c := range ask {
		tasks = append(tasks, func() (err error) { answers[i], err = r.ask(ctx, c); return err })
	}
	if err := parallel(tasks...); err != nil {
		return nil, nil, err
	}
	ends = make(map[string]Creation, len(ask))
	for i, c := range ask {
		ends[c.Name] = answers[i]
	}
	return sightings, ends, nil
}

// ask finds out by creating it whether a bucket is a stranger's. If the stranger
// has just left, there's an empty bucket more, which isn't used.
func (r *run) ask(ctx context.Context, c bucket.Candidate) (Creation, error) {
	end, err := r.claim(ctx, c)
	if err == nil && end == Created {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.spare[c.Name] = true
		r.homes = fault.Warning{Code: fault.MultipleHomes, Text: "bucket " + c.Name + " was created for this organization when another account gave the name up just then; it is empty and isn't used"}
	}
	return end, err
}

// isSpare tells whether this delivery created the bucket only to ask. Nobody makes
// that one the home: the bucket that this delivery works on was there before it.
func (r *run) isSpare(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.spare[name]
}

// answered takes the answers into the sightings.
func answered(sightings []bucket.Sighting, ends map[string]Creation) []bucket.Sighting {
	for i := range sightings {
		s := &sightings[i]
		switch end, asked := ends[s.Name]; {
		case !asked:
		case end != AlreadyOwned:
			s.State = bucket.Taken
		case s.State == bucket.Absent:
			s.State, s.Seen = bucket.Unreadable, "it is said to be there and not to be there" // a look that lags
		case s.State == bucket.Unreadable:
			*s = s.Owned()
		}
	}
	return sightings
}

// candidates lists those that a condition holds for, in their order.
func (r *run) candidates(holds func(bucket.Candidate) bool) (some []bucket.Candidate) {
	for _, c := range r.spec.Candidates {
		if holds(c) {
			some = append(some, c)
		}
	}
	return some
}

// unreadOther tells whether another candidate said nothing when last looked at.
func (r *run) unreadOther(c bucket.Candidate) bool { return c.Name != r.name && r.unread[c.Name] }
