package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawslogs"
	"github.com/aws/jsii-runtime-go"
)

// query is a question to the log that operators ask often
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html).
type query struct{ id, title, fields, filter, stats, sort string }

var (
	// storyQuery follows one organization through all deliveries.
	storyQuery = query{
		id: "Story", title: "an organization's story (put its id in)",
		fields: "@timestamp, status, code, step, bucket, receiveCount, durationMs, visible, error, correlationId, messageId",
		filter: `message = "record" and orgId = "ORGID"`,
		sort:   "@timestamp asc",
	}
	// codesQuery counts the failures by code.
	codesQuery = query{
		id: "Codes", title: "top failure codes",
		filter: `message = "record" and ispresent(code)`,
		stats:  "count(*) as deliveries, count_distinct(orgId) as organizations, max(@timestamp) as latest by code, kind, status",
		sort:   "deliveries desc",
	}
	// crashQuery finds failures that have no record's line.
	crashQuery = query{
		id: "Crashes", title: "crashes, timeouts and failed starts",
		fields: "@timestamp, @message",
		filter: `level = "ERROR" or record.status in ["error", "timeout", "failure"]`,
		sort:   "@timestamp desc",
	}
)

// addQueries saves the queries; Logs Insights shows them in a folder per stage.
func addQueries(stack awscdk.Stack, s Settings, logs awslogs.ILogGroup) {
	for _, q := range []query{storyQuery, codesQuery, crashQuery} {
		text := &awslogs.QueryStringProps{FilterStatements: jsii.Strings(q.filter), Sort: jsii.String(q.sort)}
		if q.fields != "" {
			text.Fields = jsii.Strings(q.fields)
		}
		if q.stats != "" {
			text.StatsStatements = jsii.Strings(q.stats)
		}
		awslogs.NewQueryDefinition(stack, jsii.String("Query"+q.id), &awslogs.QueryDefinitionProps{
			QueryDefinitionName: jsii.String("orgbucket/" + s.Stage + "/" + q.title),
			QueryString:         awslogs.NewQueryString(text),
			LogGroups:           &[]interfacesawslogs.ILogGroupRef{logs},
		})
	}
}
