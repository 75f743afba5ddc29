package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
)

// statuses are all that a record's line can have, as docs/contracts.md says.
var statuses = []string{"created", "repaired", "unchanged", "retried", "failed"}

// counted is a metric that CloudWatch counts from the lines that the function
// writes about records: the function itself has no code for metrics.
type counted struct {
	name string
	// pattern selects lines
	// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
	pattern string
	// value is what a line adds: a number or a field.
	value string
	unit  awscloudwatch.Unit
	// by are the fields that split the metric. What is split can't have a
	// default, so alarms use metrics that aren't.
	by []string
}

// The names of the metrics.
const (
	metricRecords          = "Records"
	metricFailures         = "Failures"
	metricFailedOutcomes   = "FailedOutcomes"
	metricAlternativeNames = "AlternativeNames"
	metricRepairs          = "Repairs"
	metricLatency          = "Latency"
	metricUnpublished      = "Unpublished"
)

var allCounted = []counted{
	// Every delivery of a message, by how it ended.
	{metricRecords, `{ $.message = "record" }`, "1", awscloudwatch.Unit_COUNT, []string{"status"}},
	// Deliveries that ended badly, by why, and whether for good or for now.
	{metricFailures, `{ $.message = "record" && $.code = "*" }`, "1", awscloudwatch.Unit_COUNT, []string{"status", "code"}},
	// Messages that an operator has now.
	{metricFailedOutcomes, `{ $.message = "record" && $.status = "failed" }`, "1", awscloudwatch.Unit_COUNT, nil},
	// Organizations that didn't get the conventional name.
	{metricAlternativeNames, `{ $.message = "record" && $.status = "created" && $.alternativeName IS TRUE }`, "1", awscloudwatch.Unit_COUNT, nil},
	// Buckets that somebody had changed, or whose first delivery was cut off.
	{metricRepairs, `{ $.message = "record" && $.status = "repaired" }`, "1", awscloudwatch.Unit_COUNT, nil},
	// Deliveries whose outcome couldn't be published.
	{metricUnpublished, `{ $.message = "record" && $.code = "PublishFailed" }`, "1", awscloudwatch.Unit_COUNT, nil},
	// How long a delivery took.
	{metricLatency, `{ $.message = "record" && $.durationMs >= 0 }`, "$.durationMs", awscloudwatch.Unit_MILLISECONDS, []string{"status"}},
}

// metrics are the stage's own.
type metrics struct{ namespace string }

func newMetrics(stack awscdk.Stack, s Settings, logs awslogs.ILogGroup, all []counted) metrics {
	m := metrics{namespace: "orgbucket/" + s.Stage}
	for _, c := range all {
		props := &awslogs.MetricFilterProps{
			LogGroup:        logs,
			FilterPattern:   awslogs.FilterPattern_Literal(jsii.String(c.pattern)),
			MetricNamespace: jsii.String(m.namespace),
			MetricName:      jsii.String(c.name),
			MetricValue:     jsii.String(c.value),
			Unit:            c.unit,
		}
		switch {
		case len(c.by) == 0 && c.value == "1": // what is counted is 0 where it isn't
			props.DefaultValue = jsii.Number(0)
		case len(c.by) > 0:
			dimensions := map[string]*string{}
			for _, field := range c.by {
				dimensions[field] = jsii.String("$." + field)
			}
			props.Dimensions = &dimensions
		}
		awslogs.NewMetricFilter(stack, jsii.String("Count"+c.name), props)
	}
	return m
}

// of returns one of the metrics, for alarms, which take no label, and for graphs.
// Dimensions come in pairs.
func (m metrics) of(name, statistic, label string, dimensions ...string) awscloudwatch.Metric {
	props := &awscloudwatch.MetricProps{
		Namespace:  jsii.String(m.namespace),
		MetricName: jsii.String(name),
		Statistic:  jsii.String(statistic),
		Period:     awscdk.Duration_Minutes(jsii.Number(5)),
	}
	if label != "" {
		props.Label = jsii.String(label)
	}
	if len(dimensions) > 0 {
		all := map[string]*string{}
		for i := 0; i < len(dimensions); i += 2 {
			all[dimensions[i]] = jsii.String(dimensions[i+1])
		}
		props.DimensionsMap = &all
	}
	return awscloudwatch.NewMetric(props)
}

// every returns the sum of one of the metrics over so many minutes, for alarms.
func (m metrics) every(minutes float64, name string) awscloudwatch.IMetric {
	return m.of(name, "Sum", "").With(&awscloudwatch.MetricOptions{Period: awscdk.Duration_Minutes(jsii.Number(minutes))})
}

// sum returns a metric that is calculated from others.
func sum(minutes float64, of map[string]awscloudwatch.IMetric, expression string) awscloudwatch.IMetric {
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Expression: jsii.String(expression), UsingMetrics: &of, Period: awscdk.Duration_Minutes(jsii.Number(minutes)),
	})
}
