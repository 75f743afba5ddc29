package send

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/intake"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/operator/timespan"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// sendPlan is what is going to be sent.
type sendPlan struct {
	to         string // the queue's URL
	listed     int    // organizations, each counted once
	duplicates int
	todo       []org.ID
	log        *runJournal
}

// agree shows what would be sent and reports whether to send it. It asks if there are
// many, or if an organization doesn't have a bucket yet: an id may be mistyped.
func (s *command) agree(ctx context.Context, at *cli.Connection, p sendPlan) (bool, error) {
	s.Notice("%s", s.introduce(p))
	takes := s.pace.Duration(len(p.todo))
	switch {
	case s.DryRun:
		return false, s.showPlan(p, takes)
	case len(p.todo) == 0:
		return false, s.nothingToDo(p)
	case s.follow && cli.CheckFollow(len(p.todo)) != nil:
		return false, cli.CheckFollow(len(p.todo))
	case s.Yes:
		return true, nil
	}
	if len(p.todo) <= manyMessages {
		what := s.whatIsNew(ctx, at, p.todo)
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if what == "" {
			return true, nil
		}
		s.Notice("%s", what)
	}
	err := s.Ask(ctx, s.App, fmt.Sprintf("Send %s to %s (%s)? [y/N]", cli.Count(len(p.todo), "message"), safetext.Line(queue.Name(p.to), 0), at.Where()), "y", "nothing was sent")
	return err == nil, err
}

// introduce says what would be sent, and what would be skipped.
func (s *command) introduce(p sendPlan) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s, to %s", cli.Count(p.listed, "organization"), safetext.Line(p.to, 0))
	if p.duplicates > 0 {
		fmt.Fprintf(&text, "\n%s listed more than once and will be sent once", cli.Were(p.duplicates))
	}
	switch {
	case p.log.before > 0 && s.again:
		fmt.Fprintf(&text, "\n%s sent before and will be sent again; %s is set aside", cli.Were(p.log.before), safetext.Line(p.log.path, 0))
	case p.log.before > 0:
		fmt.Fprintf(&text, "\n%s sent before, says %s, and will be skipped", cli.Were(p.log.before), safetext.Line(p.log.path, 0))
	}
	return text.String()
}

// plannedSend is a dry run in JSON.
type plannedSend struct {
	Type       string   `json:"type"`
	Queue      string   `json:"queue"`
	Messages   int      `json:"messages"`
	Skipped    int      `json:"skipped"`
	Duplicates int      `json:"duplicates"`
	Seconds    float64  `json:"seconds"`
	First      []string `json:"first"`
}

// showPlan shows a dry run.
func (s *command) showPlan(p sendPlan, takes time.Duration) error {
	const shown = 3
	first := []string{}
	for _, id := range p.todo[:min(shown, len(p.todo))] {
		first = append(first, intake.Body(id, s.correlationID))
	}
	if s.JSON() {
		return cli.JSONLine(s.Out, plannedSend{"plan", p.to, len(p.todo), p.listed - len(p.todo), p.duplicates, takes.Seconds(), first})
	}
	pace := ""
	if takes >= time.Second {
		pace = fmt.Sprintf(", at %v per second: about %s", s.rate, timespan.Text(takes))
	}
	_ = s.Showf("would send %s%s\n", cli.Count(len(p.todo), "message"), pace)
	for _, body := range first {
		fmt.Fprintf(s.Out, "  %s\n", body)
	}
	if more := len(p.todo) - len(first); more > 0 {
		fmt.Fprintf(s.Out, "  and %d more\n", more)
	}
	return nil
}

func (s *command) nothingToDo(p sendPlan) error {
	s.tellResult(intake.Result{}, p)
	if p.listed > 0 {
		s.Notice("Everything was sent before. --again sends it anew.")
	}
	return nil
}

// sentLine, unsentLine and sendSummary are the lines of --output json.
type sentLine struct {
	Type          string `json:"type"`
	OrgID         org.ID `json:"orgId"`
	MessageID     string `json:"messageId"`
	CorrelationID string `json:"correlationId"`
}

type unsentLine struct {
	Type   string `json:"type"`
	OrgID  org.ID `json:"orgId"`
	Reason string `json:"reason"`
}

type sendSummary struct {
	Type       string `json:"type"`
	Sent       int    `json:"sent"`
	Skipped    int    `json:"skipped"`
	Duplicates int    `json:"duplicates"`
	NotSent    int    `json:"notSent"`
	Left       int    `json:"left"`
}

// tellSent reports a batch that the queue has confirmed.
func (s *command) tellSent(sent []intake.Message) {
	if s.JSON() {
		s.progress.Say(func() {
			for _, m := range sent {
				_ = cli.JSONLine(s.Out, sentLine{"sent", m.OrgID, m.MessageID, s.correlationID})
			}
		})
	}
	s.progress.Add(len(sent))
}

// tellResult reports the result of the sending.
func (s *command) tellResult(r intake.Result, p sendPlan) {
	s.progress.Say(func() {
		skipped := p.listed - len(p.todo)
		if s.JSON() {
			for _, u := range r.Unsent {
				_ = cli.JSONLine(s.Out, unsentLine{"notSent", u.OrgID, u.Err.Error()})
			}
			_ = cli.JSONLine(s.Out, sendSummary{"sendSummary", r.Sent, skipped, p.duplicates, len(r.Unsent), r.Left})
			return
		}
		for _, u := range r.Unsent {
			_ = s.Showf("not sent  %s  %s\n", u.OrgID, safetext.Line(u.Err.Error(), 0))
		}
		_ = s.Showf("%s sent, %d skipped, %d refused, %d left\n", cli.Count(r.Sent, "message"), skipped, len(r.Unsent), r.Left)
	})
}

// stopped is the error of a run that ended early.
func (s *command) stopped(ctx context.Context, err error, r intake.Result, p sendPlan) error {
	e := &cli.Ended{Status: cli.StatusFailed, Err: err}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		e = &cli.Ended{Status: cli.StatusStopped, Err: fmt.Errorf("stopped after %d of %s", r.Sent, cli.Count(len(p.todo), "message"))}
	}
	e.Advice = "The same command continues: " + safetext.Line(p.log.path, 0) + " has what was sent."
	switch {
	case p.log.path == "":
		tried := len(p.todo) - r.Left
		e.Advice = "Not sent: " + cli.Some(p.todo[tried:]) + "."
	case s.again:
		e.Advice = "The same command without --again continues: " + safetext.Line(p.log.path, 0) + " has what was sent."
	}
	return e
}
