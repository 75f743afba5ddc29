package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/infra/permissions"
	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// policyTakes is how long a user's new policy may be without effect: IAM is eventually consistent.
const policyTakes = 10 * time.Second

// errDenied is that of a command that lacks a permission.
var errDenied = errors.New("denied")

// operators makes a user for each kind of operator, with the policies of docs/iam.
func (r *run) operators(ctx context.Context) (reads, replays, adopts *user, err error) {
	n := r.stage.Naming
	stage := permissions.Stage{
		Scope: permissions.Scope{Partition: arn.PartitionID(r.region), Account: r.account, BucketPrefix: n.BucketPrefix, HomesBucket: r.stage.HomesBucket},
		Name:  r.id, Region: r.region, ClientAccount: n.ClientAccount, ClientUserPrefix: n.ClientUserPrefix,
	}
	for _, who := range []struct {
		name string
		may  []permissions.Statement
		into **user
	}{{"reads", nil, &reads}, {"replays", permissions.OperatorAct(stage), &replays}, {"adopts", permissions.OperatorAdopt(stage), &adopts}} {
		u, err := r.userWith(ctx, r.id+"-"+who.name, slices.Concat(permissions.OperatorRead(stage), who.may))
		if err != nil {
			return nil, nil, nil, err
		}
		u.name = who.name
		*who.into = &u
	}
	return reads, replays, adopts, nil
}

// userWith makes a user with a policy. It isn't an inline policy, which has too little room
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
func (r *run) userWith(ctx context.Context, name string, statements []permissions.Statement) (user, error) {
	document, err := permissions.Document(statements)
	if err != nil {
		return user{}, err
	}
	u, err := r.signUp(ctx, name)
	if err != nil {
		return u, err
	}
	made, err := r.iam.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("orgbucket-" + name), PolicyDocument: aws.String(string(document))})
	if err != nil {
		return u, fmt.Errorf("create the policy of user %s: %w", name, err)
	}
	if _, err := r.iam.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: &name, PolicyArn: made.Policy.Arn}); err != nil {
		return u, fmt.Errorf("give user %s its policy: %w", name, err)
	}
	if !r.real {
		return u, nil
	}
	return u, pause(ctx, policyTakes)
}

// commands runs the tool's commands as each kind of operator.
func (r *run) commands(ctx context.Context) error {
	if r.here {
		r.notChecked("the operators' commands under their policies", "this server doesn't know all their conditions")
		return nil
	}
	reads, replays, adopts, err := r.operators(ctx)
	if err != nil {
		return err
	}
	id, letter := r.org("kept"), r.message("no id at all")
	spec, err := r.spec(id)
	if err != nil {
		return err
	}
	if err := r.operator().CreateBucket(ctx, spec.Candidates[0], nil); err != nil {
		return err
	}
	if _, err := r.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &r.stage.DeadLetterURL, MessageBody: &letter}); err != nil {
		return fmt.Errorf("make a dead letter: %w", err)
	}
	const found = "0 2 3" // something may be to be done
	r.may(ctx, reads, found, "doctor")
	r.may(ctx, reads, found, "audit")
	r.may(ctx, reads, found, "plan", id)
	r.may(ctx, reads, "0", "dead-letters", "list")
	if r.mayNot(ctx, reads, "send", id, "--yes") {
		r.mayNot(ctx, reads, "adopt", id, "--yes")
		r.mayNot(ctx, replays, "adopt", id, "--yes")
		r.mayNot(ctx, adopts, "send", id, "--yes")
	}
	r.may(ctx, adopts, "0", "adopt", id, "--yes")
	r.may(ctx, replays, "0", "send", id, "--yes")
	r.may(ctx, replays, "0", "dead-letters", "replay", "--code", "InvalidOrganizationID", "--yes")
	r.may(ctx, replays, "0", "dead-letters", "archive", "--all", "--yes", "--file", filepath.Join(r.folder(), "archived.jsonl"))
	return nil
}

// may claims that an operator's command lacks no permission, and ends with one of these statuses.
func (r *run) may(ctx context.Context, u *user, statuses string, command ...string) {
	r.tried(strings.ReplaceAll("who "+u.name+" may: orgbucket "+strings.Join(command, " "), r.id, "RUN"), func() []string {
		err := r.orgbucket(ctx, u, command...)
		exit, ended := errors.AsType[*exec.ExitError](err)
		if err == nil || ended && !errors.Is(err, errDenied) && slices.Contains(strings.Fields(statuses), fmt.Sprint(exit.ExitCode())) {
			return nil
		}
		if r.real {
			_ = pause(ctx, policyTakes) // a policy may be late
		}
		return []string{err.Error()}
	})
}

// mayNot claims that an operator's command lacks a permission. It reports whether it can: not
// every server enforces policies.
func (r *run) mayNot(ctx context.Context, u *user, command ...string) bool {
	claim := strings.ReplaceAll("who "+u.name+" may not: orgbucket "+strings.Join(command, " "), r.id, "RUN")
	err := r.orgbucket(ctx, u, command...)
	if !errors.Is(err, errDenied) && !r.real {
		r.notChecked("what operators may not do", "this server enforces no policies")
		return false
	}
	if !errors.Is(err, errDenied) {
		r.check(claim, access.Mismatch{What: "command", Expected: "a missing permission", Got: fmt.Sprint(err)})
		return true
	}
	r.check(claim)
	return true
}
