package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

// auditReport writes an audit in one of the formats.
type auditReport interface {
	row(audit.Row) error
	// end writes what comes after the last row. failure is why the audit ended
	// early, nil if it didn't.
	end(s audit.Summary, status int, failure error) error
}

func (a *app) auditReport() auditReport {
	switch a.output {
	case "json":
		return auditJSON{a.out}
	case "csv":
		return newAuditCSV(a.out, a.err)
	}
	return &auditTable{out: a.out, err: a.err}
}

// runAudit audits, shows progress, and ends with the status.
func (a *app) runAudit(ctx context.Context, auditor *audit.Auditor, o audit.Options, all bool) error {
	what := "buckets"
	report := a.auditReport()
	shown := &board{}
	p := a.startProgress(what, -1)
	shown.begin(p)
	o.Progress = func(now audit.Progress) {
		p.describe(now, what)
		shown.add(1)
	}
	summary, failure := auditor.Run(ctx, o, func(r audit.Row) (err error) {
		if all || isOff(r) {
			shown.say(func() { err = report.row(r) })
		}
		return err
	})
	shown.end()
	end := auditEnd(summary, failure, 0)
	if err := report.end(summary, statusOf(end), failure); err != nil {
		return err
	}
	return end
}

// describe adds to a progress what was found so far.
func (p *progress) describe(now audit.Progress, what string) {
	text := what
	if now.Findings > 0 {
		text += ", " + count(now.Findings, "finding")
	}
	if now.NotExamined > 0 {
		text += fmt.Sprintf(", %d not examined", now.NotExamined)
	}
	if p.what == text {
		return
	}
	p.what = text
	if p.bar != nil {
		p.bar.Describe(text)
	}
}

// isOff tells whether a row is shown without being asked for.
func isOff(r audit.Row) bool { return r.Status == audit.Found || r.Status == audit.NotExamined }

// auditEnd is how the command ends. organizations is how many were asked for.
func auditEnd(s audit.Summary, failure error, organizations int) error {
	switch came := howFar(s, organizations); {
	case s.Stopped:
		return &ended{status: statusStopped, err: fmt.Errorf("audit: stopped: %s", came)}
	case failure != nil:
		return &ended{status: statusFailed, err: fmt.Errorf("audit: ended early, %s: %s", came, cell(awserror.Plain(failure).Error(), 0)), advice: adviceOn(failure)}
	case s.Rows[audit.NotExamined] > 0:
		return &ended{status: statusFailed, err: fmt.Errorf("audit: couldn't examine %s: %s", notExamined(s), whyUnread(s)), advice: adviceOnUnread(s)}
	case s.Errors+s.Warnings > 0:
		return exit(statusAct)
	}
	return nil
}

// howFar says how much was examined. S3 doesn't tell how many buckets there are.
func howFar(s audit.Summary, organizations int) string {
	if organizations > 0 {
		return fmt.Sprintf("examined %d of %s", s.Done, count(organizations, "organization"))
	}
	return fmt.Sprintf("examined %d of the %s listed until then", s.Done, count(s.Listed, "bucket"))
}

// notExamined counts rows: an organization without a bucket is one, too.
func notExamined(s audit.Summary) string {
	n := s.Rows[audit.NotExamined]
	if n == 1 {
		return "1 bucket as a whole"
	}
	return fmt.Sprintf("%d buckets as a whole", n)
}

func whyUnread(s audit.Summary) string {
	var all []string
	for _, code := range sorted(s.Unread) {
		all = append(all, fmt.Sprintf("%s (%d)", code, s.Unread[code]))
	}
	return strings.Join(all, ", ")
}

// adviceOn tells what to do about an audit that ended early.
func adviceOn(err error) string {
	if permission := audit.Permission(err); permission != "" && awserror.Of(err).Cause == awserror.Denied {
		return fmt.Sprintf("These credentials need %s. With --org only the organizations that are named are examined, which needs no list.", permission)
	}
	return awserror.Of(err).Advice()
}

func adviceOnUnread(s audit.Summary) string {
	if len(s.Permissions) == 0 {
		return "Audit again later, or with a lower --rate."
	}
	return "These credentials lack, or the bucket's own policy denies: " + strings.Join(sorted(s.Permissions), ", ") + "."
}
