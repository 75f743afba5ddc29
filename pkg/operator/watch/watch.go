// Package watch audits a stage's buckets on a schedule: the same audit as the tool's, in
// as many invocations of a Lambda function as it takes. It writes a log line for each
// finding and one for each run, from which CloudWatch counts, and remembers in an object
// how far it has come and what the run before found.
package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/function"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
)

const (
	// Tick is how often the function is invoked. An invocation goes on with the run that
	// is under way, begins one if it is time, or ends at once. No invocation is longer.
	Tick = 15 * time.Minute
	// reserve is the part of an invocation that is kept for the last save.
	reserve = 20 * time.Second
	// saveAfter is what is audited again, at most, if an invocation is killed.
	saveAfter = 2 * time.Minute
	// reminder is how often what stays is told again.
	reminder = 24 * time.Hour
)

// Auditor audits; *audit.Auditor is one.
type Auditor interface {
	Run(ctx context.Context, o audit.Options, emit func(audit.Row) error) (audit.Summary, error)
}

// Watch audits on a schedule.
type Watch struct {
	auditor Auditor
	memory  Memory
	events  Events // nil: findings are only logged
	log     *slog.Logger
	every   time.Duration
}

// New returns the function's handler. All requests to AWS go through transport.
func New(s Settings, transport http.RoundTripper, log *slog.Logger) (*Watch, error) {
	cfg := function.Config(s.Settings, transport)
	client := function.NewS3(cfg, s.Settings)
	slow := paced(client, s.Rate)
	auditor, _, err := buckets.NewAuditor(slow, s.Naming, s.HomesBucket, s.Endpoints.S3Control)
	if err != nil {
		return nil, fmt.Errorf("prepare the scheduled audit: %w", err)
	}
	w := &Watch{auditor: auditor.Visited(buckets.NewVisitor(slow)), memory: object{client, s.Naming.Account, s.HomesBucket}, log: log, every: s.Every}
	if s.Events {
		w.events = topic{function.NewSNS(cfg, s.Settings), s.OutcomeTopicARN}
	}
	return w, nil
}

// paced is a client for very many buckets: what is throttled is repeated with patience,
// without taking the others' retries away.
func paced(client *s3.Client, perSecond float64) *s3.Client {
	return s3.New(client.Options(), func(o *s3.Options) {
		o.HTTPClient = audit.Pace(o.HTTPClient, perSecond)
		o.Retryer = aws.Retryer(retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.MaxBackoff, o.RateLimiter = 6, 20*time.Second, ratelimit.None
		}))
	})
}

// Invoke is one invocation: a tick, or an event that is only written into the log. Its
// context ends with Lambda's deadline. An error means that the audit itself is broken:
// what it couldn't read of one bucket is none.
func (w *Watch) Invoke(ctx context.Context, payload json.RawMessage) error {
	if w.touched(ctx, payload) {
		return nil
	}
	kept, err := w.memory.Load(ctx)
	if err != nil {
		return w.broken(ctx, err)
	}
	run, err := begin(kept, time.Now(), w.every)
	if err != nil {
		w.log.WarnContext(ctx, "the audit's memory can't be read: it begins anew, and every finding counts as new", slog.String("error", err.Error()))
	}
	if run == nil {
		return nil // not yet
	}
	switch err := w.goOn(ctx, run); {
	case errors.Is(err, ErrOvertaken): // EventBridge may invoke twice for one tick
		w.log.InfoContext(ctx, err.Error())
		return nil
	case err != nil:
		return w.broken(ctx, err)
	}
	return nil
}

func (w *Watch) broken(ctx context.Context, err error) error {
	w.log.ErrorContext(ctx, "audit broken", slog.String("error", err.Error()))
	return err
}

// goOn audits until the run is complete or the time is used up.
func (w *Watch) goOn(ctx context.Context, run *run) error {
	until, cancel := beforeDeadline(ctx)
	defer cancel()
	// Others let it go on. If it is killed before it saves again, the next one has the same run.
	run.state.Held, _ = ctx.Deadline()
	if err := w.save(ctx, run); err != nil {
		return err
	}
	saved := time.Now()
	var saveErr error
	summary, err := w.auditor.Run(until, audit.Options{From: run.state.Position, Done: func(p audit.Position) {
		run.state.Position = &p
		if time.Since(saved) > saveAfter && saveErr == nil {
			if saveErr = w.save(ctx, run); saveErr != nil {
				cancel() // the run is somebody else's, or can't be remembered
			}
			saved = time.Now()
		}
	}}, func(r audit.Row) error { return w.row(ctx, run, r) })
	run.state.Held = time.Time{}
	switch {
	case saveErr != nil:
		return saveErr
	case err != nil && !summary.Stopped:
		return errors.Join(fmt.Errorf("audit: %w", err), w.save(ctx, run))
	case !summary.Complete:
		w.log.InfoContext(ctx, partMessage, slog.Time("started", run.state.Started), slog.Int("examined", summary.Done))
		return w.save(ctx, run)
	}
	// The line comes first: a run that is told twice is better than one that isn't.
	w.ended(ctx, run, summary)
	return w.save(ctx, run)
}

// beforeDeadline ends early enough for the last save.
func beforeDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, deadline.Add(-reserve))
	}
	return context.WithCancel(ctx)
}

func (w *Watch) save(ctx context.Context, run *run) error {
	kept, err := w.memory.Save(ctx, run.kept, run.state)
	if err != nil {
		return err
	}
	run.kept = kept
	return nil
}
