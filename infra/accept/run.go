package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/fusionpos/orgbucket/infra/stages"
	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/fake/bucketstest"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

// run is one acceptance run. Its id is in the name of all that it makes, and names
// stage and qualifier.
type run struct {
	settings
	*report
	*cloud
	id      string
	began   time.Time
	stage   *stage.Stage // once it is deployed
	mailbox *mailbox     // gets the outcomes
	users   map[string]user
	// deadSince is when a message that was sent became a dead letter.
	deadSince time.Time
	elsewhere string                // the message for an organization whose name is ours in another Region
	recording bucketstest.Recording // what S3 answered
	// lacks is why messages can't be processed here; empty if they can.
	lacks string
}

// note is what is written down before anything is made, for whoever cleans up.
type note struct {
	Account, Region string
	Here            bool
	Began           time.Time
}

// idLength leaves room for the longest names that are made of a run's id.
const idLength = 8

func newRun(ctx context.Context, s settings, out io.Writer) (*run, error) {
	if !arn.IsAccount(s.account) {
		return nil, fmt.Errorf("ACCOUNT %q isn't an account: 12 digits", s.account)
	}
	if _, err := arn.PartitionOf(s.region); err != nil {
		return nil, fmt.Errorf("REGION: %w", err)
	}
	c, err := newCloud(ctx, s.region)
	if err != nil {
		return nil, err
	}
	id := "a" + strings.ToLower(rand.Text()[:idLength-1])
	now := time.Now()
	return &run{settings: s, report: &report{out: out, began: now, shown: map[string]bool{}}, cloud: c, id: id, began: now, users: map[string]user{}}, nil
}

// guard makes sure that this is the account that was meant, and that no stage lives there.
func (r *run) guard(ctx context.Context) error {
	text, err := os.ReadFile(filepath.Join(r.root, "cdk.json"))
	if err != nil {
		return fmt.Errorf("read the stages: %w", err)
	}
	pinned, err := stages.Pinned(text, r.account)
	if err != nil {
		return err
	}
	if pinned != "" {
		return fmt.Errorf("account %s is that of stage %s (cdk.json): an acceptance run needs an account without a stage; nothing was done", r.account, pinned)
	}
	return r.checkCaller(ctx)
}

// checkCaller makes sure that the credentials are of the account. A system that is here has none.
func (r *run) checkCaller(ctx context.Context) error {
	if r.here {
		return nil
	}
	caller, err := sts.NewFromConfig(r.cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return fmt.Errorf("ask AWS whose the credentials are: %s", awserror.Of(err).Text)
	}
	if got := aws.ToString(caller.Account); got != r.account {
		return fmt.Errorf("ACCOUNT is %s, but the credentials are of account %s (%s): choose others with AWS_PROFILE; nothing was done", r.account, got, aws.ToString(caller.Arn))
	}
	return nil
}

// play plays all parts and cleans up, however that ends.
func (r *run) play(ctx context.Context) (bool, error) {
	if err := r.writeNote(); err != nil {
		return false, err
	}
	fmt.Fprintf(r.out, "run %s, account %s, %s\n", r.id, r.account, r.region)
	limited, cancel := context.WithTimeoutCause(ctx, deadline, fmt.Errorf("the run took longer than %s", deadline))
	defer cancel()
	err := r.parts(limited)
	if limited.Err() == nil {
		err = errors.Join(err, r.writeFacts())
	} else {
		err = fmt.Errorf("the run was stopped: %w", context.Cause(limited))
	}
	if err != nil {
		fmt.Fprintf(r.out, "\n  FAILED  %v\n", err)
	}
	clean := r.cleanUp(context.WithoutCancel(ctx))
	return r.verdict() && clean && err == nil, nil
}

func (r *run) parts(ctx context.Context) (err error) {
	if err := r.findStage(ctx); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	failedOnce := r.beside(ctx, (*run).repeatFailed)
	defer func() { stop(); _ = failedOnce(ctx) }() // its error was returned, or another one ended the run
	if !r.here && !r.real {
		r.lacks = "this server can't run the function" // of AWS the deployment has seen it start
	}
	topics := []string{r.stage.TopicARN}
	if !r.here {
		topics = append(topics, strings.Replace(r.stage.TopicARN, "-outcomes", "-alarms", 1))
	}
	if r.mailbox, err = r.openMailbox(ctx, topics...); err != nil {
		return err
	}
	for _, part := range []struct {
		title string
		play  func(context.Context) error
	}{
		{"Messages and buckets", r.behaviour},
		{"What the code takes for granted of S3", r.conformance},
		{"Who may do what", r.simulate},
		{"Load and lag", r.load},
		{"Alarms, metrics, saved queries", r.watching},
		{"The operators' commands", r.commands},
		{"A first deployment that fails, played meanwhile", failedOnce},
		{"A name in another Region, after all receives", r.inAnotherRegion},
	} {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.part(part.title)
		if err := part.play(ctx); err != nil {
			return fmt.Errorf("%s: %w", part.title, err)
		}
	}
	return nil
}

// beside plays a part while others are, which needs nothing of theirs and takes minutes. What
// it returns waits for its end, and enters what it found into the run's report, once.
func (r *run) beside(ctx context.Context, play func(*run, context.Context) error) (join func(context.Context) error) {
	own, ended := *r, make(chan error, 1)
	var out bytes.Buffer
	own.report = &report{out: &out, began: r.began, shown: map[string]bool{}}
	go func() { ended <- play(&own, ctx) }()
	once := sync.OnceValue(func() error {
		err := <-ended
		r.take(own.report, out.String())
		return err
	})
	return func(context.Context) error { return once() }
}

func (r *run) notePath() string { return filepath.Join(r.dir, r.id+".json") }

func (r *run) writeNote() error {
	text, err := json.Marshal(note{r.account, r.region, r.here, r.began})
	if err == nil {
		err = os.MkdirAll(r.dir, 0o755)
	}
	if err == nil {
		err = os.WriteFile(r.notePath(), text, 0o644)
	}
	if err != nil {
		return fmt.Errorf("note run %s, before anything is made: %w", r.id, err)
	}
	return nil
}

// readNote reads what is known of an earlier run. Without its note ACCOUNT and REGION are needed.
func readNote(s settings) (settings, error) {
	if !isRun(s.run) {
		return s, fmt.Errorf("RUN %q isn't a run's id, as `make accept` prints it", s.run)
	}
	text, err := os.ReadFile(filepath.Join(s.dir, s.run+".json"))
	switch {
	case errors.Is(err, os.ErrNotExist) && s.account != "" && s.region != "":
		return s, nil
	case err != nil:
		return s, fmt.Errorf("read the note of run %s (without it, say ACCOUNT and REGION): %w", s.run, err)
	}
	var n note
	if err := json.Unmarshal(text, &n); err != nil {
		return s, fmt.Errorf("read the note of run %s: %w", s.run, err)
	}
	s.account, s.region, s.here = n.Account, n.Region, n.Here
	return s, nil
}

// isRun reports whether id is one of a run: what it removes has the id in its name, so
// it has to be one that no other name has.
func isRun(id string) bool {
	return len(id) == idLength && id[0] == 'a' && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz234567") == ""
}
