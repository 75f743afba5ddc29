package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/timespan"
	"github.com/fusionpos/orgbucket/pkg/outcome"
	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// lagRounds is how often each kind of change is made.
const lagRounds = 10

// load plays many organizations at once, and measures.
func (r *run) load(ctx context.Context) error {
	if r.lacks != "" {
		r.notChecked("many organizations at once", r.lacks)
	} else if err := r.manyAtOnce(ctx); err != nil {
		return err
	}
	return r.lag(ctx)
}

// manyAtOnce sends the messages of all organizations at once, and says how fast their buckets come.
func (r *run) manyAtOnce(ctx context.Context) error {
	var ids []string
	for n := range r.organizations {
		id := r.org(fmt.Sprintf("n%d", n))
		ids = append(ids, id)
		if _, err := r.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String(r.stage.Naming.ClientUserPrefix + id)}); err != nil {
			return fmt.Errorf("create the user of %s: %w", id, err)
		}
	}
	if r.real { // IAM is eventually consistent
		if err := pause(ctx, policyTakes); err != nil {
			return err
		}
	}
	began := time.Now()
	if err := r.orgbucket(ctx, nil, append([]string{"send", "--yes", "--rate", "1000"}, ids...)...); err != nil {
		return err
	}
	var took []time.Duration
	statuses := map[string]int{}
	for _, id := range ids {
		o, at, err := r.mailbox.outcome(ctx, "organization "+id, atLength, func(o outcome.Event) bool { return string(o.OrgID) == id })
		if err != nil {
			r.succeeds("many organizations at once: all are ready", err)
			return nil
		}
		took = append(took, at.Sub(began))
		statuses[o.Status]++
	}
	// A delivery that is cut off and comes again repairs, or finds all done.
	is(r.report, "many organizations at once: all are ready", statuses["failed"], 0)
	slices.Sort(took)
	last := took[len(took)-1]
	r.say("%d organizations (%v) in %s, %.1f a second; half of them within %.2f s", len(ids), statuses, timespan.Text(last), float64(len(ids))/last.Seconds(), took[len(took)/2].Seconds())
	return nil
}

// lag measures how long reads of a bucket's configuration lag behind its changes.
func (r *run) lag(ctx context.Context) error {
	spec, err := r.spec(r.org("lag"))
	if err != nil {
		return err
	}
	name, operator := spec.Candidates[0].Name, r.operator()
	if err := operator.CreateBucket(ctx, spec.Candidates[0], nil); err != nil {
		return err
	}
	policy := func(n int) string {
		return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Sid":"n%d","Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"%s/x"}]}`, n, spec.ARN(name))
	}
	for _, kind := range []struct {
		name   string
		change func(n int) error
		seen   func(n int) (bool, error)
	}{
		{"access block", func(n int) error {
			return operator.PutAccessBlock(ctx, name, &bucket.AccessBlock{BlockPublicPolicy: n%2 == 0})
		}, func(n int) (bool, error) {
			block, err := operator.AccessBlock(ctx, name)
			return block != nil && block.BlockPublicPolicy == (n%2 == 0), err
		}},
		{"policy", func(n int) error { return operator.PutPolicy(ctx, name, policy(n)) }, func(n int) (bool, error) {
			got, err := operator.Policy(ctx, name)
			return strings.Contains(got, fmt.Sprintf(`"n%d"`, n)), err
		}},
		{"tag", func(n int) error {
			_, err := r.s3.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{Bucket: &name, Tagging: &s3types.Tagging{TagSet: []s3types.Tag{{Key: aws.String("Lag"), Value: aws.String(fmt.Sprint(n))}}}})
			return err
		}, func(n int) (bool, error) {
			tags, err := operator.Tags(ctx, name)
			return tags["Lag"] == fmt.Sprint(n), err
		}},
	} {
		if err := r.lagOf(ctx, kind.name, kind.change, kind.seen); err != nil {
			return err
		}
	}
	return nil
}

// lagOf makes changes, and reads after each until three reads in a row show it.
func (r *run) lagOf(ctx context.Context, name string, change func(int) error, seen func(int) (bool, error)) error {
	var longest time.Duration
	old := 0
	for n := range lagRounds {
		err := change(n)
		for end := time.Now().Add(time.Minute); err != nil && strings.HasSuffix(access.Answer(err), "OperationAborted") && time.Now().Before(end) && pause(ctx, time.Second) == nil; {
			err = change(n) // the change before is still under way
		}
		if err != nil {
			if lacking(err) && !r.real {
				r.notChecked("how long a bucket's "+name+" lags", "this server can't change it")
				return nil
			}
			return fmt.Errorf("change the bucket's %s: %w", name, err)
		}
		began := time.Now()
		for inARow := 0; inARow < 3; {
			is, err := seen(n)
			if err != nil {
				return fmt.Errorf("read the bucket's %s: %w", name, err)
			}
			if inARow++; !is {
				inARow, old = 0, old+1
				longest = max(longest, time.Since(began))
			}
			if time.Since(began) > alarmTakes {
				return fmt.Errorf("a bucket's changed %s isn't read within %s", name, timespan.Text(alarmTakes))
			}
			if err := pause(ctx, 50*time.Millisecond); err != nil {
				return err
			}
		}
	}
	r.say("a bucket's %s was changed %d times; %d reads were old, up to %.2f s after the change", name, lagRounds, old, longest.Seconds())
	return nil
}
