package main

import (
	"fmt"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/operator/watch"
)

// TestTheAuditIsInvokedAtEachTickAndNoInvocationReachesTheNext: two that meet would audit
// twice.
func TestTheAuditIsInvokedAtEachTickAndNoInvocationReachesTheNext(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		function := tpl.only(t, "AWS::Lambda::Function", "Audit").Properties
		if timeout := function["Timeout"].(float64); timeout >= watch.Tick.Seconds() || timeout > 900 {
			t.Errorf("it may take %v s", timeout)
		}
		tick := tpl.only(t, "AWS::Events::Rule", "AuditTick")
		if want := fmt.Sprintf("rate(%d minutes)", int(watch.Tick.Minutes())); tick.Properties["ScheduleExpression"] != want {
			t.Errorf("it is invoked at %v", tick.Properties["ScheduleExpression"])
		}
		want := map[bool]string{true: "1h", false: "24h"}[stage == everything.Stage]
		if got := get(function, "Environment", "Variables", "AUDIT_EVERY"); got != want {
			t.Errorf("a run begins every %v", got)
		}
	})
}

// TestWhatTheAuditIsToldOnceIsRepeated as often and for as long as Lambda can: of changes
// by others EventBridge tells once.
func TestWhatTheAuditIsToldOnceIsRepeated(t *testing.T) {
	each(t, func(t *testing.T, _ string, tpl template) {
		all := tpl.ofType("AWS::Lambda::EventInvokeConfig")
		if len(all) != 1 || all[0].Properties["MaximumRetryAttempts"] != 2.0 || all[0].Properties["MaximumEventAgeInSeconds"] != 21600.0 || all[0].Properties["Qualifier"] != "$LATEST" {
			t.Errorf("asynchronous invocations: %v", all)
		}
	})
}

// TestEveryRuleMayInvokeTheAuditAndNothingElseMay.
func TestEveryRuleMayInvokeTheAuditAndNothingElseMay(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		region, partition := tpl.where()
		function := "arn:" + partition + ":lambda:" + region + ":" + account + ":function:orgbucket-" + stage + "-audit-buckets"
		from := map[any]bool{}
		for _, p := range tpl.ofType("AWS::Lambda::Permission") {
			if got := fmt.Sprint(p.Properties["Action"], p.Properties["Principal"], tpl.resolved(p.Properties["FunctionName"])); got != "lambda:InvokeFunctionevents.amazonaws.com"+function {
				t.Errorf("may invoke: %s", got)
			}
			from[tpl.resolved(p.Properties["SourceArn"])] = true
		}
		rules := 0
		for id, r := range tpl.Resources {
			if r.Type != "AWS::Events::Rule" || id == "SourceRule" {
				continue
			}
			rules++
			if target := tpl.resolved(get(r.Properties["Targets"].([]any)[0], "Arn")); target != function || !from[tpl.reference(id, "Arn")] {
				t.Errorf("%s goes to %v, from %v", id, target, from)
			}
		}
		if rules != len(from) || rules != 4 {
			t.Errorf("%d rules, %d may invoke", rules, len(from))
		}
	})
}

func TestTheAuditsSettingsAreOnesThatItTakes(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		env := environmentOf(t, tpl, "Audit")
		s, err := watch.Load(func(name string) string { return env[name] })
		if err != nil || s.Events != (stage == everything.Stage) || s.HomesBucket == "" || s.Rate != 50 {
			t.Errorf("%v: %+v", err, s)
		}
	})
}
