package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

// cleaningTakes is how long cleaning up may take. AWS deletes a stack in some minutes.
const cleaningTakes = 25 * time.Minute

// rounds is how often it is tried: what is in flight, or made just now, may not be listed at once.
const rounds = 3

// clean removes what an earlier run has left, and reports whether nothing is left.
func clean(ctx context.Context, s settings, out io.Writer) (bool, error) {
	s, err := readNote(s)
	if err != nil {
		return false, err
	}
	r, err := newRun(ctx, s, out)
	if err != nil {
		return false, err
	}
	r.id = s.run
	if err := r.checkCaller(ctx); err != nil {
		return false, err
	}
	if s.here {
		if err := r.findStage(ctx); err != nil {
			return false, err
		}
	}
	return r.cleanUp(ctx), nil
}

// cleanUp removes everything of the run, prints what is left and reports whether that is
// nothing. It goes on after errors: they show in what is left.
func (r *run) cleanUp(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, cleaningTakes)
	defer cancel()
	r.part("Clean-up")
	kinds := r.kinds()
	var left []string
	for range rounds {
		r.remove(ctx, kinds)
		if left = r.leftovers(ctx, kinds); len(left) == 0 {
			break
		}
	}
	for _, name := range left {
		fmt.Fprintln(r.out, "  LEFT  "+name)
	}
	if len(left) > 0 {
		fmt.Fprintf(r.out, "%d things are left: make accept-clean RUN=%s\n", len(left), r.id)
		return false
	}
	fmt.Fprintf(r.out, "Nothing is left of run %s.\n", r.id)
	_ = os.Remove(r.notePath()) // one that stays only says where to look
	if len(r.failed) == 0 {
		_ = os.RemoveAll(r.folder()) // otherwise it has the deployments' log
	}
	return true
}

// remove removes what is there of each kind.
func (r *run) remove(ctx context.Context, kinds []kind) {
	for _, k := range kinds {
		names, err := k.list(ctx)
		if err != nil {
			continue // leftovers says so
		}
		removed := 0
		for _, name := range names {
			if err := k.remove(ctx, name); err != nil {
				r.say("remove %s %s: %s", k.name, name, awserror.Of(err).Text)
			} else {
				removed++
			}
		}
		if removed > 0 {
			r.say("removed of kind %s: %d", k.name, removed)
		}
	}
}

// leftovers lists what is left, kind and name. A kind that can't be listed counts, too.
func (r *run) leftovers(ctx context.Context, kinds []kind) (all []string) {
	for _, k := range kinds {
		var names []string
		var err error
		for range 10 { // lists are eventually consistent
			if names, err = k.list(ctx); err != nil || len(names) == 0 {
				break
			}
			if pause(ctx, time.Second) != nil {
				break
			}
		}
		if err != nil && !r.real && lacking(err) {
			r.notChecked("what is left of kind "+k.name, "this server can't list them")
		} else if err != nil {
			all = append(all, k.name+": can't be listed: "+awserror.Of(err).Text)
		}
		for _, name := range names {
			all = append(all, k.name+" "+name)
		}
	}
	return all
}

// lacking reports whether a server that isn't AWS has no such operation, or can't answer it.
func lacking(err error) bool {
	response, is := errors.AsType[*smithyhttp.ResponseError](err)
	return awserror.Of(err).Cause == awserror.NotServed || is && (response.HTTPStatusCode() == http.StatusNotFound || response.HTTPStatusCode() >= http.StatusInternalServerError)
}

// removeStack deletes a stack and waits until it is gone.
func (c *cloud) removeStack(ctx context.Context, name string) error {
	there, err := c.formation.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if err != nil {
		return err
	}
	if aws.ToBool(there.Stacks[0].EnableTerminationProtection) {
		_, err := c.formation.UpdateTerminationProtection(ctx, &cloudformation.UpdateTerminationProtectionInput{StackName: &name, EnableTerminationProtection: aws.Bool(false)})
		if err != nil {
			return err
		}
	}
	for {
		_, err := c.formation.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: &name})
		if err == nil {
			break
		}
		// A run that is stopped in the middle of an update leaves a stack that goes on with it
		// (aws-amplify/amplify-backend#2366 quotes the refusal).
		if !strings.Contains(awserror.Of(err).Text, "cannot be deleted while in status") {
			return err
		}
		if ended := pause(ctx, 5*time.Second); ended != nil {
			return fmt.Errorf("%w: %w", ended, err)
		}
	}
	return cloudformation.NewStackDeleteCompleteWaiter(c.formation, func(o *cloudformation.StackDeleteCompleteWaiterOptions) {
		o.MinDelay, o.MaxDelay = time.Second, 10*time.Second
	}).Wait(ctx, &cloudformation.DescribeStacksInput{StackName: &name}, cleaningTakes)
}
