package stack

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/jsii-runtime-go"
)

// line is how a metric is drawn.
func line(label, statistic string) *awscloudwatch.MetricOptions {
	return &awscloudwatch.MetricOptions{
		Label: jsii.String(label), Statistic: jsii.String(statistic), Period: awscdk.Duration_Minutes(jsii.Number(5)),
	}
}

func (w watched) queueFlow() []awscloudwatch.IMetric {
	q := w.queues.main
	return []awscloudwatch.IMetric{
		q.MetricNumberOfMessagesSent(line("sent", "Sum")),
		q.MetricApproximateNumberOfMessagesVisible(line("waiting", "Maximum")),
		q.MetricApproximateNumberOfMessagesNotVisible(line("being worked on, or delayed", "Maximum")),
	}
}

func (w watched) queueAge() []awscloudwatch.IMetric {
	return []awscloudwatch.IMetric{w.queues.main.MetricApproximateAgeOfOldestMessage(line("oldest", "Maximum"))}
}

func (w watched) functionRuns() []awscloudwatch.IMetric {
	f := w.function
	return []awscloudwatch.IMetric{
		f.MetricInvocations(line("batches", "Sum")),
		f.MetricErrors(line("errors", "Sum")),
		f.MetricThrottles(line("throttles", "Sum")),
	}
}

func (w watched) recordsByStatus() []awscloudwatch.IMetric {
	var all []awscloudwatch.IMetric
	for _, status := range statuses {
		all = append(all, w.metrics.of(metricRecords, "Sum", status, "status", status))
	}
	return all
}

func (w watched) latency() []awscloudwatch.IMetric {
	return []awscloudwatch.IMetric{
		w.metrics.of(metricLatency, "p50", "created, median", "status", "created"),
		w.metrics.of(metricLatency, "p99", "created, 99 %", "status", "created"),
		w.metrics.of(metricLatency, "p99", "unchanged, 99 %", "status", "unchanged"),
	}
}

func (w watched) outcomesFlow() []awscloudwatch.IMetric {
	t := w.outcomes
	return []awscloudwatch.IMetric{
		t.MetricNumberOfMessagesPublished(line("published", "Sum")),
		t.MetricNumberOfNotificationsDelivered(line("delivered", "Sum")),
		t.MetricNumberOfNotificationsFailed(line("not delivered", "Sum")),
	}
}

func (w watched) deadLetterFlow() []awscloudwatch.IMetric {
	return []awscloudwatch.IMetric{w.queues.deadLetters.MetricApproximateNumberOfMessagesVisible(line("waiting for an operator", "Maximum"))}
}

func (w watched) drift() []awscloudwatch.IMetric {
	return w.ofAudits([][2]string{{"Drifted", "drifted"}, {"ForeignPublic", "foreign public statements"}, {"TwoHomes", "two homes"}, {"Unmarked", "unmarked"}, {"NotReadable", "not readable by the public"}})
}

func (w watched) examined() []awscloudwatch.IMetric {
	return w.ofAudits([][2]string{{"Examined", "examined"}, {"NotExamined", "not examined"}})
}

// ofAudits are metrics that have a value for each audit, with their labels.
func (w watched) ofAudits(names [][2]string) (all []awscloudwatch.IMetric) {
	for _, n := range names {
		all = append(all, w.audit.metrics.of(n[0], "Maximum", n[1]))
	}
	return all
}

// failuresByCode searches, so that a code which is new needs no new line here.
func (w watched) failuresByCode() awscloudwatch.IMetric {
	search := fmt.Sprintf(`SEARCH('{"%s",code,status} MetricName="%s"', 'Sum', 300)`, w.metrics.namespace, metricFailures)
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Expression: jsii.String(search), Label: jsii.String(""), Period: awscdk.Duration_Minutes(jsii.Number(5)),
	})
}
