package story

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/system"
)

// step is one thing that the system must be able to do.
type step struct {
	title string
	play  func(*scene)
}

// steps are all steps. Each has organizations of its own, but for the third, which
// repeats the second, and the last two, which look back at what failed. The one about the
// account comes first: a process remembers for a minute that the account is open.
var steps = []step{
	{"The account keeps the public out", accountKeepsThePublicOut},
	{"A new organization", newOrganization},
	{"The same message again", sameMessageAgain},
	{"In an SNS envelope", inSNSEnvelope},
	{"In an EventBridge envelope", inEventBridgeEnvelope},
	{"Ten at once, one of them poison", tenAtOnce},
	{"A waiting workflow's context", contextComesBack},
	{"Invoked with something else", noSQSEvent},
	{"Rules of the account for new buckets", rulesOfTheAccount},
	{"The name is another account's", nameOfAnotherAccount},
	{"The name is another organization's", nameOfAnotherOrganization},
	{"A home under a hand-given name", homeUnderHandGivenName},
	{"A claim that loses the race", claimLosesTheRace},
	{"A bucket of ours without a tag", bucketWithoutTag},
	{"A bucket on hold", bucketOnHold},
	{"A foreign public statement, asleep", foreignPublicStatement},
	{"A condition keeps the public out", conditionKeepsThePublicOut},
	{"Made by hand after the runbook", madeByHand},
	{"The user was made anew", userMadeAnew},
	{"A broken policy", brokenPolicy},
	{"Others' tags and statements", othersTagsAndStatements},
	{"The IAM user doesn't exist yet", userMissing},
	{"Unusable ids and malformed bodies", unusableMessages},
	{"The scheduled audit", auditFinds},
	{"An operator is paged", operatorIsPaged},
	{"Nothing is lost", nothingLost},
}

// result is how a step went.
type result struct {
	number  int // from 1
	step    step
	endings string // how its messages ended, in a few words
	checks  []check
	took    time.Duration
}

// held counts the checks that held.
func (r result) held() (n int) {
	for _, c := range r.checks {
		if c.held() {
			n++
		}
	}
	return n
}

// ok reports whether the step was checked, and every check held.
func (r result) ok() bool { return len(r.checks) > 0 && r.held() == len(r.checks) }

// Play plays all steps, one after the other, on a system that nobody else uses,
// and shows them. tool is the path of the operators' tool. Play reports whether
// every check held. It stops early only when ctx ends, which is its only error.
func Play(ctx context.Context, sys *system.System, tool string, screen *Screen) (ok bool, err error) {
	p := &play{sys: sys, tool: tool, dead: map[string]bool{}}
	began := time.Now()
	var results []result
	for i, step := range steps {
		s := &scene{play: p, ctx: ctx, screen: screen}
		screen.stepBegins(i+1, step)
		stepBegan := time.Now()
		step.play(s)
		if ctx.Err() != nil {
			screen.table(results)
			return false, fmt.Errorf("play step %d: %w", i+1, ctx.Err())
		}
		s.finish()
		results = append(results, result{i + 1, step, summary(s.endings), s.checks, time.Since(stepBegan)})
	}
	screen.table(results)
	return screen.verdict(results, time.Since(began)), nil
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
