package sqsbatch

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// recordMessage is the message of the log line that is written for every record.
// Metric filters and saved queries select by it.
const recordMessage = "record"

// ReplayAttribute is the message attribute of a message that an operator has replayed: how
// often, by whom, when, and its first id, as JSON. The function only logs it.
const ReplayAttribute = "OrgbucketReplay"

// mostReplay is how many bytes of it are logged: anybody may have written it.
const mostReplay = 1 << 10

// logRecord logs the result of a record. All metrics are counted from these lines,
// so the names and types of their keys are a contract.
func (b *Batch) logRecord(ctx context.Context, d delivery, report provision.Report, visible string, took time.Duration) {
	all := []slog.Attr{
		slog.String("messageId", d.Source.MessageID),
		slog.Int("receiveCount", d.Source.ReceiveCount),
		slog.Float64("durationMs", milliseconds(took)),
		slog.Any("stepMs", steps(report.Durations)),
	}
	if d.Event.OrgID != "" {
		all = append(all, slog.String("orgId", string(d.Event.OrgID)))
	}
	if d.Source.CorrelationID != "" {
		all = append(all, slog.String("correlationId", d.Source.CorrelationID))
	}
	if by := d.record.MessageAttributes[ReplayAttribute].StringValue; by != nil && len(*by) <= mostReplay {
		all = append(all, slog.String("replay", *by))
	}
	if report.Failure == nil {
		all = append(all, success(report.Result)...)
	} else {
		all = append(all, failure(d, report, visible)...)
	}
	b.log.LogAttrs(ctx, slog.LevelInfo, recordMessage, all...)
}

func success(r provision.Result) []slog.Attr {
	return []slog.Attr{
		slog.String("status", string(r.Status)),
		slog.String("bucket", r.Bucket),
		slog.Bool("alternativeName", len(r.Spec.Candidates) > 0 && r.Spec.Alternative(r.Bucket)),
		slog.Any("changes", r.Changes),
		slog.Any("warnings", r.Warnings),
	}
}

func failure(d delivery, report provision.Report, visible string) []slog.Attr {
	f := report.Failure
	status := "retried"
	if d.Last {
		status = "failed"
	}
	all := []slog.Attr{
		slog.String("status", status),
		slog.String("kind", string(f.Kind())),
		slog.String("code", string(f.Code)),
		slog.String("step", string(f.Step)),
		slog.String("error", f.Message),
		slog.Bool("announced", report.Announced),
		slog.String("visible", visible),
	}
	if report.Result.Bucket != "" {
		all = append(all, slog.String("bucket", report.Result.Bucket))
	}
	if f.Instead != "" {
		all = append(all, slog.String("hint", f.Instead))
	}
	if report.AnnounceError != nil {
		all = append(all, slog.String("announceError", report.AnnounceError.Error()))
	}
	if p, ok := errors.AsType[*fault.Panic](f); ok {
		all = append(all, slog.String("stack", string(p.Stack)))
	}
	return all
}

func steps(durations map[fault.Step]time.Duration) map[string]float64 {
	all := make(map[string]float64, len(durations))
	for step, d := range durations {
		all[string(step)] = milliseconds(d)
	}
	return all
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Round(10*time.Microsecond)) / float64(time.Millisecond)
}
