package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/bucketstest"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/outcome"
	"github.com/fusionpos/orgbucket/pkg/proof/access"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
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
	r.succeeds("without its user an organization's bucket is made, but not opened", r.until(ctx, promptly, func() string {
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
	r.succeeds("the message is a dead letter", r.until(ctx, promptly, func() string {
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

// orgbucket runs the operators' tool, with a user's keys if there is one.
func (r *run) orgbucket(ctx context.Context, u *user, args ...string) error {
	if !r.here {
		args = append(args, "--stage", r.id)
	}
	command := exec.CommandContext(ctx, r.tool, args...)
	command.Env = append(os.Environ(), "AWS_REGION="+r.region)
	if u != nil {
		command.Env = append(command.Env, "AWS_ACCESS_KEY_ID="+u.id, "AWS_SECRET_ACCESS_KEY="+u.secretKey, "AWS_SESSION_TOKEN=", "AWS_PROFILE=")
	}
	out, err := command.CombinedOutput()
	if strings.Contains(string(out), "needs permission") {
		return fmt.Errorf("%w: orgbucket %s: %s", errDenied, strings.Join(args, " "), strings.TrimSpace(string(out)))
	}
	if err != nil {
		return fmt.Errorf("orgbucket %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// until calls f until it returns "", which is why it isn't so yet.
func (r *run) until(ctx context.Context, patience time.Duration, f func() string) error {
	for end := time.Now().Add(patience); ; {
		why := f()
		if why == "" {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("not within %s: %s", patience, why)
		}
		if err := pause(ctx, 500*time.Millisecond); err != nil {
			return err
		}
	}
}

// foreignNames looks at other accounts' buckets, and has one CreateBucket of each refused.
func (r *run) foreignNames(ctx context.Context) {
	store := s3store.New(r.s3, r.account, r.stage.HomesBucket)
	spec, err := r.spec(r.org("foreign"))
	if !r.succeeds("an id of the run is one of an organization", err) {
		return
	}
	for name := range strings.SplitSeq(r.foreign, ",") {
		const claim = "another account's bucket"
		r.say("%s", name)
		_, err := r.s3.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &name})
		if strings.HasPrefix(access.Answer(err), "404") { // CreateBucket would make it
			r.notChecked(claim+", "+name, "it isn't there")
			continue
		}
		seen, err := store.Look(ctx, spec, bucket.Candidate{Name: name})
		r.succeeds("another account's bucket: a look has an answer", err)
		is(r.report, "another account's bucket: it can't be read", seen.State, bucket.Unreadable)
		creation, err := store.Create(ctx, spec, bucket.Candidate{Name: name})
		r.succeeds("another account's bucket: CreateBucket has an answer", err)
		is(r.report, "another account's bucket: the name is taken", creation, provision.NameTaken)
	}
}

// sendElsewhere sends a message for an organization whose name is ours in another Region.
func (r *run) sendElsewhere(ctx context.Context) error {
	if !r.real {
		return nil // inAnotherRegion says so
	}
	spec, err := r.spec(r.org("far"))
	if err != nil {
		return err
	}
	there := "us-west-2"
	if r.region == there {
		there = "us-east-2"
	}
	far := r.operator()
	far.Region, far.S3 = there, s3.New(r.s3.Options(), func(o *s3.Options) { o.Region = there })
	if err := far.CreateBucket(ctx, spec.Candidates[0], map[string]string{bucket.TagKey: r.org("far")}); err != nil {
		return err
	}
	r.elsewhere, err = r.send(ctx, r.message(r.org("far")))
	return err
}

func (r *run) inAnotherRegion(ctx context.Context) error {
	if r.elsewhere == "" {
		r.notChecked("a name of ours in another Region", "this server has one Region, or no messages")
		return nil
	}
	o, err := r.mailbox.outcomeOf(ctx, r.elsewhere, atLength)
	if !r.succeeds("a name of ours in another Region: its outcome comes", err) {
		return nil
	}
	is(r.report, "a name of ours in another Region: the outcome is BucketInAnotherRegion", o.Error != nil && o.Error.Code == "BucketInAnotherRegion", true)
	return nil
}
