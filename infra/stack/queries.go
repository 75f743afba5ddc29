package stack

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
)

// query is a question to the log that operators ask often: its commands, one after the
// other (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html).
type query struct {
	id, title string
	commands  []string
}

// text is the query as Logs Insights wants it.
func (q query) text() string { return strings.Join(q.commands, "\n| ") }

var (
	// storyQuery follows one organization through all deliveries.
	storyQuery = query{"Story", "an organization's story (put its id in)", []string{
		"fields @timestamp, status, code, step, bucket, receiveCount, durationMs, visible, error, correlationId, messageId",
		`filter message = "record" and orgId = "ORGID"`,
		"sort @timestamp asc",
	}}
	// codesQuery counts the failures by code.
	codesQuery = query{"Codes", "top failure codes", []string{
		`filter message = "record" and ispresent(code)`,
		"stats count(*) as deliveries, count_distinct(orgId) as organizations, max(@timestamp) as latest by code, kind, status",
		"sort deliveries desc",
	}}
	// crashQuery finds failures that have no record's line.
	crashQuery = query{"Crashes", "crashes, timeouts and failed starts", []string{
		"fields @timestamp, @message",
		`filter level = "ERROR" or record.status in ["error", "timeout", "failure"]`,
		"sort @timestamp desc",
	}}
	// findingsQuery lists what the audit found.
	findingsQuery = query{"Findings", "what the audits found", []string{
		`filter message = "finding"`,
		"stats max(@timestamp) as last, latest(text) as what by bucket, code, severity",
		"sort last desc",
	}}
)

// Invariants are the queries that hold what the function did in production to what
// docs/proof.md proves, by the names that it uses. Each has no row if it holds.
var invariants = []query{
	// More than one bucket was announced for an organization.
	{"HomeNeverChanges", "HomeNeverChanges: organizations that were told of more than one bucket", []string{
		`filter message = "record" and status in ["created", "repaired", "unchanged"]`,
		"stats count_distinct(bucket) as homes, earliest(bucket) as first, latest(bucket) as last by orgId",
		"filter homes > 1",
	}},
	// An organization failed, and nothing became ready since.
	{"FailedForGood", "FailedForGood: organizations that failed and aren't ready since", []string{
		`filter message = "record" and status != "retried" and ispresent(orgId)`,
		"stats latest(status) as last, latest(code) as why, max(@timestamp) as at by orgId",
		`filter last = "failed"`,
	}},
	// One message had more than one outcome: consumers have to notice.
	{"Duplicates", "Duplicates: messages with more than one outcome", []string{
		`filter message = "record" and status != "retried"`,
		"stats count(*) as outcomes, max(@timestamp) as at by messageId, orgId",
		"filter outcomes > 1",
	}},
}

// addQueries saves the queries; Logs Insights shows them in a folder per stage.
func addQueries(stack awscdk.Stack, s Settings, logs, audit awslogs.ILogGroup) {
	for _, q := range append([]query{storyQuery, codesQuery, crashQuery}, invariants...) {
		q.save(stack, s, logs)
	}
	findingsQuery.save(stack, s, audit)
}

func (q query) save(stack awscdk.Stack, s Settings, logs awslogs.ILogGroup) {
	awslogs.NewCfnQueryDefinition(stack, jsii.String("Query"+q.id), &awslogs.CfnQueryDefinitionProps{
		Name:          jsii.String("orgbucket/" + s.Stage + "/" + q.title),
		QueryString:   jsii.String(q.text()),
		LogGroupNames: &[]any{logs.LogGroupName()},
	})
}
