package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

// Alarms are the names of those of a stage's alarms that tell somebody, without the
// stage's own. The others are parts of them.
var Alarms = []string{
	"function-broken", "organizations-failed", "outcomes-lost", "audit-broken",
	"dead-letters-expire", "buckets-drifted", "buckets-touched", "reminder",
}

// alarm is an alarm of either kind: of a metric, or of other alarms.
type alarm struct {
	name    string
	enabled bool
	actions []string
}

// alarmName returns an alarm's name, or the alarm topic's.
func (d *Doctor) alarmName(name string) string { return "orgbucket-" + d.stage.Name + "-" + name }

// alarmTopicARN is that of the stage's own topic of alarms.
func (d *Doctor) alarmTopicARN() string { return d.arn("sns", d.alarmName("alarms")) }

func (d *Doctor) readAlarmTopic(ctx context.Context) (map[string]string, error) {
	if d.stage.Name == "" {
		return nil, missing("--stage")
	}
	return d.readTopic(ctx, d.alarmTopicARN())
}

func (d *Doctor) readAlarms(ctx context.Context) ([]alarm, error) {
	if d.stage.Name == "" {
		return nil, missing("--stage")
	}
	var names []string
	for _, name := range Alarms {
		names = append(names, d.alarmName(name))
	}
	out, err := d.watch.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmNames: names, AlarmTypes: []cwtypes.AlarmType{cwtypes.AlarmTypeMetricAlarm, cwtypes.AlarmTypeCompositeAlarm}})
	if err != nil {
		return nil, account.Unanswered(err, "cloudwatch:DescribeAlarms on *")
	}
	var all []alarm
	for _, a := range out.MetricAlarms {
		all = append(all, alarm{aws.ToString(a.AlarmName), aws.ToBool(a.ActionsEnabled), a.AlarmActions})
	}
	for _, a := range out.CompositeAlarms {
		all = append(all, alarm{aws.ToString(a.AlarmName), aws.ToBool(a.ActionsEnabled), a.AlarmActions})
	}
	return all, nil
}

// checkAlarms looks for alarms that nobody would hear of.
func checkAlarms(_ context.Context, f *facts) Result {
	var faults []string
	for _, name := range Alarms {
		name = f.alarmName(name)
		i := slices.IndexFunc(f.alarms, func(a alarm) bool { return a.name == name })
		switch {
		case i < 0:
			faults = append(faults, "there's no alarm "+name)
		case !f.alarms[i].enabled:
			faults = append(faults, "the actions of "+name+" are off (`aws cloudwatch enable-alarm-actions --alarm-names "+name+"`)")
		case len(f.alarms[i].actions) == 0:
			faults = append(faults, name+" tells nobody")
		}
	}
	return unless(faults, ok("all %d alarms are there, with their actions on", len(Alarms)))
}

// checkReceivers looks whether anybody hears the alarms: those who subscribed to the
// stage's topic, or another target of every alarm.
func checkReceivers(_ context.Context, f *facts) Result {
	topic, attributes := f.alarmTopicARN(), f.alarmTopic
	if pending := attributes["SubscriptionsPending"]; pending != "" && pending != "0" {
		return notice("Those who were asked confirm by the link in SNS's mail, within two days; then it has to be asked again: `aws sns subscribe --topic-arn "+topic+" --protocol email --notification-endpoint ADDRESS`.",
			"the alarm topic has %s that nobody confirmed: no alarm is heard there", subscriptions(pending))
	}
	if confirmed := attributes["SubscriptionsConfirmed"]; confirmed != "0" {
		return ok("the alarm topic has %s", subscriptions(confirmed))
	}
	if others := f.otherTargets(topic); len(others) > 0 {
		return ok("alarms go to %s", show(strings.Join(others, ", ")))
	}
	return notice("Unless they are watched elsewhere, set alarmEmails or alarmTopics in cdk.json and deploy.", "nobody subscribed to the alarm topic: nobody is told of an alarm")
}

// otherTargets returns what every alarm tells beside the topic.
func (f *facts) otherTargets(topic string) []string {
	if len(f.alarms) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(f.alarms[0].actions), func(action string) bool {
		return action == topic || slices.ContainsFunc(f.alarms, func(a alarm) bool { return !slices.Contains(a.actions, action) })
	})
}

// keyAdvice is what to do about a key that can't be used, by its state.
var keyAdvice = map[string]string{
	"Disabled":        "`aws kms enable-key --key-id %[1]s`",
	"PendingDeletion": "`aws kms cancel-key-deletion --key-id %[1]s && aws kms enable-key --key-id %[1]s`",
}

func keyFault(state, key, of string) Result {
	advice := "See the key in the console of KMS."
	if format := keyAdvice[state]; format != "" {
		advice = fmt.Sprintf(format, key) + "; then replay the dead letters (PublishFailed)."
	}
	return wrong(advice, "the %s topic's key is %s: no %s can be published", of, show(state), of)
}
