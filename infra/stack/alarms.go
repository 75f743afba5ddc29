package stack

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"
)

// watched is what alarms and graphs are about.
type watched struct {
	queues   queues
	function awslambda.Function
	outcomes awssns.Topic
	metrics  metrics
	audit    audit
}

// alarm is a condition on a metric. Those that are part of an incident tell nobody by
// themselves.
type alarm struct {
	name string
	// about says what it means, to someone who was just woken, and first is the command
	// to begin with, for an alarm that tells; STAGE is the stage's name.
	about, first string
	metric       awscloudwatch.IMetric
	threshold    float64
	// when is how the metric breaches the threshold.
	when comparison
	// periods is how many of them have to breach in a row, 1 if it isn't set.
	periods int
	// missing is what is thought without data: nothing is wrong, unless it is set. Without
	// messages there is none.
	missing awscloudwatch.TreatMissingData
	// repeats: it is over by itself and says nothing then, so that it can fire again.
	repeats bool
}

type comparison = awscloudwatch.ComparisonOperator

const (
	from  = awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD
	above = awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD
	below = awscloudwatch.ComparisonOperator_LESS_THAN_THRESHOLD

	// Missing data: it is broken, or it is still as it was.
	broken = awscloudwatch.TreatMissingData_BREACHING
	asIs   = awscloudwatch.TreatMissingData_IGNORE
)

// incident is what a person is told of: one message, whichever of its alarms fire.
type incident struct {
	name, about, first string
	// of are the names of its alarms.
	of []string
}

// text is an alarm's description.
func text(s Settings, name, about, first string) *string {
	return jsii.String(fmt.Sprintf("orgbucket %s: %s First: %s (docs/runbook.md#%s)", s.Stage, about, strings.ReplaceAll(first, "STAGE", s.Stage), name))
}

// newAlarms makes the alarms, the incidents, and the reminder of those that stay. It
// returns the names of what tells somebody.
func newAlarms(stack awscdk.Stack, s Settings, w watched, topic awssns.ITopic) []string {
	made := map[string]awscloudwatch.IAlarm{}
	for _, a := range w.alarms(s) {
		made[a.name] = a.alarm(stack, s)
	}
	topics := append([]*string{topic.TopicArn()}, *jsii.Strings(s.AlarmTopics...)...)
	var tellers []string
	var stay []awscloudwatch.IAlarmRule
	for _, i := range incidents {
		var rules []awscloudwatch.IAlarmRule
		for _, name := range i.of {
			rules = append(rules, firing(made[name]))
			delete(made, name)
		}
		c := composite(stack, s, i, awscloudwatch.AlarmRule_AnyOf(rules...))
		tells(c, topics, true)
		tellers, stay = append(tellers, s.name(i.name)), append(stay, firing(c))
	}
	for _, a := range w.alarms(s) {
		if own, ok := made[a.name].(awscloudwatch.Alarm); ok && a.first != "" {
			tells(own, topics, !a.repeats)
			tellers = append(tellers, s.name(a.name))
			if !a.repeats {
				stay = append(stay, firing(own))
			}
		}
	}
	c := composite(stack, s, reminder, awscloudwatch.AlarmRule_AllOf(firing(made[clock]), awscloudwatch.AlarmRule_AnyOf(stay...)))
	tells(c, topics, false)
	return append(tellers, s.name(reminder.name))
}

// teller is an alarm of either kind.
type teller interface {
	AddAlarmAction(actions ...awscloudwatch.IAlarmAction)
	AddOkAction(actions ...awscloudwatch.IAlarmAction)
}

// tells has an alarm tell the topics, and, so that nobody works on what is over, also
// when it is.
func tells(t teller, topics []*string, over bool) {
	for _, topic := range topics {
		t.AddAlarmAction(&tell{topic})
		if over {
			t.AddOkAction(&tell{topic})
		}
	}
}

func firing(a awscloudwatch.IAlarm) awscloudwatch.IAlarmRule {
	return awscloudwatch.AlarmRule_FromAlarm(a, awscloudwatch.AlarmState_ALARM)
}

func composite(stack awscdk.Stack, s Settings, i incident, rule awscloudwatch.IAlarmRule) awscloudwatch.CompositeAlarm {
	return awscloudwatch.NewCompositeAlarm(stack, jsii.String("Incident-"+i.name), &awscloudwatch.CompositeAlarmProps{
		CompositeAlarmName: jsii.String(s.name(i.name)),
		AlarmDescription:   text(s, i.name, i.about, i.first),
		AlarmRule:          rule,
	})
}

// alarm makes one without actions.
func (a alarm) alarm(stack awscdk.Stack, s Settings) awscloudwatch.Alarm {
	description := jsii.String(fmt.Sprintf("orgbucket %s: %s", s.Stage, a.about))
	if a.first != "" {
		description = text(s, a.name, a.about, a.first)
	}
	return awscloudwatch.NewAlarm(stack, jsii.String("Alarm-"+a.name), &awscloudwatch.AlarmProps{
		AlarmName:          jsii.String(s.name(a.name)),
		AlarmDescription:   description,
		Metric:             a.metric,
		Threshold:          jsii.Number(a.threshold),
		ComparisonOperator: a.when,
		EvaluationPeriods:  jsii.Number(max(a.periods, 1)),
		TreatMissingData:   cmp.Or(a.missing, awscloudwatch.TreatMissingData_NOT_BREACHING),
	})
}
