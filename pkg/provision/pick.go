package provision

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// choose tells which of several buckets of the organization is the home.
func (r *run) choose(ctx context.Context, homes []bucket.Candidate) (home string, err error) {
	passes := func(err error) bool { return fault.Is(err, fault.MultipleHomes) || isConflict(err) }
	err = r.step(fault.StepObserve, func() error {
		return again(ctx, passes, func() (err error) {
			home, err = r.pick(ctx, homes, fault.MultipleHomes)
			return err
		})
	})
	return home, err
}

// pick takes the one that has our policy, since a policy is put only after a
// bucket was confirmed. If that doesn't tell, the failure has the given code.
func (r *run) pick(ctx context.Context, homes []bucket.Candidate, code fault.Code) (string, error) {
	policies := make([]policy.Document, len(homes))
	tasks := make([]func() error, len(homes))
	for i, c := range homes {
		tasks[i] = func() (err error) { policies[i], err = r.buckets.ReadPolicy(ctx, c.Name); return err }
	}
	if err := parallel(tasks...); err != nil {
		return "", err
	}
	var home string
	for i, c := range homes {
		if !r.spec.HasOurPolicy(c.Name, policies[i]) {
			continue
		}
		if home != "" {
			return "", fault.New(code, "buckets %s and %s are both this organization's and both have its policy", home, c.Name)
		}
		home = c.Name
	}
	if home == "" {
		return "", fault.New(code, "buckets %s and %s are both this organization's and neither has its policy", homes[0].Name, homes[1].Name)
	}
	r.homes = fault.Warning{Code: fault.MultipleHomes, Text: "more than one bucket is tagged for this organization; " + home + " is used because it has this system's policy"}
	return home, nil
}
