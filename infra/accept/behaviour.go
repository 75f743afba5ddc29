package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// How long a message may take to its outcome: promptly if it needs no second receive,
// at length if it comes again after 10, 40, 160 and 640 seconds.
const (
	promptly = 90 * time.Second
	atLength = 20 * time.Minute
)

// behaviour plays what becomes of messages. One that fails on every receive is sent first; the
// run's last part looks at it.
func (r *run) behaviour(ctx context.Context) error {
	r.foreignNames(ctx)
	if r.lacks != "" {
		r.notChecked("what becomes of messages", r.lacks)
		return nil
	}
	if err := r.sendElsewhere(ctx); err != nil {
		return err
	}
	for _, scenario := range []func(context.Context) error{r.created, r.userComesLate, r.malformed, r.anotherOrganizations, r.adopted} {
		if err := scenario(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) created(ctx context.Context) error {
	org, err := r.organization(ctx, "new", true)
	if err != nil {
		return err
	}
	o, err := r.outcomeFor(ctx, org.id, promptly)
	if !r.succeeds("a new organization: its outcome comes", err) {
		return nil
	}
	is(r.report, "and is created", o.Status, "created")
	if err := r.ready(ctx, o, org); err != nil {
		return err
	}
	again, err := r.outcomeFor(ctx, org.id, promptly)
	if r.succeeds("the same message again: its outcome comes", err) {
		is(r.report, "and is unchanged", again.Status, "unchanged")
		is(r.report, "with the same bucket", again.Bucket, o.Bucket)
	}
	return nil
}

// userComesLate sends the message before signup makes the user.
func (r *run) userComesLate(ctx context.Context) error {
	org, err := r.organization(ctx, "late", false)
	if err != nil {
		return err
	}
	message, err := r.send(ctx, r.message(org.id))
	if err != nil {
		return err
	}
	r.succeeds("without its user an organization's bucket is made, but not opened", until(ctx, promptly, time.Second, func() string {
		if tags, err := r.operator().Tags(ctx, org.first.Name); err != nil || tags[bucket.TagKey] != org.id {
			return fmt.Sprintf("its tags are %v (%v)", tags, err)
		}
		return ""
	}))
	stored, err := r.operator().Policy(ctx, org.first.Name)
	r.succeeds("its policy can be read", err)
	is(r.report, "it has no policy yet", stored, "")
	if org.owner, err = r.client(ctx, org.id); err != nil {
		return err
	}
	o, err := r.mailbox.outcomeOf(ctx, message, atLength)
	if !r.succeeds("then its user is made, and the outcome comes", err) {
		return nil
	}
	is(r.report, "it is the bucket's", o.Bucket != nil && o.Bucket.Name == org.first.Name, true)
	return r.ready(ctx, o, org)
}

// malformed sends a body that isn't the contract's.
func (r *run) malformed(ctx context.Context) error {
	id, err := r.send(ctx, `{"orgId":17,"correlationId":"accept-`+r.id+`"}`)
	if err != nil {
		return err
	}
	o, err := r.mailbox.outcomeOf(ctx, id, promptly)
	if !r.succeeds("a malformed body: its outcome comes", err) {
		return nil
	}
	is(r.report, "and is MalformedMessage", o.Error != nil && o.Error.Code == fault.MalformedMessage, true)
	letters := r.deadLetters()
	r.succeeds("the message is a dead letter", until(ctx, promptly, time.Second, func() string {
		if ids, err := letters.list(ctx); err != nil || !slices.Contains(ids, id) {
			return fmt.Sprintf("the dead letters are %v (%v)", ids, err)
		}
		return ""
	}))
	r.deadSince = time.Now()
	return nil
}

// anotherOrganizations is a conventional name that another organization has in our account.
func (r *run) anotherOrganizations(ctx context.Context) error {
	org, err := r.organization(ctx, "namesake", true)
	if err != nil {
		return err
	}
	theirs := map[string]string{bucket.TagKey: r.org("elder")}
	if err := r.operator().CreateBucket(ctx, org.first, theirs); err != nil {
		return err
	}
	o, err := r.outcomeFor(ctx, org.id, promptly)
	if !r.succeeds("a name that another organization has: the outcome comes", err) {
		return nil
	}
	is(r.report, "with an alternative name", o.Bucket != nil && o.Bucket.AlternativeName && o.Bucket.Name == org.spec.Candidates[1].Name, true)
	tags, err := r.operator().Tags(ctx, org.first.Name)
	r.succeeds("the other's tags can be read", err)
	is(r.report, "the other's bucket is as it was", tags, theirs)
	return r.ready(ctx, o, org)
}

// adopted is a bucket of ours without a tag, which an operator adopts.
func (r *run) adopted(ctx context.Context) error {
	org, err := r.organization(ctx, "found", true)
	if err != nil {
		return err
	}
	if err := r.operator().CreateBucket(ctx, org.first, nil); err != nil {
		return err
	}
	message, err := r.send(ctx, r.message(org.id))
	if err != nil {
		return err
	}
	if err := pause(ctx, 5*time.Second); err != nil {
		return err
	}
	tags, err := r.operator().Tags(ctx, org.first.Name)
	r.succeeds("an untagged bucket of ours can be read", err)
	is(r.report, "it is left untagged", len(tags), 0)
	r.succeeds("orgbucket adopt", r.orgbucket(ctx, nil, "adopt", org.id, "--yes"))
	o, err := r.mailbox.outcomeOf(ctx, message, atLength)
	if !r.succeeds("then its outcome comes", err) {
		return nil
	}
	is(r.report, "and is repaired", o.Status, "repaired")
	is(r.report, "with that bucket", o.Bucket != nil && o.Bucket.Name == org.first.Name, true)
	return r.ready(ctx, o, org)
}
