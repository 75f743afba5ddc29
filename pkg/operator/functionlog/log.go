// Package functionlog reads the function's log: a line for each delivery of a message. It
// has what a diagnosis can't see, such as what only the function is denied.
//
// It needs the permission logs:FilterLogEvents on the log group.
package functionlog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// Record is one delivery of a message, as the function logged it. Its texts may quote what
// others wrote.
type Record struct {
	At            time.Time  `json:"at"`
	MessageID     string     `json:"messageId"`
	OrgID         org.ID     `json:"orgId,omitempty"`
	CorrelationID string     `json:"correlationId,omitempty"`
	ReceiveCount  int        `json:"receiveCount"`
	Status        string     `json:"status"` // of the outcome, or "retried"
	Bucket        string     `json:"bucket,omitempty"`
	Code          fault.Code `json:"code,omitempty"`
	Step          string     `json:"step,omitempty"`
	Error         string     `json:"error,omitempty"`
	// Hint is what to do about it, if that isn't the code's.
	Hint string `json:"hint,omitempty"`
	// Replay is the message's stamp of replays, as deadletter.Stamp has it.
	Replay string `json:"replay,omitempty"`
	// Version is the function's release.
	Version string `json:"version,omitempty"`
}

// Failed reports whether the delivery failed.
func (r Record) Failed() bool { return r.Code != "" }

// Log is the function's log.
type Log struct {
	client *cloudwatchlogs.Client
	group  string
}

// New returns the log of this log group, which may be empty: then it can't be read.
func New(cfg aws.Config, group string) *Log {
	return &Log{cloudwatchlogs.NewFromConfig(account.Fenced(cfg)), group}
}

// ErrNoGroup is the error of a log whose name isn't known.
var ErrNoGroup = errors.New("the function's log isn't known: needs --stage or LOG_GROUP_NAME")

// Organization yields the records of an organization since a time, oldest first. An
// error ends them.
func (l *Log) Organization(ctx context.Context, id org.ID, since time.Time) iter.Seq2[Record, error] {
	return l.records(ctx, fmt.Sprintf(`{ $.message = "record" && $.orgId = %q }`, id), since)
}

// Message yields the records of a message since a time, oldest first. An error ends them.
func (l *Log) Message(ctx context.Context, id string, since time.Time) iter.Seq2[Record, error] {
	return l.records(ctx, fmt.Sprintf(`{ $.message = "record" && $.messageId = %q }`, id), since)
}

// Failures yields the records of last deliveries that failed since a time, oldest first.
// An error ends them.
func (l *Log) Failures(ctx context.Context, since time.Time) iter.Seq2[Record, error] {
	return l.records(ctx, `{ $.message = "record" && $.status = "failed" }`, since)
}

// Recent yields the records since a time, oldest first. An error ends them.
func (l *Log) Recent(ctx context.Context, since time.Time) iter.Seq2[Record, error] {
	return l.records(ctx, `{ $.message = "record" }`, since)
}

// records yields what matches a filter pattern. A page may be empty although more follow
// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html).
func (l *Log) records(ctx context.Context, pattern string, since time.Time) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		if l.group == "" {
			yield(Record{}, ErrNoGroup)
			return
		}
		pages := cloudwatchlogs.NewFilterLogEventsPaginator(l.client, &cloudwatchlogs.FilterLogEventsInput{
			LogGroupName: &l.group, FilterPattern: &pattern, StartTime: aws.Int64(since.UnixMilli()),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Record{}, fmt.Errorf("read the function's log: %w", account.Unanswered(err, "logs:FilterLogEvents on "+l.group)))
				return
			}
			for _, e := range page.Events {
				var r Record
				if json.Unmarshal([]byte(aws.ToString(e.Message)), &r) != nil || r.MessageID == "" {
					continue // no record of this version's
				}
				r.At = time.UnixMilli(aws.ToInt64(e.Timestamp)).UTC()
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}
