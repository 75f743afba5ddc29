package stack

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/jsii-runtime-go"
)

const (
	// tooOldSeconds is more than the longest time that a message can need which
	// is only retried (17 minutes, docs/contracts.md): the queue isn't drained.
	tooOldSeconds = 20 * 60
	// nearTimeoutMs is four fifths of the function's timeout.
	nearTimeoutMs = timeoutSeconds * 1000 * 4 / 5
	// nearExpirySeconds leaves three days at least: a dead letter's age in the metric
	// begins when SQS moves it, but its end counts from its first sending, up to
	// retentionDays before
	// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html).
	nearExpirySeconds = (deadLetterRetentionDays - retentionDays - 3) * 24 * 3600
	// reminderHour is when those that stay are told again, in UTC.
	reminderHour = 7
)

// clock is the alarm that fires once a day, for an hour.
const clock = "clock"

var clockExpression = fmt.Sprintf("IF(HOUR(ticks) == %d, 1, 0)", reminderHour)

// incidents are what a person is told of, beside the alarms that tell by themselves.
var incidents = []incident{
	{"function-broken", "The function isn't doing its work: it fails, is refused by Lambda, is too slow, or nobody gives it the queue's messages. New organizations wait.",
		"orgbucket doctor --stage STAGE",
		[]string{"function-errors", "function-throttles", "function-duration", "queue-age", "queue-unpolled"}},
	{"organizations-failed", "Organizations have no bucket: their messages wait in the dead-letter queue. Fix the cause, then replay them.",
		"orgbucket dead-letters list --stage STAGE",
		[]string{"dead-letters", "failed-outcomes"}},
	{"outcomes-lost", "Outcomes don't reach those who wait for them: they can't be published (is the topic's key enabled?), or a subscriber doesn't take them. Buckets may be ready without anybody knowing.",
		"orgbucket doctor --stage STAGE",
		[]string{"outcomes-unpublished", "outcomes-undelivered"}},
	{"audit-broken", "The scheduled audit is blind: it hasn't ended in two periods, fails, or may not read something. Drift goes unseen.",
		"aws logs tail /aws/lambda/orgbucket-STAGE-audit-buckets --since 2d --format short --filter-pattern '?ERROR ?\"not examined\"'",
		[]string{"audit-missing", "audit-errors", "audit-unread"}},
}

// reminder tells again what was told and isn't over. CloudWatch tells once only.
var reminder = incident{name: "reminder", about: "An alarm of this stage has stayed since it was told, or dead letters still wait. It is told again each day until it is over.",
	first: "aws cloudwatch describe-alarms --alarm-name-prefix orgbucket-STAGE- --state-value ALARM --alarm-types MetricAlarm CompositeAlarm --query '*[].AlarmName'"}

