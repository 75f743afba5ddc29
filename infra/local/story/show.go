package story

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fusionpos/orgbucket/infra/local/system"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// inset is how far the lines of a step stand in.
const inset = "    "

func (s *Screen) stepBegins(number int, step step) {
	s.print("", s.paint(bold, fmt.Sprintf("%2d  %s", number, step.title)))
}

// Did prints what was prepared.
func (s *Screen) Did(what string) { s.print(s.bullet(inset, dim, what)...) }

// Sent prints a message's organization and body, shortened.
func (s *Screen) Sent(body string) {
	if id := orgOf(body); id != "" {
		body = id + "  " + body
	}
	s.print(inset + "→ " + shorten(body, s.width()-len(inset)-2))
}

// orgOf returns the id of a message's organization, if it has a valid one.
func orgOf(body string) string {
	event, _ := org.Parse([]byte(body)) // what is wrong with it, the outcome says
	return string(event.OrgID)
}

// subject names what a line is about: the organization, or the message if that isn't known.
func subject(orgID, messageID string) string {
	if orgID != "" {
		return orgID
	}
	return "message " + messageID[:min(len(messageID), 8)]
}

// ComesAgain prints why a delivery failed of which no outcome tells.
func (s *Screen) ComesAgain(r system.Record) {
	again := "comes again " + strings.Replace(r.Visible, "after 0s", "at once", 1)
	if r.Status == "failed" { // the last receive: the queue's visibility timeout has to end
		again = "which nobody could be told; within a minute it's a dead letter"
	}
	text := fmt.Sprintf("%s  receive %d: %s at %s, %s", subject(r.OrgID, r.MessageID), r.ReceiveCount, r.Code, r.Step, again)
	s.print(s.marked("… ", dim, text)...)
}

// marked returns text behind a mark, wrapped.
func (s *Screen) marked(mark string, st style, text string) (lines []string) {
	for _, line := range wrapAligned(text, s.width()-len(inset)-2) {
		lines = append(lines, inset+s.paint(st, mark+line))
		mark = "  "
	}
	return lines
}

// Outcome prints an outcome: the organization, status and bucket, or code and step,
// and below it what was changed or why it failed, and more. note stands at the right
// end of the first line. The lines stay together.
func (s *Screen) Outcome(o system.Outcome, note string, more ...string) {
	room := s.width() - len(inset) - 2 - utf8.RuneCountInString(note) - 2
	head, detail := describe(o)
	if one := head + "  " + detail; o.Error == nil && utf8.RuneCountInString(one) <= room {
		head, detail = one, ""
	}
	lines := s.marked("← ", plain, head)
	if last := &lines[len(lines)-1]; utf8.RuneCountInString(*last) <= len(inset)+2+room {
		*last = pad(*last, len(inset)+2+room) + "  " + s.paint(dim, note)
	} else {
		lines = append(lines, strings.Repeat(" ", len(inset)+2+room)+"  "+s.paint(dim, note))
	}
	if detail != "" {
		lines = append(lines, s.bullet(inset, dim, detail)...)
	}
	if o.Warnings != nil {
		for _, w := range *o.Warnings {
			lines = append(lines, s.bullet(inset, dim, "warning "+w)...)
		}
	}
	for _, text := range more {
		lines = append(lines, s.bullet(inset, dim, text)...)
	}
	s.print(lines...)
}

// describe says an outcome in two parts.
func describe(o system.Outcome) (head, detail string) {
	head = subject(string(o.OrgID), o.Source.MessageID) + "  " + o.Status
	switch {
	case o.Error != nil:
		return fmt.Sprintf("%s  %s at %s", head, o.Error.Code, o.Error.Step), o.Error.Message
	case o.Bucket == nil:
		return head, ""
	}
	return head + "  " + o.Bucket.Name, strings.Join(changed(o), ", ")
}

// checked prints a check and what's wrong with it.
func (s *Screen) checked(c check) {
	if c.held() {
		mark := s.paint(green, "✓") + " "
		for _, line := range wrapAligned(c.claim, s.width()-len(inset)-2) {
			s.print(inset + mark + line)
			mark = "  "
		}
		return
	}
	lines := []string{inset + s.paint(red, "✗ "+c.claim)}
	for _, m := range c.wrong {
		if m.What != "" {
			lines = append(lines, inset+"    "+m.What)
		}
		lines = append(lines, inset+"    expected "+m.Expected, inset+"    got      "+m.Got)
	}
	s.print(lines...)
}

// ran prints a command and its output, whose lines are cut to the screen's width.
func (s *Screen) ran(command string, printed []string) {
	s.print(inset + s.paint(bold, "$ "+command))
	for _, line := range printed {
		s.print(inset + "  " + shorten(line, s.width()-len(inset)-2))
	}
}

// table prints how all steps went.
func (s *Screen) table(results []result) {
	const title = 35
	endings := max(s.width()-61, 10) // with the other columns, the whole width
	row := func(number, step, ended, held, took string) string {
		return fmt.Sprintf("%2s  %s %s %9s %8s", number, pad(shorten(step, title), title), pad(shorten(ended, endings), endings), held, took)
	}
	lines := []string{"", s.paint(dim, row("", "step", "its messages ended", "checks", "time"))}
	for _, r := range results {
		line := row(fmt.Sprint(r.number), r.step.title, r.endings, fmt.Sprintf("%d of %d", r.held(), len(r.checks)), duration(r.took))
		mark, st := " ✓", green
		if !r.ok() {
			mark, st = " ✗", red
		}
		lines = append(lines, line+s.paint(st, mark))
	}
	s.print(lines...)
}

// verdict prints the last line, and reports whether every check held.
func (s *Screen) verdict(results []result, took time.Duration) bool {
	held, all := 0, 0
	var failed []string
	for _, r := range results {
		held, all = held+r.held(), all+len(r.checks)
		if !r.ok() {
			failed = append(failed, fmt.Sprint(r.number))
		}
	}
	if len(failed) == 0 {
		s.print("", s.paint(green, fmt.Sprintf("✓ All %d checks of %d steps held, in %s.", all, len(results), duration(took))))
		return true
	}
	s.print("", s.paint(red, fmt.Sprintf("✗ %d of %d checks did not hold, in step %s.", all-held, all, strings.Join(failed, ", "))))
	return false
}

// duration prints a time so that times can be compared at a glance.
func duration(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// DeadLetter prints that a message is an operator's now.
func (s *Screen) DeadLetter(d system.DeadLetter) {
	text := subject(orgOf(d.Body), d.MessageID) + "  dead letter " + d.MessageID + "  " + d.Body
	s.print(inset + s.paint(red, "† ") + shorten(text, s.width()-len(inset)-2))
}
