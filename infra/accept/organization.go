package main

import (
	"context"
	"fmt"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/bucketstest"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/outcome"
	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// org returns an organization's id of the run.
func (r *run) org(name string) string { return r.id + name }

// spec returns what the system makes for an organization.
func (r *run) spec(orgID string) (bucket.Spec, error) {
	id, err := org.ParseID(orgID)
	if err != nil {
		return bucket.Spec{}, err
	}
	return r.stage.Naming.Spec(id)
}

// organization is one of the run's: its id, the bucket that it gets first, and its user.
type organization struct {
	id    string
	spec  bucket.Spec
	first bucket.Candidate
	owner user // empty until client has made it
}

// organization names one, and makes its user if signup has.
func (r *run) organization(ctx context.Context, name string, signedUp bool) (o organization, err error) {
	o.id = r.org(name)
	if o.spec, err = r.spec(o.id); err != nil {
		return o, err
	}
	o.first = o.spec.Candidates[0]
	if signedUp {
		o.owner, err = r.client(ctx, o.id)
	}
	return o, err
}

// operator does what a person with all rights does.
func (r *run) operator() bucketstest.Operator {
	return bucketstest.Operator{S3: r.s3, S3Control: r.control, Region: r.region}
}

// outcomeFor sends a message and waits for its outcome.
func (r *run) outcomeFor(ctx context.Context, orgID string, patience time.Duration) (outcome.Event, error) {
	began := time.Now()
	id, err := r.send(ctx, r.message(orgID))
	if err != nil {
		return outcome.Event{}, err
	}
	o, err := r.mailbox.outcomeOf(ctx, id, patience)
	if err == nil {
		r.say("%s: %s after %.1f s", orgID, o.Status, time.Since(began).Seconds())
	}
	return o, err
}

// ready claims all that an organization's bucket has to be, by real requests.
func (r *run) ready(ctx context.Context, o outcome.Event, org organization) error {
	if o.Bucket == nil {
		r.check(org.id+" has a bucket", access.Mismatch{What: "outcome", Expected: "with a bucket", Got: fmt.Sprintf("%+v", o.Error)})
		return nil
	}
	name, operator := o.Bucket.Name, r.operator()
	tags, err := operator.Tags(ctx, name)
	if err != nil {
		return err
	}
	stored, err := operator.Policy(ctx, name)
	if err != nil {
		return err
	}
	is(r.report, name+" is tagged OrgId="+org.id, tags[bucket.TagKey], org.id)
	r.check("its policy means exactly the documented example", access.Policy(r.stage.Naming, name, org.id, stored)...)
	r.check("its own user: PUT, GET, LIST, DELETE", access.Owner(name, org.owner.visit(ctx))...)
	r.check("anyone: GET pub/x; GET elsewhere, LIST, PUT, DELETE are refused", access.Outsider(name, r.anyone(ctx))...)
	stranger, err := r.signUp(ctx, r.stage.Naming.ClientUserPrefix+r.org("stranger"))
	if err != nil {
		return err
	}
	r.check("another organization's user: no more than anyone", access.Outsider(name, stranger.visit(ctx))...)
	r.check("nothing was lost by all that", access.Kept(name, org.owner.visit(ctx))...)
	return nil
}
