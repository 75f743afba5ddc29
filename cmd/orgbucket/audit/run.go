package audit

import (
	"context"
	"fmt"
	"strings"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// writer writes an audit in one of the formats.
type writer interface {
	row(audit.Row) error
	// end writes what comes after the last row. failure is why the audit ended
	// early, nil if it didn't.
	end(s audit.Summary, status int, failure error) error
}

func newWriter(a *cli.App) writer {
	if a.JSON() {
		return jsonWriter{a.Out}
	}
	return &tableWriter{app: a, hints: map[audit.Code]string{}}
}

// report audits, shows progress, and ends with the status.
func report(ctx context.Context, a *cli.App, auditor *audit.Auditor, o audit.Options, all bool, lookedFor string, total func() int) error {
	w, shown := newWriter(a), cli.NewProgress(a)
	shown.Begin("buckets", -1)
	known := false
	o.Progress = func(now audit.Progress) {
		if n := total(); !known && n >= 0 {
			known = true
			shown.End()
			shown.Begin("buckets", n)
		}
		shown.Describe(describe(now))
		shown.Add(1)
	}
	summary, failure := auditor.Run(ctx, o, func(r audit.Row) (err error) {
		if all || isOff(r) {
			shown.Say(func() { err = w.row(r) })
		}
		return err
	})
	shown.End()
	end := ended(summary, failure, lookedFor)
	if err := w.end(summary, cli.StatusOf(end), failure); err != nil {
		return err
	}
	return end
}

// describe returns what was found so far.
func describe(now audit.Progress) string {
	text := "buckets"
	if now.Findings > 0 {
		text += ", " + cli.Count(now.Findings, "finding")
	}
	if now.NotExamined > 0 {
		text += fmt.Sprintf(", %d unread", now.NotExamined)
	}
	return text
}

// isOff reports whether a row is shown without being asked for.
func isOff(r audit.Row) bool { return r.Status == audit.Found || r.Status == audit.NotExamined }

// ended returns the error that ends the command, with its exit status. lookedFor says
// what would have been examined.
func ended(s audit.Summary, failure error, lookedFor string) error {
	switch came := howFar(s); {
	case s.Stopped:
		return &cli.Ended{Status: cli.StatusStopped, Err: fmt.Errorf("audit: stopped: %s", came)}
	case failure != nil:
		return &cli.Ended{Status: cli.StatusFailed, Err: fmt.Errorf("audit: ended early, %s: %s", came, safetext.Line(awserror.Plain(failure).Error(), 0)), Advice: adviceOn(failure)}
	case s.Rows[audit.NotExamined] > 0:
		return &cli.Ended{Status: cli.StatusFailed, Err: fmt.Errorf("audit: couldn't examine %s as a whole: %s", cli.Count(s.Rows[audit.NotExamined], "bucket"), whyUnread(s)), Advice: adviceOnUnread(s)}
	case s.Listed == 0:
		return &cli.Ended{Status: cli.StatusAct, Err: fmt.Errorf("audit: nothing was examined: there is %s", lookedFor),
			Advice: "In a new stage that is right. Otherwise check --stage, AWS_PROFILE and the prefix: a wrong one finds nothing for ever."}
	case s.Errors+s.Warnings > 0:
		return cli.Exit(cli.StatusAct)
	}
	return nil
}

// howFar says how much was examined.
func howFar(s audit.Summary) string {
	return fmt.Sprintf("examined %d of the %s listed until then", s.Done, cli.Count(s.Listed, "bucket"))
}

func whyUnread(s audit.Summary) string {
	var all []string
	for _, code := range sorted(s.Unread) {
		all = append(all, fmt.Sprintf("%s (%d)", code, s.Unread[code]))
	}
	return strings.Join(all, ", ")
}

// adviceOn returns what to do about an audit that ended early.
func adviceOn(err error) string {
	if permission := audit.Permission(err); permission != "" && awserror.Of(err).Cause == awserror.Denied {
		return fmt.Sprintf("These credentials need %s. One organization alone can be examined without it: `orgbucket plan ORG`", permission)
	}
	return awserror.Of(err).Advice()
}

func adviceOnUnread(s audit.Summary) string {
	switch {
	case s.Unread[fault.CredentialsRefused] > 0:
		return awserror.Failure{Cause: awserror.Expired}.Advice()
	case s.Unread[fault.ClockSkewed] > 0:
		return awserror.Failure{Cause: awserror.Skewed}.Advice()
	case len(s.Permissions) == 0:
		return "Audit again later, or with a lower --rate."
	}
	return "These credentials lack, or the bucket's own policy denies: " + strings.Join(sorted(s.Permissions), ", ") + "."
}
