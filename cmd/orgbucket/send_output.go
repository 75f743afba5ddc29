package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/intake"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// sendPlan is what is going to be sent.
type sendPlan struct {
	to         string // the queue's URL
	listed     int    // organizations, each counted once
	duplicates int
	todo       []org.ID
	log        *sendLog
}

// agree shows what would be sent and tells whether it shall be.
func (s *sendCommand) agree(ctx context.Context, p sendPlan) (bool, error) {
	s.notice("%s", s.introduce(p))
	takes := s.pace.Duration(len(p.todo))
	switch {
	case s.dryRun:
		return false, s.showPlan(p, takes)
	case len(p.todo) == 0:
		return false, s.nothingToDo(p)
	case s.follow && canFollow(len(p.todo)) != nil:
		return false, canFollow(len(p.todo))
	case s.yes || len(p.todo) <= manyMessages:
		return true, nil
	}
	yes, err := s.confirm(ctx, fmt.Sprintf("Send %s? [y/N]", count(len(p.todo), "message")), "y")
	if err == nil && !yes {
		err = &ended{status: statusFailed, err: errors.New("not confirmed; nothing was sent")}
	}
	return yes, err
}

// introduce says what would be sent, and what wouldn't.
func (s *sendCommand) introduce(p sendPlan) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s, to %s", count(p.listed, "organization"), cell(p.to, 0))
	if p.duplicates > 0 {
		fmt.Fprintf(&text, "\n%s in the list again and sent once", were(p.duplicates))
	}
	switch {
	case p.log.before > 0 && s.again:
		fmt.Fprintf(&text, "\n%s sent before and will be sent again; %s is set aside", were(p.log.before), cell(p.log.path, 0))
	case p.log.before > 0:
		fmt.Fprintf(&text, "\n%s sent before and skipped: %s knows", were(p.log.before), cell(p.log.path, 0))
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
func (s *sendCommand) showPlan(p sendPlan, takes time.Duration) error {
	const shown = 3
	first := []string{}
	for _, id := range p.todo[:min(shown, len(p.todo))] {
		first = append(first, intake.Body(id, s.correlationID))
	}
	if s.output == "json" {
		return jsonLine(s.out, plannedSend{"plan", p.to, len(p.todo), p.listed - len(p.todo), p.duplicates, takes.Seconds(), first})
	}
	fmt.Fprintf(s.out, "would send %s, at %v per second: about %v\n", count(len(p.todo), "message"), s.rate, coarse(takes))
	for _, body := range first {
		fmt.Fprintf(s.out, "  %s\n", body)
	}
	if more := len(p.todo) - len(first); more > 0 {
		fmt.Fprintf(s.out, "  and %d more\n", more)
	}
	return nil
}

func (s *sendCommand) nothingToDo(p sendPlan) error {
	s.tellResult(intake.Result{}, p)
	if p.listed > 0 {
		s.notice("All were sent before. --again sends them anew.")
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

// tellSent tells of a batch that the queue has.
func (s *sendCommand) tellSent(sent []intake.Message) {
	if s.output == "json" {
		s.board.say(func() {
			for _, m := range sent {
				_ = jsonLine(s.out, sentLine{"sent", m.OrgID, m.MessageID, s.correlationID})
			}
		})
	}
	s.board.add(len(sent))
}

// tellResult tells where the sending stood when it ended.
func (s *sendCommand) tellResult(r intake.Result, p sendPlan) {
	s.board.say(func() {
		skipped := p.listed - len(p.todo)
		if s.output == "json" {
			for _, u := range r.Unsent {
				_ = jsonLine(s.out, unsentLine{"notSent", u.OrgID, u.Err.Error()})
			}
			_ = jsonLine(s.out, sendSummary{"sendSummary", r.Sent, skipped, p.duplicates, len(r.Unsent), r.Left})
			return
		}
		for _, u := range r.Unsent {
			fmt.Fprintf(s.out, "not sent  %s  %s\n", u.OrgID, cell(u.Err.Error(), 0))
		}
		fmt.Fprintf(s.out, "%s sent, %d skipped, %d refused, %d left\n", count(r.Sent, "message"), skipped, len(r.Unsent), r.Left)
	})
}

// stopped is the error of a run that ended early.
func (s *sendCommand) stopped(ctx context.Context, err error, r intake.Result, p sendPlan) error {
	e := &ended{status: statusFailed, err: err}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		e = &ended{status: statusStopped, err: fmt.Errorf("stopped after %d of %s", r.Sent, count(len(p.todo), "message"))}
	}
	e.advice = "The same command goes on from here; " + cell(p.log.path, 0) + " knows what was sent."
	switch {
	case p.log.path == "":
		tried := len(p.todo) - r.Left
		e.advice = "Not sent: " + someOf(p.todo[tried:]) + "."
	case s.again:
		e.advice = "The same command without --again goes on from here; " + cell(p.log.path, 0) + " knows what was sent."
	}
	return e
}

// someOf names organizations, the first of many.
func someOf(ids []org.ID) string {
	const most = 20
	var names []string
	for _, id := range ids[:min(most, len(ids))] {
		names = append(names, string(id))
	}
	text := strings.Join(names, " ")
	if more := len(ids) - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}

func were(n int) string {
	if n == 1 {
		return "1 was"
	}
	return fmt.Sprintf("%d were", n)
}

// coarse rounds a duration to what people care for.
func coarse(d time.Duration) time.Duration {
	switch {
	case d > time.Hour:
		return d.Round(time.Minute)
	case d > 10*time.Second:
		return d.Round(time.Second)
	}
	return d.Round(time.Second / 10)
}
