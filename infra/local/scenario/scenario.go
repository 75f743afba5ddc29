package scenario

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/system"
)

// Step is one thing that the system must be able to do.
type Step struct {
	Title string
	play  func(*stage)
}

// Steps are all steps. Each has organizations of its own, but for the replay,
// which repeats the step before it, and the last, which looks back at all.
func Steps() []Step {
	return []Step{
		{"A new organization", newOrganization},
		{"The same message again", sameMessageAgain},
		{"In an SNS envelope", inSNSEnvelope},
		{"In an EventBridge envelope", inEventBridgeEnvelope},
		{"Ten at once, one of them poison", tenAtOnce},
		{"The name is another account's", nameOfAnotherAccount},
		{"The name is another organization's", nameOfAnotherOrganization},
		{"A bucket of ours without a tag", bucketWithoutTag},
		{"A foreign public statement, asleep", foreignPublicStatement},
		{"Made by hand after the runbook", madeByHand},
		{"A broken policy", brokenPolicy},
		{"Others' tags and statements", othersTagsAndStatements},
		{"The IAM user doesn't exist yet", userMissing},
		{"Unusable ids and malformed bodies", unusableMessages},
		{"An operator is paged", operatorIsPaged},
		{"Nothing is lost", nothingLost},
	}
}

// Result is how a step went.
type Result struct {
	Number int // from 1
	Step   Step
	// Endings says in a few words how its messages ended.
	Endings string
	Checks  []Check
	Took    time.Duration
}

// Held counts the checks that held.
func (r Result) Held() (n int) {
	for _, c := range r.Checks {
		if c.Held() {
			n++
		}
	}
	return n
}

// OK tells whether every check held.
func (r Result) OK() bool { return r.Held() == len(r.Checks) }

// Play plays all steps, one after the other, on a system that nobody else uses;
// tool is the operators' tool, compiled.
// It stops early only when ctx ends, which is its only error.
func Play(ctx context.Context, sys *system.System, tool string, tell Audience) ([]Result, error) {
	play := newPlay(sys, tool)
	var results []Result
	for i, step := range Steps() {
		s := &stage{ctx: ctx, play: play, tell: tell}
		tell.StepBegins(i+1, step)
		began := time.Now()
		step.play(s)
		if ctx.Err() != nil {
			return results, fmt.Errorf("play step %d: %w", i+1, ctx.Err())
		}
		s.finish()
		results = append(results, Result{Number: i + 1, Step: step, Endings: summary(s.endings), Checks: s.checks, Took: time.Since(began)})
	}
	return results, nil
}

// summary counts endings by kind, in the order in which each came first: "9 created, 1 MalformedMessage".
func summary(endings []string) string {
	var kinds []string
	count := map[string]int{}
	for _, e := range endings {
		if count[e]++; count[e] == 1 {
			kinds = append(kinds, e)
		}
	}
	for i, kind := range kinds {
		if len(endings) > len(kinds) {
			kinds[i] = fmt.Sprintf("%d %s", count[kind], kind)
		}
	}
	return strings.Join(kinds, ", ")
}
