package stack

import (
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
}

const (
	// tooOldSeconds is more than the longest time that a message can need which
	// is only retried (17 minutes, docs/contracts.md): the queue isn't drained.
	tooOldSeconds = 20 * 60
	// nearTimeoutMs is four fifths of the function's timeout.
	nearTimeoutMs = timeoutSeconds * 1000 * 4 / 5
)

// alarm is a condition that a person has to know of.
type alarm struct {
	name string
	// about says what it means, to someone who was just woken, and first is the command
	// to begin with; STAGE is the stage's name.
	about     string
	first     string
	metric    awscloudwatch.IMetric
	threshold float64
	above     bool // fires above the threshold, otherwise from it on
}

// The commands that several alarms begin with.
const (
	listDeadLetters = "orgbucket dead-letters list --stage STAGE"
	tailLog         = "aws logs tail /aws/lambda/orgbucket-STAGE-provision-bucket --since 1h --format short --filter-pattern "
)

// text is the alarm's description.
func (a alarm) text(s Settings) string {
	return fmt.Sprintf("orgbucket %s: %s First: %s (docs/runbook.md#what-an-alarm-means)", s.Stage, a.about, strings.ReplaceAll(a.first, "STAGE", s.Stage))
}

func (w watched) alarms() []alarm {
	every := func(minutes float64, statistic string) *awscloudwatch.MetricOptions {
		return &awscloudwatch.MetricOptions{Period: awscdk.Duration_Minutes(jsii.Number(minutes)), Statistic: jsii.String(statistic)}
	}
	return []alarm{
		{"dead-letters", "Messages that could not be handled wait in the dead-letter queue. Fix the cause, then replay them.", listDeadLetters,
			w.queues.deadLetters.MetricApproximateNumberOfMessagesVisible(every(1, "Maximum")), 0, true},
		{"queue-age", "The oldest message has waited for longer than all retries take: the queue isn't drained.", "orgbucket doctor --stage STAGE",
			w.queues.main.MetricApproximateAgeOfOldestMessage(every(5, "Maximum")), tooOldSeconds, true},
		{"function-errors", "The function crashed, timed out or could not start: it never answers with an error otherwise. Its messages become dead letters without an outcome.",
			tailLog + "'{ $.level = \"ERROR\" }'",
			w.function.MetricErrors(every(5, "Sum")), 1, false},
		{"function-throttles", "Lambda refused to start the function, which uses up receives of messages. Raise the account's concurrency limit or lower maxConcurrency.",
			"aws lambda get-account-settings --query AccountLimit",
			w.function.MetricThrottles(every(5, "Sum")), 1, false},
		{"function-duration", "A batch took nearly as long as the function's timeout allows. stepMs in the log tells which step is slow.",
			tailLog + "'{ $.durationMs > 10000 }'",
			w.function.MetricDuration(every(5, "Maximum")), nearTimeoutMs, false},
		{"failed-outcomes", "Organizations were told that they have no bucket; their messages are dead letters now.", listDeadLetters,
			w.metrics.of(metricFailedOutcomes, "Sum", ""), 1, false},
	}
}

// newAlarms makes the alarms. Missing data is no alarm: without messages there is none.
func newAlarms(stack awscdk.Stack, s Settings, w watched, to awssns.ITopic) []string {
	var names []string
	for _, a := range w.alarms() {
		comparison := awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD
		if a.above {
			comparison = awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD
		}
		made := awscloudwatch.NewAlarm(stack, jsii.String("Alarm-"+a.name), &awscloudwatch.AlarmProps{
			AlarmName:          jsii.String(s.name(a.name)),
			AlarmDescription:   jsii.String(a.text(s)),
			Metric:             a.metric,
			Threshold:          jsii.Number(a.threshold),
			ComparisonOperator: comparison,
			EvaluationPeriods:  jsii.Number(1),
			TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
		})
		// Both ways, so that nobody works on what is over.
		for _, topic := range append([]*string{to.TopicArn()}, *jsii.Strings(s.AlarmTopics...)...) {
			made.AddAlarmAction(&tell{topic})
			made.AddOkAction(&tell{topic})
		}
		names = append(names, s.name(a.name))
	}
	return names
}
