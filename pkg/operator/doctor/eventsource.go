package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

func checkEventSource(ctx context.Context, f *facts) Result {
	if f.stage.FunctionName == "" {
		return unknown(missing("--stage"))
	}
	queueARN, err := f.queueARN()
	if err != nil {
		return unknown(err)
	}
	mappings, err := f.mappings(ctx, queueARN)
	if err != nil {
		return unknown(err)
	}
	switch len(mappings) {
	case 0:
		return wrong(putBack, "nothing takes messages from the queue: it has no event source mapping")
	case 1:
		return f.ofMapping(mappings[0])
	}
	var functions []string
	for _, m := range mappings {
		functions = append(functions, show(functionOf(aws.ToString(m.FunctionArn))))
	}
	return wrong("Delete the mappings of other functions: they take messages away.", "%d event source mappings take messages from the queue: %s", len(mappings), strings.Join(functions, ", "))
}

func (f *facts) queueARN() (string, error) {
	if arn := f.stage.QueueARN; arn != "" {
		return arn, nil
	}
	return f.queue.text(sqstypes.QueueAttributeNameQueueArn), f.err[theQueue]
}

// maxMappingPages bounds a list that is normally one page long.
const maxMappingPages = 20

// mappings lists the queue's event source mappings, whatever function they call.
func (f *facts) mappings(ctx context.Context, queueARN string) (all []lambdatypes.EventSourceMappingConfiguration, err error) {
	in := &lambda.ListEventSourceMappingsInput{EventSourceArn: aws.String(queueARN)}
	for range maxMappingPages {
		out, err := f.functions.ListEventSourceMappings(ctx, in)
		if err != nil {
			return nil, account.Unanswered(err, "lambda:ListEventSourceMappings on *")
		}
		all = append(all, out.EventSourceMappings...)
		if aws.ToString(out.NextMarker) == "" {
			return all, nil
		}
		in.Marker = out.NextMarker
	}
	return nil, &account.CantTell{Why: "the list of event source mappings doesn't end"}
}

// ofMapping judges the only event source of the queue.
func (f *facts) ofMapping(m lambdatypes.EventSourceMappingConfiguration) Result {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if called := functionOf(aws.ToString(m.FunctionArn)); called != f.stage.FunctionName {
		fault("it calls %s, not the stage's function", show(called))
	}
	state := aws.ToString(m.State)
	if state != "Enabled" && !passing[state] {
		fault("it is %s", show(state))
	}
	if !slices.Contains(m.FunctionResponseTypes, lambdatypes.FunctionResponseTypeReportBatchItemFailures) {
		fault("ReportBatchItemFailures is off: one bad message makes its whole batch come again")
	}
	if m.FilterCriteria != nil && len(m.FilterCriteria.Filters) > 0 || m.FilterCriteriaError != nil {
		fault("it has filter criteria: messages that don't match are deleted")
	}
	if m.ProvisionedPollerConfig == nil && (m.ScalingConfig == nil || m.ScalingConfig.MaximumConcurrency == nil) {
		fault("its maximum concurrency isn't set")
	}
	if window := aws.ToInt32(m.MaximumBatchingWindowInSeconds); window > 0 {
		fault("its batch window of %d s lets a quiet queue wait", window)
	}
	if len(faults) > 0 {
		return wrong(putBack, "the event source mapping isn't as it should be: %s", strings.Join(faults, "; "))
	}
	if state != "Enabled" {
		return notice("Wait a minute, then look again.", "the event source mapping is %s", show(state))
	}
	return ok("one event source mapping, enabled, reports batch failures, no filter, no batch window, %s", concurrencyOf(m))
}

// passing are the states that become Enabled by themselves
// (https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html).
var passing = map[string]bool{"Creating": true, "Enabling": true, "Updating": true}

func concurrencyOf(m lambdatypes.EventSourceMappingConfiguration) string {
	if m.ScalingConfig != nil && m.ScalingConfig.MaximumConcurrency != nil {
		return fmt.Sprintf("at most %d at once", *m.ScalingConfig.MaximumConcurrency)
	}
	return "provisioned pollers"
}

// functionOf returns the function's name in an ARN, whose resource is
// function:<name>[:<alias>].
func functionOf(text string) string {
	a, _ := arn.Parse(text)
	if parts := strings.Split(a.Resource, ":"); len(parts) > 1 {
		return parts[1]
	}
	return text
}
