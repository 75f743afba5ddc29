package deadletters

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
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
func (d *command) write(l deadletter.Letter, at time.Time) error {
	t := cli.Table(d.Out)
	add := func(name, text string) {
		if text != "" {
			cli.Row(t, name, text)
		}
	}
	g := l.Diagnosis
	add("id", cli.Line(l.ID, 0))
	add("sent", fmt.Sprintf("%s, %s ago", l.SentAt.Format(time.RFC3339), ageOf(l, at)))
	add("received", cli.Count(l.ReceiveCount, "time"))
	add("organization", cli.Line(string(g.OrgID), 0))
	add("correlation id", cli.Line(g.CorrelationID, 0))
	add("verdict", strings.TrimSpace(fmt.Sprintf("%s %s", g.Verdict, g.Code)))
	add("reason", cli.Line(g.Reason, 0))
	add("what to do", cli.Line(g.Hint, 0))
	add("bucket", cli.Line(g.Bucket, 0))
	var changes []string
	for _, f := range g.Changes {
		changes = append(changes, string(f))
	}
	add("changes", strings.Join(changes, ", "))
	for _, w := range g.Warnings {
		add("warning", cli.Line(w, 0))
	}
	for _, u := range g.Unchecked {
		add("not checked", cli.Line(u, 0))
	}
	add("trace header", cli.Line(l.TraceHeader, 0))
	add("group", cli.Line(l.GroupID, 0))
	attributes := deadletter.Attributes(l.Content)
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		add("attribute", attributeText(name, attributes[name]))
	}
	add("body", bodyTitle(l.Body))
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(d.Out, "\n%s\n", cli.Page(l.Body))
	return err
}

func attributeText(name string, a deadletter.Attribute) string {
	value := fmt.Sprintf("%q", a.Binary)
	if a.String != nil {
		value = *a.String
	}
	return fmt.Sprintf("%s (%s): %s", cli.Line(name, 0), cli.Line(a.Type, 0), cli.Line(value, 200))
}

func bodyTitle(body string) string {
	title := cli.Count(len(body), "byte")
	if cli.Page(body) != body {
		title += ", with characters that are escaped here"
	}
	return title
}
