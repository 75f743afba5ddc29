package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/pkg/operator/follow"
	"github.com/fusionpos/orgbucket/pkg/operator/intake"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const aboutSend = `send puts an "organization created" message into the queue for each organization: to
give existing organizations their buckets (backfill), or to have a bucket put right
(repair). A message for a bucket that is as it shall be changes nothing, so sending
twice does no harm.

All ids are checked before anything is sent; bad ones are told with their lines and
nothing is sent. A list has one id per line; empty lines and lines that start with #
are passed over, and an id that comes again is sent once. --file - reads standard input.

A list's run can be stopped at any moment (Ctrl-C, a kill, a network that breaks) and
is continued by the same command: a journal beside the list, LIST.orgbucket-sent, has
what the queue confirmed. Only the one batch of at most ten whose answer was lost may
be sent twice. The journal is for one queue; dev's is refused for prod. --again sends
all anew: it sets the old journal aside and begins a fresh one, so leave it out when
you continue such a run. Standard input has a journal only if --journal names one.

The function is faster than S3 takes new buckets, so what is sent much faster than
the default ends as Throttled in the dead-letter queue after a quarter of an hour.
Nothing is lost then, but it has to be replayed.

--follow waits for the outcomes and shows them. It listens by a queue of its own, made
before anything is sent and removed at the end; of a run that was killed a later one
removes it after a day. A message that fails is tried for up to 17 minutes before its
failed outcome comes: --follow-timeout, from the last message on, is longer than that.

Exit status: 0 all sent (and, with --follow, provisioned); 1 it couldn't go on, the
same command continues; 2 the queue refused some, they are listed; 3 with --follow: a
failed outcome, or none in time; 64 bad usage or a bad id, nothing was sent;
130 stopped by Ctrl-C, the same command continues.`

const exampleSend = `  orgbucket send --stage dev xmsqa1 --follow
  orgbucket send --stage prod --file orgs.txt --dry-run
  orgbucket send --stage prod --file orgs.txt --yes --rate 5
  orgbucket audit --stage prod -o json | jq -r 'select(.orgId and any(.findings[]?; .code=="Drift")).orgId' | orgbucket send --stage prod --file - --yes`

const (
	defaultSendRate = 10 // messages per second: docs/deploy.md, "Scale"
	// manyMessages are sent only after asking.
	manyMessages = 100
	// journalSuffix makes a journal's name of a list's.
	journalSuffix = ".orgbucket-sent"
)

// sendCommand is one call of `orgbucket send`.
type sendCommand struct {
	*app
	ids                []string // given one by one
	file, journalPath  string
	rate               float64
	correlationID      string
	again, dryRun, yes bool
	follow             bool
	followTimeout      time.Duration
	pace               *queue.Pace
	board              *board
}

func newSendCommand(a *app) *cobra.Command {
	s := &sendCommand{app: a, board: &board{}}
	c := &cobra.Command{
		Use:     "send ORG... | send --file LIST",
		Short:   "Put organization-created messages into the queue (backfill, repair)",
		Long:    aboutSend,
		Example: exampleSend,
		RunE: func(c *cobra.Command, args []string) error {
			s.ids = args
			return s.run(c.Context())
		},
	}
	f := c.Flags()
	f.StringVarP(&s.file, "file", "f", "", "the list of organizations, one id per line; - for standard input")
	completeFile(c, "file")
	f.Float64Var(&s.rate, "rate", defaultSendRate, "messages per second")
	f.BoolVar(&s.dryRun, "dry-run", false, "only show what would be sent")
	f.BoolVar(&s.yes, "yes", false, fmt.Sprintf("don't ask before more than %d messages", manyMessages))
	f.StringVar(&s.correlationID, "correlation-id", "", "comes back in the outcomes (default: an id of this run)")
	f.StringVar(&s.journalPath, "journal", "", "remembers what was sent (default: LIST"+journalSuffix+")")
	completeFile(c, "journal")
	f.BoolVar(&s.again, "again", false, "send what was sent before, too, with a fresh journal")
	f.BoolVar(&s.follow, "follow", false, "wait for the outcomes and show them")
	f.DurationVar(&s.followTimeout, "follow-timeout", follow.DefaultTimeout, "how long to wait after the last message")
	a.outputFlag(c, "table", "json")
	return c
}

// check checks the flags.
func (s *sendCommand) check() (err error) {
	switch {
	case s.file == "" && len(s.ids) == 0:
		return usage("which organizations? Name them, or a list with --file")
	case s.file != "" && len(s.ids) > 0:
		return usage("name organizations or a list with --file, not both")
	case s.followTimeout <= 0:
		return usage("--follow-timeout %v leaves no time", s.followTimeout)
	}
	if s.pace, err = queue.NewPace(s.rate); err != nil {
		return usage("--rate: %w", err)
	}
	if s.journalPath == "" && s.file != "" && s.file != "-" {
		s.journalPath = s.file + journalSuffix
	}
	if s.again && s.journalPath == "" {
		return usage("--again is for runs with a journal; without one everything is sent anyway")
	}
	if s.correlationID == "" {
		s.correlationID = fmt.Sprintf("orgbucket-send-%s-%s", time.Now().UTC().Format("20060102T150405Z"), strings.ToLower(rand.Text()[:6]))
	}
	return nil
}

func (s *sendCommand) run(ctx context.Context) error {
	if err := s.check(); err != nil {
		return err
	}
	at, err := s.connect(ctx, stage.Needs{Naming: true, Queue: true, Topic: s.follow})
	if err != nil {
		return err
	}
	list, err := s.read(ctx, at.Naming)
	if err != nil {
		return err
	}
	log := &sendLog{path: s.journalPath, queueURL: at.QueueURL}
	defer log.close()
	todo, err := log.remaining(list.IDs, s.again)
	if err != nil {
		return err
	}
	plan := sendPlan{to: at.QueueURL, listed: len(list.IDs), duplicates: list.Duplicates, todo: todo, log: log}
	if agreed, err := s.agree(ctx, plan); err != nil || !agreed {
		return err
	}
	if plan.todo, err = log.begin(todo, s.again); err != nil {
		return err
	}
	return s.send(ctx, at, plan)
}

// send sends what was agreed on, and follows it if that is wanted.
func (s *sendCommand) send(ctx context.Context, at *connection, plan sendPlan) (err error) {
	var w *following
	if s.follow {
		if w, err = s.startFollowing(ctx, at, s.board, s.followTimeout); err != nil {
			return err
		}
		defer w.close()
	}
	sender := intake.Sender{
		Queue: queue.New(at.sqs(), at.QueueURL), Pace: s.pace, CorrelationID: s.correlationID, Journal: plan.log.sent(),
		Sent: func(sent []intake.Message) {
			w.expectSent(sent)
			s.tellSent(sent)
		},
	}
	s.board.begin(s.startProgress("messages", len(plan.todo)))
	result, err := sender.Send(ctx, plan.todo)
	s.board.end()
	s.tellResult(result, plan)
	if err != nil {
		return s.stopped(ctx, err, result, plan)
	}
	status := statusOK
	if len(result.Unsent) > 0 {
		status = statusAct
	}
	if w == nil {
		return exit(status)
	}
	followed, err := w.wait(ctx)
	if err != nil {
		return err
	}
	return exit(max(status, followed))
}
