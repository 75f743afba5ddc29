package stack

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
)

const (
	// auditTimeoutSeconds is less than a tick, so that the next one goes on with the run
	// even after a kill, and than Lambda's longest.
	auditTimeoutSeconds = 14 * 60
	auditTickMinutes    = 15
	auditMemoryMB       = 256
	// Lambda's most: what others change is told of once, so neither a crash nor a throttle
	// may lose it. A tick that is repeated or late meets another one, and lets it go on
	// (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
	auditRetries       = 2
	auditEventAgeHours = 6
)

// audit is what audits the buckets on a schedule.
type audit struct {
	function awslambda.Function
	role     awsiam.Role
	logs     awslogs.LogGroup
	metrics  metrics
}

// newAudit makes the function, its log, its metrics, and the rule that invokes it at
// each tick.
func newAudit(stack awscdk.Stack, s Settings, code Code, to functionTargets, key awskms.IKey) audit {
	a := audit{logs: newLogGroup(stack, s, "AuditLog", auditBuckets)}
	a.role = newAuditRole(stack, s, to, key, a.logs)
	a.metrics = newMetrics(stack, s, a.logs, auditCounted)
	a.function = awslambda.NewFunction(stack, jsii.String("Audit"), &awslambda.FunctionProps{
		FunctionName:  jsii.String(s.name(auditBuckets)),
		Description:   jsii.String(fmt.Sprintf("Audits every organization's bucket, every %d hours", s.AuditHours)),
		Runtime:       awslambda.Runtime_PROVIDED_AL2023(),
		Architecture:  awslambda.Architecture_Custom(jsii.String(s.Architecture), nil),
		Handler:       jsii.String("bootstrap"),
		Code:          awslambda.Code_FromAsset(jsii.String(code.Audit), nil),
		MemorySize:    jsii.Number(auditMemoryMB),
		Timeout:       awscdk.Duration_Seconds(jsii.Number(auditTimeoutSeconds)),
		RetryAttempts: jsii.Number(auditRetries),
		MaxEventAge:   awscdk.Duration_Hours(jsii.Number(auditEventAgeHours)),
		Role:          a.role,
		LogGroup:      a.logs,
		// As the other function's: metrics are counted from lines of level INFO.
		LoggingFormat:         awslambda.LoggingFormat_JSON,
		ApplicationLogLevelV2: awslambda.ApplicationLogLevel_INFO,
		SystemLogLevelV2:      awslambda.SystemLogLevel_INFO,
		Environment:           auditSettings(stack, s, to),
	})
	// The function decides itself whether there is something to do. A run that was cut off
	// goes on so, too.
	a.invoke(stack, s, rule{id: "AuditTick", name: "audit-tick", about: "Lets the audit begin, or go on",
		schedule: jsii.String(fmt.Sprintf("rate(%d minutes)", auditTickMinutes))})
	return a
}

// auditSettings are those that watch.Load reads: the other function's, though it uses
// nothing of the queue, and the audit's own.
func auditSettings(stack awscdk.Stack, s Settings, to functionTargets) *map[string]*string {
	settings := *functionSettings(stack, s, to)
	settings["AUDIT_EVERY"] = jsii.String(fmt.Sprintf("%dh", s.AuditHours))
	if s.AuditEvents {
		settings["AUDIT_EVENTS"] = jsii.String("true")
	}
	return &settings
}

// The metrics of a run, which are fields of its line.
const (
	metricAudits         = "Audits"
	metricFindingsToTell = "FindingsToTell"
	metricNotExamined    = "NotExamined"
	metricTouched        = "Touched"
)

var auditCounted = append([]counted{
	{metricAudits, runLine, "1", awscloudwatch.Unit_COUNT, nil},
	{metricTouched, `{ $.message = "touched" }`, "1", awscloudwatch.Unit_COUNT, nil},
	{"FindingsByCode", `{ $.message = "finding" }`, "1", awscloudwatch.Unit_COUNT, []string{"code"}},
}, ofRun("examined", "drifted", "foreignPublic", "twoHomes", "unmarked", "notReadable", "notExamined", "findings", "findingsToTell")...)

const runLine = `{ $.message = "audit" && $.examined >= 0 }`

// ofRun are metrics called like fields of a run's line.
func ofRun(fields ...string) (all []counted) {
	for _, field := range fields {
		all = append(all, counted{strings.ToUpper(field[:1]) + field[1:], runLine, "$." + field, awscloudwatch.Unit_COUNT, nil})
	}
	return all
}
