package stack

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/jsii-runtime-go"
)

// addDashboard shows the way of the messages from left to right, a column for
// each station; under it what went wrong, and the alarms.
func addDashboard(stack awscdk.Stack, s Settings, w watched, logs awslogs.ILogGroup, alarms []string) {
	awscloudwatch.NewDashboard(stack, jsii.String("Dashboard"), &awscloudwatch.DashboardProps{
		DashboardName: jsii.String(s.name("overview")),
		Widgets: &[]*[]awscloudwatch.IWidget{
			{introduction(s)},
			{
				awscloudwatch.NewColumn(graph("1 · Queue: sent and waiting", w.queueFlow()...), graph("Age of the oldest message (s)", w.queueAge()...)),
				awscloudwatch.NewColumn(graph("2 · Function: batches", w.functionRuns()...), graph("Batch duration (ms)", w.functionDuration()...)),
				awscloudwatch.NewColumn(graph("3 · Records by status", w.recordsByStatus()...), graph("Time to a ready bucket (ms)", w.latency()...)),
				awscloudwatch.NewColumn(graph("4 · Outcomes published", w.outcomesFlow()...), graph("5 · Dead letters", w.deadLetterFlow()...)),
			},
			{
				graph("Failures by code", w.failuresByCode()),
				graph("Alternative names and repairs", w.metrics.of(metricAlternativeNames, "Sum", "alternative names"), w.metrics.of(metricRepairs, "Sum", "repairs")),
				codesTable(logs),
			},
			{alarmStates(stack, alarms)},
		},
	})
}

func introduction(s Settings) awscloudwatch.IWidget {
	text := fmt.Sprintf("**orgbucket %s**: signup → queue → function → outcome topic; what fails %d times goes to the dead-letter queue. "+
		"Logs Insights has saved queries in the folder orgbucket/%s: *%s*, *%s*, *%s*.",
		s.Stage, MaxReceiveCount, s.Stage, storyQuery.title, codesQuery.title, crashQuery.title)
	return awscloudwatch.NewTextWidget(&awscloudwatch.TextWidgetProps{Markdown: jsii.String(text), Width: jsii.Number(24), Height: jsii.Number(2)})
}

// graph is a quarter of the dashboard's width.
func graph(title string, lines ...awscloudwatch.IMetric) awscloudwatch.IWidget {
	return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
		Title: jsii.String(title), Left: &lines, Width: jsii.Number(6), Height: jsii.Number(6),
		LeftYAxis: &awscloudwatch.YAxisProps{Min: jsii.Number(0)},
	})
}

// codesTable is the saved query for the same, as a table.
func codesTable(logs awslogs.ILogGroup) awscloudwatch.IWidget {
	return awscloudwatch.NewLogQueryWidget(&awscloudwatch.LogQueryWidgetProps{
		Title: jsii.String("Top failure codes"), LogGroupNames: &[]*string{logs.LogGroupName()},
		View: awscloudwatch.LogQueryVisualizationType_TABLE, Width: jsii.Number(12), Height: jsii.Number(6),
		QueryLines: jsii.Strings("filter "+codesQuery.filter, "stats "+codesQuery.stats, "sort "+codesQuery.sort),
	})
}

// alarmStates names alarms by ARNs made from their names: the dashboard then
// doesn't wait for them.
func alarmStates(stack awscdk.Stack, names []string) awscloudwatch.IWidget {
	var all []interfacesawscloudwatch.IAlarmRef
	for _, name := range names {
		arn := stack.FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("cloudwatch"), Resource: jsii.String("alarm"), ResourceName: jsii.String(name), ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
		})
		id := "State-" + strings.TrimPrefix(name, "orgbucket-")
		all = append(all, awscloudwatch.Alarm_FromAlarmArn(stack, jsii.String(id), arn))
	}
	return awscloudwatch.NewAlarmStatusWidget(&awscloudwatch.AlarmStatusWidgetProps{
		Title: jsii.String("Alarms"), Alarms: &all, Width: jsii.Number(24), Height: jsii.Number(3),
	})
}
