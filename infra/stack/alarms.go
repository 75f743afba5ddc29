package stack

import (
	"fmt"

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
	// about says what it means and what to do, to someone who was just woken.
	about     string
	metric    awscloudwatch.IMetric
	threshold float64
	above     bool // fires above the threshold, otherwise from it on
}

func (w watched) alarms() []alarm {
	every := func(minutes float64, statistic string) *awscloudwatch.MetricOptions {
		return &awscloudwatch.MetricOptions{Period: awscdk.Duration_Minutes(jsii.Number(minutes)), Statistic: jsii.String(statistic)}
	}
	return []alarm{
		{"dead-letters", "Messages that could not be handled wait in the dead-letter queue. Find out why from the failed outcomes or the saved query 'top failure codes', fix the cause, replay them.",
			w.queues.deadLetters.MetricApproximateNumberOfMessagesVisible(every(1, "Maximum")), 0, true},
		{"queue-age", "The oldest message has waited for longer than all retries take: the queue isn't drained. Look at the function's errors and throttles, and whether its event source is enabled.",
			w.queues.main.MetricApproximateAgeOfOldestMessage(every(5, "Maximum")), tooOldSeconds, true},
		{"function-errors", "The function crashed, timed out or could not start: it never answers with an error otherwise. Look for lines with level ERROR and for platform.report in its log.",
			w.function.MetricErrors(every(5, "Sum")), 1, false},
		{"function-throttles", "Lambda refused to start the function, which uses up receives of messages. Raise the account's concurrency limit or lower maxConcurrency.",
			w.function.MetricThrottles(every(5, "Sum")), 1, false},
		{"function-duration", "A batch took nearly as long as the function's timeout allows. Look at the latency of S3 and SNS, and at stepMs in the log.",
			w.function.MetricDuration(every(5, "Maximum")), nearTimeoutMs, false},
		{"failed-outcomes", "Organizations did not get their bucket; an operator has their messages. The code says what to do: see the saved query 'top failure codes'.",
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
			AlarmDescription:   jsii.String(fmt.Sprintf("orgbucket %s: %s", s.Stage, a.about)),
			Metric:             a.metric,
			Threshold:          jsii.Number(a.threshold),
			ComparisonOperator: comparison,
			EvaluationPeriods:  jsii.Number(1),
			TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
		})
		// Both ways, so that nobody works on what is over.
		made.AddAlarmAction(&tell{to})
		made.AddOkAction(&tell{to})
		names = append(names, s.name(a.name))
	}
	return names
}
