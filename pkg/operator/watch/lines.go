package watch

import (
	"context"
	"log/slog"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/audit"
)

// The messages of the lines that CloudWatch counts from; infra/stack has the filters.
const (
	findingMessage     = "finding"
	notExaminedMessage = "not examined"
	partMessage        = "audit goes on"
	endMessage         = "audit"
)

// groups are the metrics of findings, by code. A finding whose code is in none counts
// among all.
var groups = []struct {
	name  string
	codes []audit.Code
}{
	{"drifted", []audit.Code{audit.Drift, audit.Unfinished, audit.ClientGrantDead}},
	{"foreignPublic", []audit.Code{audit.ForeignPublicStatement, audit.ForeignStatementUndecided}},
	{"twoHomes", []audit.Code{audit.MultipleHomes}},
	{"unmarked", []audit.Code{audit.OwnershipUnproved, audit.TagNameMismatch, audit.UnknownBucket}},
	{"notReadable", []audit.Code{audit.NotReadable}},
}

// row writes a line for each finding of a row, and for what couldn't be read of it. A
// line can come twice, if an invocation was killed; the run's own doesn't count it twice.
func (w *Watch) row(ctx context.Context, run *run, r audit.Row) error {
	for _, f := range r.Findings {
		if f.Severity == audit.Notice {
			continue
		}
		p := printOf(r, f)
		w.log.LogAttrs(ctx, slog.LevelInfo, findingMessage,
			slog.String("bucket", r.Bucket), slog.String("region", r.Region), slog.String("orgId", string(r.OrgID)),
			slog.String("code", string(f.Code)), slog.String("severity", string(f.Severity)), slog.Any("facets", f.Facets),
			slog.String("text", f.Text), slog.String("hint", f.Hint), slog.Bool("new", !run.known(p)))
		if w.events != nil && !run.known(p) {
			if err := w.events.Publish(ctx, event(r, f, p, run.state.Started)); err != nil {
				run.state.Unkept++
				w.log.ErrorContext(ctx, "finding not published", slog.String("bucket", r.Bucket), slog.String("code", string(f.Code)), slog.String("error", err.Error()))
				continue
			}
		}
		run.keep(p)
	}
	for _, u := range r.Unread {
		w.log.LogAttrs(ctx, slog.LevelInfo, notExaminedMessage,
			slog.String("bucket", r.Bucket), slog.String("orgId", string(r.OrgID)),
			slog.String("code", string(u.Code)), slog.String("permission", u.Permission), slog.String("text", u.Text))
	}
	return nil
}

// ended writes the run's line.
func (w *Watch) ended(ctx context.Context, run *run, s audit.Summary) {
	now := time.Now()
	fresh, tell := run.end()
	all := []slog.Attr{
		slog.Time("started", run.state.Started), slog.Float64("durationMs", float64(now.Sub(run.state.Started).Milliseconds())),
		slog.Int("examined", s.Done), slog.Int("notExamined", s.Rows[audit.NotExamined]),
		slog.Int("findings", s.Errors+s.Warnings), slog.Int("newFindings", fresh), slog.Int("findingsToTell", tell),
	}
	for _, g := range groups {
		n := 0
		for _, code := range g.codes {
			n += s.Findings[code]
		}
		all = append(all, slog.Int(g.name, n))
	}
	w.log.LogAttrs(ctx, slog.LevelInfo, endMessage, append(all, slog.Any("findingsByCode", s.Findings))...)
}
