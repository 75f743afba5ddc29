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

// addDashboard answers, from top to bottom: is it healthy, what waits, what failed and
// why, how long does a signup take, are the buckets as they should be?
func addDashboard(stack awscdk.Stack, s Settings, w watched, logs awslogs.ILogGroup, alarms []string) {
	awscloudwatch.NewDashboard(stack, jsii.String("Dashboard"), &awscloudwatch.DashboardProps{
		DashboardName: jsii.String(s.name("overview")),
		Widgets: &[]*[]awscloudwatch.IWidget{
			{introduction(s)},
			{alarmStates(stack, alarms)},
			{heading("What waits")},
			{
				graph("Queue: sent and waiting", w.queueFlow()...),
				graph("Age of the oldest message (s)", w.queueAge()...),
				graph("Dead letters", w.deadLetterFlow()...),
			},
			{heading("What failed, and why")},
			{
				graph("Failures by code", w.failuresByCode()),
				table("Top failure codes", logs, codesQuery),
				graph("Function: batches", w.functionRuns()...),
			},
			{heading("How long a signup takes")},
			{
				graph("Time to a ready bucket (ms)", w.latency()...),
				graph("Deliveries by status", w.recordsByStatus()...),
				graph("Outcomes", w.outcomesFlow()...),
			},
			{heading("Are the buckets as they should be?")},
			{
				graph("Findings of each audit", w.drift()...),
				graph("Buckets of each audit", w.examined()...),
				table("What the audits found", w.audit.logs, findingsQuery),
			},
		},
	})
}

func introduction(s Settings) awscloudwatch.IWidget {
	text := fmt.Sprintf("**orgbucket %s**: signup → queue → function → outcome topic; what fails %d times goes to the dead-letter queue; an audit every %d h. "+
		"Logs Insights has saved queries in the folder orgbucket/%s: *%s*, *%s*, *%s*, and the invariants *HomeNeverChanges*, *FailedForGood*, *Duplicates*, which have no row if they hold.",
		s.Stage, MaxReceiveCount, s.AuditHours, s.Stage, storyQuery.title, codesQuery.title, crashQuery.title)
	return awscloudwatch.NewTextWidget(&awscloudwatch.TextWidgetProps{Markdown: jsii.String(text), Width: jsii.Number(24), Height: jsii.Number(2)})
}

func heading(text string) awscloudwatch.IWidget {
	return awscloudwatch.NewTextWidget(&awscloudwatch.TextWidgetProps{Markdown: jsii.String("## " + text), Width: jsii.Number(24), Height: jsii.Number(1)})
}

// graph is a third of the dashboard's width.
func graph(title string, lines ...awscloudwatch.IMetric) awscloudwatch.IWidget {
	return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
		Title: jsii.String(title), Left: &lines, Width: jsii.Number(8), Height: jsii.Number(6),
		LeftYAxis: &awscloudwatch.YAxisProps{Min: jsii.Number(0)},
	})
}

// table is a saved query's answer.
func table(title string, logs awslogs.ILogGroup, q query) awscloudwatch.IWidget {
	return awscloudwatch.NewLogQueryWidget(&awscloudwatch.LogQueryWidgetProps{
		Title: jsii.String(title), LogGroupNames: &[]*string{logs.LogGroupName()},
		View: awscloudwatch.LogQueryVisualizationType_TABLE, Width: jsii.Number(8), Height: jsii.Number(6),
		QueryLines: jsii.Strings(q.commands...),
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
