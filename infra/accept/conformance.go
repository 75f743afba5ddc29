package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/infra/permissions"
	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/bucketstest"
	"github.com/fusionpos/orgbucket/pkg/proof/access"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// attempts is how often a case is played on AWS: S3's settings are eventually consistent,
// and the suite reads at once what it wrote.
const attempts = 3

// conformance plays the suite that the test servers pass, and records what S3 answers.
func (r *run) conformance(ctx context.Context) error {
	if r.dropsTags(ctx) {
		r.notChecked("the conformance suite and the recorded answers", "this server drops tags at creation")
		return nil
	}
	world, err := r.world(ctx)
	if err != nil {
		return err
	}
	for _, c := range bucketstest.Cases() {
		if slices.Contains(world.Lacks, c.Needs) {
			r.notChecked(c.Name, "needs "+string(c.Needs))
			continue
		}
		r.tried(c.Name, func() []string { return playCase(ctx, func(t bucketstest.T) { c.Play(t, world) }) })
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	recording := bucketstest.Recording{Date: time.Now().UTC().Format(time.DateOnly), Region: r.region, Answers: map[string]bucketstest.Answer{}}
	for _, q := range bucketstest.Questions() {
		var answer bucketstest.Answer
		r.tried(q.Name, func() []string {
			wrong := playCase(ctx, func(t bucketstest.T) { answer = q.Ask(t, world) })
			if want := q.DocumentedIn(r.region); r.real && answer.Answer != want {
				wrong = append(wrong, fmt.Sprintf("documented is %s, but the answer was %s", want, answer.Answer))
			}
			return wrong
		})
		recording.Answers[q.Name] = answer
		r.say("answered %s %s", answer.Answer, answer.Text)
	}
	r.recording = recording
	return nil
}

// dropsTags reports whether the server makes a bucket without the tags that were sent. AWS
// must not: there the suite says so.
func (r *run) dropsTags(ctx context.Context) bool {
	spec, err := r.spec(r.org("tags"))
	if err != nil || r.real {
		return false
	}
	if err := r.operator().CreateBucket(ctx, spec.Candidates[0], map[string]string{bucket.TagKey: "x"}); err != nil {
		return false
	}
	tags, err := r.operator().Tags(ctx, spec.Candidates[0].Name)
	return err == nil && len(tags) == 0
}

// tried enters a claim that f, which returns what is wrong, shows at one of several attempts.
func (r *run) tried(claim string, f func() []string) bool {
	most := 1
	if r.real {
		most = attempts
	}
	var wrong []string
	for n := range most {
		before := wrong
		if wrong = f(); len(wrong) == 0 {
			r.check(claim)
			if n > 0 {
				r.say("at attempt %d; before: %s", n+1, strings.Join(before, "; "))
			}
			return true
		}
	}
	r.check(claim, access.Mismatch{What: "case", Expected: "holds", Got: strings.Join(wrong, "; ")})
	return false
}

// recorder is a test of a program that isn't one. It notes what is wrong.
type recorder struct {
	ctx   context.Context
	wrong []string
}

// Helper, Context, Errorf and Fatal are those of a *testing.T that the cases use.

func (t *recorder) Helper()                  {}
func (t *recorder) Context() context.Context { return t.ctx }
func (t *recorder) Errorf(format string, args ...any) {
	t.wrong = append(t.wrong, fmt.Sprintf(format, args...))
}
func (t *recorder) Fatal(args ...any) {
	t.wrong = append(t.wrong, fmt.Sprint(args...))
	runtime.Goexit()
}

// playCase plays a case in a goroutine that it may end, and returns what is wrong.
func playCase(ctx context.Context, play func(bucketstest.T)) []string {
	t, ended := &recorder{ctx: ctx}, make(chan struct{})
	go func() {
		defer close(ended)
		play(t)
	}()
	<-ended
	return t.wrong
}

// world is the account as the suite sees it. On AWS the store has the rights of the deployed
// role, and its statements; another server may not know their conditions.
func (r *run) world(ctx context.Context) (bucketstest.World, error) {
	client, homes := r.s3, r.stage.HomesBucket
	if r.real {
		partition := arn.PartitionID(r.region)
		u, err := r.userWith(ctx, r.id+"-function", permissions.S3(permissions.Scope{Partition: partition, Account: r.account, BucketPrefix: r.stage.Naming.BucketPrefix, HomesBucket: homes}))
		if err != nil {
			return bucketstest.World{}, err
		}
		client = u.client
	} else {
		r.notChecked("the suite with the deployed role's statements", "this server doesn't know all their conditions; it's played with all rights")
	}
	newStore := func(homes string) *s3store.Store {
		if r.real {
			return s3store.New(client, r.account, homes)
		}
		return s3store.New(client, r.account, homes).Listing()
	}
	lacks := []bucketstest.Capability{bucketstest.OtherAccounts, bucketstest.OtherRegions, bucketstest.AccountBlock}
	if !r.real {
		lacks = append(lacks, bucketstest.UniquePrincipals)
	}
	return bucketstest.World{
		Buckets: newStore(homes), Claims: newStore(homes), HomesBucket: homes, WithoutHomes: newStore(r.stage.Naming.BucketPrefix + r.id + "-nosuch"),
		Naming: r.stage.Naming, Organizations: r.id, Backdoor: backdoor{r.operator(), r}, Lacks: lacks,
	}, nil
}

// backdoor does what others do. What it can't do, no case needs here.
type backdoor struct {
	bucketstest.Operator
	run *run
}

// Another account, another Region and the account's own block are beyond the run.

func (b backdoor) GiveAway(context.Context, string) error     { return errors.ErrUnsupported }
func (b backdoor) TakeBack(context.Context, string) error     { return errors.ErrUnsupported }
func (b backdoor) Move(context.Context, string, string) error { return errors.ErrUnsupported }
func (b backdoor) BlockAccount(context.Context, bool) error   { return errors.ErrUnsupported }

// CreateUser makes a user of the run, whom ClientOf finds by name.
func (b backdoor) CreateUser(ctx context.Context, name string) error {
	_, err := b.run.signUp(ctx, name)
	return err
}

// DeleteUser removes one with its keys.
func (b backdoor) DeleteUser(ctx context.Context, name string) error {
	delete(b.run.users, name)
	return b.run.removeUser(ctx, name)
}

// ClientOf returns the client of a user who was created.
func (b backdoor) ClientOf(_ context.Context, name string) (*s3.Client, error) {
	return b.run.users[name].client, nil
}

// ReadAnonymously reads an object without a signature. A refusal is a status, not an error.
func (b backdoor) ReadAnonymously(ctx context.Context, name, key string) (status int, body []byte, err error) {
	out, err := b.run.anyone(ctx).Client.GetObject(ctx, &s3.GetObjectInput{Bucket: &name, Key: &key})
	if response, is := errors.AsType[*smithyhttp.ResponseError](err); is {
		return response.HTTPStatusCode(), nil, nil
	}
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = out.Body.Close() }() // what matters was read
	body, err = io.ReadAll(out.Body)
	return http.StatusOK, body, err
}
