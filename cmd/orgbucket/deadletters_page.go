package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
)

// inspection is a message in full in JSON.
type inspection struct {
	letterLine
	Body        *string                         `json:"body,omitempty"`
	BodyBase64  []byte                          `json:"bodyBase64,omitempty"`
	Attributes  map[string]deadletter.Attribute `json:"attributes,omitempty"`
	TraceHeader string                          `json:"traceHeader,omitempty"`
	GroupID     string                          `json:"groupId,omitempty"`
}

func newInspection(l deadletter.Letter, at time.Time) inspection {
	i := inspection{letterLine: newLetterLine(l, at), Attributes: deadletter.Attributes(l.Content), TraceHeader: l.TraceHeader, GroupID: l.GroupID}
	if utf8.ValidString(l.Body) {
		i.Body = &l.Body
	} else {
		i.BodyBase64 = []byte(l.Body)
	}
	return i
}

// write shows a message on a page.
func (d *deadLetters) write(l deadletter.Letter, at time.Time) error {
	t := table(d.out)
	add := func(name, text string) {
		if text != "" {
			row(t, name, text)
		}
	}
	g := l.Diagnosis
	add("id", cell(l.ID, 0))
	add("sent", fmt.Sprintf("%s, %s ago", l.SentAt.Format(time.RFC3339), ageOf(l, at)))
	add("received", count(l.ReceiveCount, "time"))
	add("organization", cell(string(g.OrgID), 0))
	add("correlation id", cell(g.CorrelationID, 0))
	add("verdict", strings.TrimSpace(fmt.Sprintf("%s %s", g.Verdict, g.Code)))
	add("reason", cell(g.Reason, 0))
	add("what to do", cell(g.Hint, 0))
	add("bucket", cell(g.Bucket, 0))
	var changes []string
	for _, f := range g.Changes {
		changes = append(changes, string(f))
	}
	add("changes", strings.Join(changes, ", "))
	for _, w := range g.Warnings {
		add("warning", cell(w.String(), 0))
	}
	for _, u := range g.Unchecked {
		add("not checked", cell(u, 0))
	}
	add("trace header", cell(l.TraceHeader, 0))
	add("group", cell(l.GroupID, 0))
	attributes := deadletter.Attributes(l.Content)
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		add("attribute", attributeText(name, attributes[name]))
	}
	add("body", bodyTitle(l.Body))
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(d.out, "\n%s\n", safeBody(l.Body))
	return err
}

func attributeText(name string, a deadletter.Attribute) string {
	value := fmt.Sprintf("%q", a.Binary)
	if a.String != nil {
		value = *a.String
	}
	return fmt.Sprintf("%s (%s): %s", cell(name, 0), cell(a.Type, 0), cell(value, 200))
}

func bodyTitle(body string) string {
	title := count(len(body), "byte")
	if safeBody(body) != body {
		title += ", with characters that are escaped here"
	}
	return title
}

// safeBody is a body as a terminal may get it: lines and tabs as they are, other
// control characters escaped.
func safeBody(body string) string {
	var safe strings.Builder
	for rest := body; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&safe, `\x%02x`, rest[0])
		case r == '\n' || r == '\t' || unicode.IsPrint(r):
			safe.WriteRune(r)
		default:
			safe.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
		rest = rest[size:]
	}
	return safe.String()
}
