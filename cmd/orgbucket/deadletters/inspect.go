package deadletters

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/functionlog"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
	"github.com/fusionpos/orgbucket/pkg/org"
)

const aboutInspect = `inspect shows one dead letter in full: what would become of it now, with hint, warnings
and what couldn't be checked; how it failed last, as the function's log has it; its
attributes; and its body. It is named by its id, of which the first 6 characters are
enough if no other id begins with them, or by its organization, whose newest is shown.

The table escapes control characters in the body. --output json has it exactly, or as
bodyBase64 if it isn't valid UTF-8.

Exit status: 0 found; 1 not found, or the queue can't be read; 64 bad usage, or several
ids begin like this one; 130 stopped by Ctrl-C.`

const exampleInspect = `  orgbucket dead-letters inspect 0a1b2c3d --stage prod
  orgbucket dead-letters inspect xmsqa1 --stage prod
  orgbucket dead-letters inspect 0a1b2c3d --stage prod -o json | jq -r .body`

func newInspectCommand(a *cli.App) *cobra.Command {
	d := newCall(a)
	c := &cobra.Command{
		Use: "inspect ID|ORG", Short: "One dead letter in full", Long: aboutInspect, Example: exampleInspect, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return d.inspect(c.Context(), args[0]) },
	}
	a.OutputFlag(c)
	return c
}

func (d *command) inspect(ctx context.Context, id string) error {
	if _, err := org.ParseID(id); err != nil {
		if err := deadletter.CheckID(id); err != nil {
			return cli.Usage("%w", err)
		}
	}
	at, err := d.connect(ctx, stage.Needs{})
	if err != nil {
		return err
	}
	at.Doubt(d.App, id)
	l, looked, err := at.scanner.Find(ctx, at.Diagnoser(), id)
	d.reportLooked(deadletter.Looked{Unreleased: looked.Unreleased, Hold: looked.Hold})
	switch {
	case errors.Is(err, deadletter.ErrNotFound):
		advice := fmt.Sprintf("%s seen.", cli.Were(looked.Seen))
		if looked.InFlight > 0 {
			advice = fmt.Sprintf("%s seen, about %s in flight with others.", cli.Were(looked.Seen), cli.Were(looked.InFlight))
		}
		return cli.Advise(err, advice)
	case errors.Is(err, deadletter.ErrAmbiguous):
		return cli.Usage("%w", err)
	case err != nil:
		return stoppedLooking(err, looked.Seen)
	}
	if len(l.More) > 0 {
		d.Notice("The newest of %d for this organization; also: %s", len(l.More)+1, cli.Some(l.More))
	}
	i := newInspection(l.Letter, d.lastFailure(ctx, at, l.ID), time.Now())
	if d.JSON() {
		return cli.JSONLine(d.Out, i)
	}
	return d.write(l.Letter, i)
}

// lastFailure returns the last failed delivery of a message that the log has.
func (d *command) lastFailure(ctx context.Context, at *place, id string) (last functionlog.Record) {
	for r, err := range at.Log().Message(ctx, id, time.Now().Add(-retention)) {
		if err != nil {
			d.Notice("How it failed isn't known: %s", safetext.Line(err.Error(), 0))
		}
		if err == nil && r.Failed() {
			last = r
		}
	}
	return last
}

// inspection is the JSON of one message in full.
type inspection struct {
	letterLine
	Body        *string                         `json:"body,omitempty"`
	BodyBase64  []byte                          `json:"bodyBase64,omitempty"`
	Attributes  map[string]deadletter.Attribute `json:"attributes,omitempty"`
	TraceHeader string                          `json:"traceHeader,omitempty"`
	GroupID     string                          `json:"groupId,omitempty"`
}

func newInspection(l deadletter.Letter, last functionlog.Record, at time.Time) inspection {
	i := inspection{letterLine: newLetterLine(l, last, at), Attributes: deadletter.Attributes(l.Content), TraceHeader: l.TraceHeader, GroupID: l.GroupID}
	if utf8.ValidString(l.Body) {
		i.Body = &l.Body
	} else {
		i.BodyBase64 = []byte(l.Body)
	}
	return i
}

// write shows a message on a page.
func (d *command) write(l deadletter.Letter, i inspection) error {
	var page strings.Builder
	t := cli.Table(&page)
	add := func(name, text string) {
		if text != "" {
			cli.Row(t, name, text)
		}
	}
	g := l.Diagnosis
	add("id", safetext.Line(l.ID, 0))
	add("sent", fmt.Sprintf("%s, %s ago", l.SentAt.Format(time.RFC3339), age(l.SentAt.Add(time.Duration(i.AgeSeconds)*time.Second), l.SentAt)))
	add("received", cli.Count(l.ReceiveCount, "time"))
	add("organization", safetext.Line(string(g.OrgID), 0))
	add("correlation id", safetext.Line(g.CorrelationID, 0))
	add("verdict", strings.TrimSpace(fmt.Sprintf("%s %s", g.Verdict, g.Code)))
	add("reason", safetext.Line(g.Reason, 0))
	add("what to do", safetext.Line(d.Advice(g.Hint, g.OrgID), 0))
	if f := i.LastFailure; f != nil {
		add("failed", fmt.Sprintf("%s with %s at %s, receive %d: %s", f.At.Format(time.RFC3339), f.Code, f.Step, f.ReceiveCount, safetext.Line(f.Error, 0)))
	}
	add("bucket", safetext.Line(g.Bucket, 0))
	var changes []string
	for _, f := range g.Changes {
		changes = append(changes, string(f))
	}
	add("changes", strings.Join(changes, ", "))
	for _, w := range g.Warnings {
		add("warning", safetext.Line(w.String(), 0))
	}
	for _, u := range g.Unchecked {
		add("not checked", safetext.Line(u.String(), 0))
	}
	if s := i.Replay; s != nil {
		add("replayed", safetext.Line(strings.TrimPrefix(cli.Replayed(*s), "replayed ")+"; its first id was "+s.FirstID, 0))
	}
	add("trace header", safetext.Line(l.TraceHeader, 0))
	add("group", safetext.Line(l.GroupID, 0))
	attributes := deadletter.Attributes(l.Content)
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		add("attribute", attributeText(name, attributes[name]))
	}
	add("body", bodyTitle(l.Body))
	if err := t.Flush(); err != nil {
		return err
	}
	return d.Show(d.WrapPage(page.String()) + "\n" + safetext.Page(l.Body) + "\n")
}

func attributeText(name string, a deadletter.Attribute) string {
	value := fmt.Sprintf("%q", a.Binary)
	if a.String != nil {
		value = *a.String
	}
	return fmt.Sprintf("%s (%s): %s", safetext.Line(name, 0), safetext.Line(a.Type, 0), safetext.Line(value, 200))
}

func bodyTitle(body string) string {
	title := cli.Count(len(body), "byte")
	if safetext.Page(body) != body {
		title += ", with characters that are escaped here"
	}
	return title
}
