package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/fusionpos/orgbucket/pkg/operator/timespan"
)

// How long CloudWatch may take: an alarm that is set, a queue that was inactive
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html),
// a metric or log line to be found.
const (
	alarmTakes = 5 * time.Minute
	wakeTakes  = 20 * time.Minute
	dataTakes  = 10 * time.Minute
)

// watching plays what tells people of trouble. The dead letter of malformed has been there since deadSince.
func (r *run) watching(ctx context.Context) error {
	alarms, err := r.watch.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmNamePrefix: aws.String("orgbucket-" + r.id + "-")})
	if !r.real && (err == nil && len(alarms.MetricAlarms) == 0 || err != nil && (lacking(err) || r.here)) {
		r.notChecked("alarms, metrics and saved queries", "this server has none")
		return nil
	}
	if err != nil {
		return fmt.Errorf("list the alarms: %w", err)
	}
	r.alarmByHand(ctx)
	if r.deadSince.IsZero() {
		r.notChecked("a real dead letter's alarm, metrics and saved queries", "no message was processed")
		return nil
	}
	r.metricsHaveData(ctx)
	r.queriesFindLines(ctx)
	r.alarmArrives(ctx, "the alarm of a real dead letter is received", "organizations-failed", r.deadSince, wakeTakes)
	return nil
}

// alarmByHand sets an alarm, as docs/deploy.md has a person do it: the incident that it is
// a part of tells.
func (r *run) alarmByHand(ctx context.Context) {
	began := time.Now()
	_, err := r.watch.SetAlarmState(ctx, &cloudwatch.SetAlarmStateInput{
		AlarmName: aws.String("orgbucket-" + r.id + "-queue-age"), StateValue: types.StateValueAlarm, StateReason: aws.String("make accept"),
	})
	if r.succeeds("an alarm can be set by hand", err) {
		r.alarmArrives(ctx, "the alarm that is set by hand is received", "function-broken", began, alarmTakes)
	}
}

// alarmArrives waits for an alarm's mail, and says how long it took from since on.
func (r *run) alarmArrives(ctx context.Context, claim, name string, since time.Time, patience time.Duration) {
	mail, err := r.mailbox.wait(ctx, "the mail of alarm "+name, patience, func(m mail) bool {
		var alarm struct{ AlarmName, NewStateValue string }
		return json.Unmarshal([]byte(m.body), &alarm) == nil && alarm.NewStateValue == "ALARM" && alarm.AlarmName == "orgbucket-"+r.id+"-"+name
	})
	if r.succeeds(claim, err) {
		r.say("%s after %s", name, timespan.Text(mail.at.Sub(since)))
	}
}

// metricsHaveData asks for the stage's own metrics: all have lines behind them by now.
func (r *run) metricsHaveData(ctx context.Context) {
	namespace := "orgbucket/" + r.id
	r.succeeds("the metrics have data", until(ctx, dataTakes, time.Second, func() string {
		listed, err := r.watch.ListMetrics(ctx, &cloudwatch.ListMetricsInput{Namespace: &namespace})
		if err != nil {
			return err.Error()
		}
		names := texts(listed.Metrics, func(m types.Metric) *string { return m.MetricName })
		for _, name := range []string{"Records", "Failures", "FailedOutcomes", "AlternativeNames", "Repairs", "Latency"} {
			if !slices.Contains(names, name) {
				return "there is no metric " + name
			}
		}
		out, err := r.watch.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{
			Namespace: &namespace, MetricName: aws.String("FailedOutcomes"), Statistics: []types.Statistic{types.StatisticSum},
			Period: aws.Int32(60), StartTime: &r.began, EndTime: aws.Time(time.Now()),
		})
		if err != nil {
			return err.Error()
		}
		sum := 0.0
		for _, p := range out.Datapoints {
			sum += aws.ToFloat64(p.Sum)
		}
		if sum < 1 {
			return "FailedOutcomes are 0"
		}
		return ""
	}))
}

// queriesFindLines runs the saved queries. Crashes there must not be, nor an organization
// with two homes; whether something failed for good, came twice or was found by the first
// audit depends on the run.
func (r *run) queriesFindLines(ctx context.Context) {
	out, err := r.logs.DescribeQueryDefinitions(ctx, &cloudwatchlogs.DescribeQueryDefinitionsInput{QueryDefinitionNamePrefix: aws.String("orgbucket/" + r.id + "/")})
	if err == nil && len(out.QueryDefinitions) == 0 {
		err = errors.New("there is none")
	}
	if err != nil {
		r.succeeds("the saved queries find the lines", err)
		return
	}
	r.succeeds("the saved queries find the lines", until(ctx, dataTakes, time.Second, func() string {
		for _, q := range out.QueryDefinitions {
			rows, err := r.rows(ctx, q)
			if err != nil {
				return fmt.Sprintf("%s: %v", aws.ToString(q.Name), err)
			}
			of := func(titles ...string) bool {
				return slices.ContainsFunc(titles, func(title string) bool { return strings.Contains(aws.ToString(q.Name), title) })
			}
			if none := of("crashes", "HomeNeverChanges"); none != (rows == 0) && !of("FailedForGood", "Duplicates", "what the audits found") {
				return fmt.Sprintf("%s: %d rows", aws.ToString(q.Name), rows)
			}
		}
		return ""
	}))
}

// rows runs a saved query about the run's first organization and counts what it finds.
func (r *run) rows(ctx context.Context, q logtypes.QueryDefinition) (int, error) {
	started, err := r.logs.StartQuery(ctx, &cloudwatchlogs.StartQueryInput{
		LogGroupNames: q.LogGroupNames, QueryString: aws.String(strings.ReplaceAll(aws.ToString(q.QueryString), "ORGID", r.org("new"))),
		StartTime: aws.Int64(r.began.Unix()), EndTime: aws.Int64(time.Now().Unix()),
	})
	for err == nil {
		var out *cloudwatchlogs.GetQueryResultsOutput
		if out, err = r.logs.GetQueryResults(ctx, &cloudwatchlogs.GetQueryResultsInput{QueryId: started.QueryId}); err != nil {
			break
		}
		switch out.Status {
		case logtypes.QueryStatusComplete:
			return len(out.Results), nil
		case logtypes.QueryStatusRunning, logtypes.QueryStatusScheduled:
			err = pause(ctx, time.Second)
		default:
			err = fmt.Errorf("the query ended as %s", out.Status)
		}
	}
	return 0, err
}
