package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/fusionpos/orgbucket/pkg/operator/stage"
	"github.com/fusionpos/orgbucket/pkg/operator/timespan"
)

// tagKey is a tag of everything that a run deploys; its value is the run's id.
const tagKey = "orgbucket-accept"

// protected is the name of the run's second stage.
func protected(id string) string { return id + "p" }

// findStage deploys the run's stage, or takes the system that is there.
func (r *run) findStage(ctx context.Context) (err error) {
	if r.here {
		r.stage, err = stage.Resolve(ctx, r.cfg, "", os.Getenv, stage.Needs{Naming: true, Queue: true, DeadLetters: true})
		if err == nil && r.stage.Naming.Account != r.account {
			err = fmt.Errorf("ACCOUNT is %s, but the system's is %s", r.account, r.stage.Naming.Account)
		}
		return err
	}
	r.part("Deployment")
	if err := r.prepareFolder(); err != nil {
		return err
	}
	if err := r.bootstrap(ctx); err != nil {
		return err
	}
	_, err = r.deploy(ctx, "deploy", r.id)
	if !r.succeeds("make deploy, with the hardened policy and a bootstrap of its own", err) {
		return err
	}
	r.stage, err = stage.Resolve(ctx, r.cfg, r.id, os.Getenv, stage.Needs{})
	return err
}

func (r *run) folder() string { return filepath.Join(r.dir, r.id) }

// prepareFolder makes what infra/deploy looks for around it: the stages' settings, the
// cdk command and CloudFormation's policy.
func (r *run) prepareFolder() error {
	root, err := filepath.Abs(r.root)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(root, "cdk.json"))
	if err != nil {
		return err
	}
	var app map[string]any
	if err := json.Unmarshal(text, &app); err != nil {
		return fmt.Errorf("read cdk.json: %w", err)
	}
	folder, err := filepath.Abs(r.folder())
	if err != nil {
		return err
	}
	app["app"], app["output"] = fmt.Sprintf("cd '%s' && %s", root, app["app"]), filepath.Join(folder, "cdk.out")
	of := func(name string) map[string]any {
		return map[string]any{
			"account": r.account, "region": r.region, "qualifier": r.id, "tags": map[string]string{tagKey: r.id},
			"bucketPrefix": "fusion-" + name + "-", "clientUserPrefix": name + "_", "logRetentionDays": 1,
		}
	}
	second := of(protected(r.id))
	second["protected"], second["alarms"] = true, "elsewhere"
	app["context"].(map[string]any)["stages"] = map[string]any{r.id: of(r.id), protected(r.id): second}
	if text, err = json.MarshalIndent(app, "", "  "); err != nil {
		return err
	}
	return errors.Join(os.MkdirAll(filepath.Join(folder, "dist"), 0o755), os.WriteFile(filepath.Join(folder, "cdk.json"), text, 0o644),
		os.Symlink(filepath.Join(root, "node_modules"), filepath.Join(folder, "node_modules")), os.Symlink(filepath.Join(root, "docs"), filepath.Join(folder, "docs")))
}

// deploy runs infra/deploy in the run's folder, and keeps what it prints in a file.
func (r *run) deploy(ctx context.Context, args ...string) (stdout string, err error) {
	program, err := filepath.Abs(r.deployer)
	if err != nil {
		return "", err
	}
	log, err := os.OpenFile(filepath.Join(r.folder(), "deploy.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return "", err
	}
	defer func() { _ = log.Close() }() // it is for a reader; nothing depends on it
	began := time.Now()
	var out, problems bytes.Buffer
	command := exec.CommandContext(ctx, program, args...)
	command.Dir, command.Stdout, command.Stderr = r.folder(), &out, &problems
	command.Env = append(os.Environ(), "YES=1", "AWS_REGION="+r.region)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGINT) }
	command.WaitDelay = time.Minute
	err = command.Run()
	fmt.Fprintf(log, "# %s\n%s%s", strings.Join(args, " "), &out, &problems)
	r.say("%s: %s", strings.Join(args[:2], " "), timespan.Text(time.Since(began)))
	if err != nil {
		lines := strings.Split(strings.TrimSpace(problems.String()), "\n")
		return "", fmt.Errorf("%s (%s): %w: %s", strings.Join(args, " "), log.Name(), err, lines[len(lines)-1])
	}
	return out.String(), nil
}

func (r *run) policyName() string { return "orgbucket-" + r.id + "-deploy" }

// bootstrap makes the hardened policy and a bootstrap that CloudFormation runs with.
func (r *run) bootstrap(ctx context.Context) error {
	text, err := r.deploy(ctx, "policy", r.id)
	if err != nil {
		return err
	}
	made, err := r.iam.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String(r.policyName()), PolicyDocument: &text})
	if err != nil {
		return fmt.Errorf("create policy %s: %w", r.policyName(), err)
	}
	_, err = r.deploy(ctx, "bootstrap", r.id, "--tags", tagKey+"="+r.id, "--cloudformation-execution-policies", *made.Policy.Arn)
	r.succeeds("make bootstrap, with a qualifier", err)
	return err
}

// repeatFailed deploys a protected stage that fails once, since one of its names is taken,
// and once more, and removes it, so that the clean-up doesn't have to wait for that.
func (r *run) repeatFailed(ctx context.Context) error {
	if r.here {
		r.notChecked("a first deployment that fails", "this server is no deployment")
		return nil
	}
	name := protected(r.id)
	topic, err := r.sns.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("orgbucket-" + name + "-alarms")})
	if err != nil {
		return fmt.Errorf("take the name of a topic: %w", err)
	}
	const claim = "a protected stage whose first deployment fails can be deployed again"
	_, failure := r.deploy(ctx, "deploy", name)
	failed, err := r.rolledBack(ctx, name)
	if err != nil {
		return err
	}
	if !failed && !r.real {
		r.notChecked(claim, "this server deploys a topic whose name is taken")
		return nil
	}
	is(r.report, "a topic's name that is taken fails a protected stage's first deployment", failed && failure != nil, true)
	if _, err := r.sns.DeleteTopic(ctx, &sns.DeleteTopicInput{TopicArn: topic.TopicArn}); err != nil {
		return fmt.Errorf("give the name of the topic back: %w", err)
	}
	if r.real { // a queue's name is free again after 60 seconds (docs/deploy.md)
		if err := pause(ctx, 61*time.Second); err != nil {
			return err
		}
	}
	if _, err := r.deploy(ctx, "deploy", name); !r.succeeds(claim, err) {
		return nil
	}
	out, err := r.formation.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String("orgbucket-" + name)})
	if err != nil {
		return fmt.Errorf("look at the protected stack: %w", err)
	}
	is(r.report, "and is protected from deletion then", aws.ToBool(out.Stacks[0].EnableTerminationProtection), true)
	r.succeeds("and is removed, once it isn't protected", r.removeStack(ctx, "orgbucket-"+name))
	return nil
}

// rolledBack reports whether a stage's stack was never created.
func (r *run) rolledBack(ctx context.Context, name string) (bool, error) {
	out, err := r.formation.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String("orgbucket-" + name)})
	if err != nil {
		return false, fmt.Errorf("look at the protected stack: %w", err)
	}
	return out.Stacks[0].StackStatus == types.StackStatusRollbackComplete, nil
}