// alarms are all conditions, in the order of a message's way.
func (w watched) alarms(s Settings) []alarm {
	every := func(minutes float64, statistic string) *awscloudwatch.MetricOptions {
		return &awscloudwatch.MetricOptions{Period: awscdk.Duration_Minutes(jsii.Number(minutes)), Statistic: jsii.String(statistic)}
	}
	main, dead := w.queues.main, w.queues.deadLetters
	return []alarm{
		{name: "queue-age", about: "The oldest message has waited for longer than all retries take: the queue isn't drained.",
			metric: main.MetricApproximateAgeOfOldestMessage(every(5, "Maximum")), threshold: tooOldSeconds, when: above},
		// Lambda asks for messages all the time, also in vain.
		{name: "queue-unpolled", about: "Nobody asks for the queue's messages: the event source is disabled or gone.", missing: broken,
			metric: sum(15, map[string]awscloudwatch.IMetric{
				"received": main.MetricNumberOfMessagesReceived(every(15, "Sum")), "empty": main.MetricNumberOfEmptyReceives(every(15, "Sum")),
			}, "FILL(received, 0) + FILL(empty, 0)"), threshold: 1, when: below, periods: 2},
		{name: "function-errors", about: "The function crashed, timed out or could not start: it never answers with an error otherwise. Its messages become dead letters without an outcome.",
			metric: w.function.MetricErrors(every(5, "Sum")), threshold: 1, when: from},
		{name: "function-throttles", about: "Lambda refused to start the function, which uses up receives of messages. Raise the account's concurrency limit or lower maxConcurrency.",
			metric: w.function.MetricThrottles(every(5, "Sum")), threshold: 1, when: from},
		{name: "function-duration", about: "A batch took nearly as long as the function's timeout allows. stepMs in the log tells which step is slow.",
			metric: w.function.MetricDuration(every(5, "Maximum")), threshold: nearTimeoutMs, when: from},
		// Also those that somebody is looking at, so that a look doesn't end the alarm.
		{name: "dead-letters", about: "Messages that could not be handled are in the dead-letter queue.",
			metric: sum(1, map[string]awscloudwatch.IMetric{
				"waiting": dead.MetricApproximateNumberOfMessagesVisible(every(1, "Maximum")), "looked": dead.MetricApproximateNumberOfMessagesNotVisible(every(1, "Maximum")),
			}, "waiting + FILL(looked, 0)"), threshold: 0, when: above},
		{name: "failed-outcomes", about: "Organizations were told that they have no bucket; their messages are dead letters now.",
			metric: w.metrics.of(metricFailedOutcomes, "Sum", ""), threshold: 1, when: from},
		{name: "dead-letters-expire", about: "A dead letter has waited for a week. SQS deletes it in three days or later, and with it what signup asked for. Replay it, or archive it.",
			first:  "orgbucket dead-letters list --stage STAGE",
			metric: dead.MetricApproximateAgeOfOldestMessage(every(60, "Maximum")), threshold: nearExpirySeconds, when: above},
		// One delivery that couldn't publish is repeated; a message that never can has three within this time.
		{name: "outcomes-unpublished", about: "Outcomes can't be published: the topic's key may be disabled, or its policy changed.",
			metric: w.metrics.every(15, metricUnpublished), threshold: 3, when: from},
		{name: "outcomes-undelivered", about: "SNS couldn't deliver an outcome to a subscriber and has given up.",
			metric: w.outcomes.MetricNumberOfNotificationsFailed(every(5, "Sum")), threshold: 1, when: from},
		{name: "audit-missing", about: "No audit has ended in two periods.", missing: broken,
			metric: w.audit.metrics.every(60, metricAudits), threshold: 1, when: below, periods: 2 * s.AuditHours},
		{name: "audit-errors", about: "The audit failed, timed out or could not start.",
			metric: w.audit.function.MetricErrors(every(5, "Sum")), threshold: 1, when: from},
		{name: "audit-unread", about: "Something of a bucket couldn't be read: the audit's role is denied it.",
			metric: w.audit.metrics.every(60, metricNotExamined), threshold: 1, when: from, missing: asIs},
		{name: "buckets-drifted", about: "The audit found buckets that aren't as they should be, and wasn't so before, or still are after a day: drift, public statements, two homes, tags that are gone, pub/ that the public can't read.",
			first:  "orgbucket audit --stage STAGE --probe",
			metric: w.audit.metrics.every(5, metricFindingsToTell), threshold: 1, when: from, repeats: true},
		{name: "buckets-touched", about: "Somebody else than the function changed a tag, a policy or an access block, or deleted a bucket, or switched off a topic's key. An operator's orgbucket adopt is told, too.",
			first:  "aws logs tail /aws/lambda/orgbucket-STAGE-audit-buckets --since 1h --format short --filter-pattern '{ $.message = \"touched\" }'",
			metric: w.audit.metrics.every(5, metricTouched), threshold: 1, when: from, repeats: true},
		// The audit's function is invoked at each tick, so this metric has data in every hour
		// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html).
		{name: clock, about: "It is time for the reminder.",
			metric: sum(60, map[string]awscloudwatch.IMetric{"ticks": w.audit.function.MetricInvocations(every(60, "Sum"))}, clockExpression), threshold: 1, when: from},
	}
}
