package send

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/intake"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const about = `send puts an "organization created" message into the queue for each organization: to
give existing organizations their buckets (backfill), or to repair a bucket. A message
for a healthy bucket changes nothing, so sending twice does no harm.

A list has one id per line; empty lines and lines that begin with # are skipped, and an
id that is listed twice is sent once. --file - reads standard input. All ids are checked
before anything is sent. It asks before it sends more than 100 messages, or one for an
organization that has no bucket yet, which may be a slip of the finger.

A run with a list can be stopped at any moment, and the same command continues it: the
journal beside the list, LIST.orgbucket-sent, has what the queue confirmed. At most one
batch of ten is sent twice. A journal is for one queue: dev's is refused for prod.
--again sets it aside and sends everything; leave it out to continue such a run.
Standard input has no journal. Lists are a message group of their own, so that new
organizations don't wait behind them (SQS fair queues).

--rate is in messages per second. The default is how fast S3 creates buckets. What is
sent much faster comes back as Throttled, and has to be replayed.

` + cli.AboutFollow + `

Exit status: 0 all sent (and, with --follow, ready); 1 it couldn't go on, the same
command continues; 2 the queue refused some, which are listed; 3 with --follow: a
message failed or is missing; 64 bad usage or a bad id, nothing was sent; 130 stopped by
Ctrl-C, the same command continues.`

const example = `  orgbucket send --stage dev xmsqa1 --follow
  orgbucket send --stage prod --file orgs.txt --dry-run
  orgbucket send --stage prod --file orgs.txt --yes --rate 5
  orgbucket audit --stage prod -o json | jq -r 'select(.orgId and any(.findings[]?; .code=="Drift")).orgId' | orgbucket send --stage prod --file - --yes`

const (
	defaultRate = 10 // messages per second: docs/deploy.md, "Scale"
	// More than manyMessages are sent only after asking. So many are looked at before.
	manyMessages = 100
	// journalSuffix makes a journal's name of a list's.
	journalSuffix = ".orgbucket-sent"
)

// command is one call of `orgbucket send`.
type command struct {
	*cli.App
	cli.Agreement
	ids           []string // given one by one
	file          string
	rate          float64
	correlationID string
	again, follow bool
	pace          *queue.Pace
	progress      *cli.Progress
}

// NewCommand is `orgbucket send`.
func NewCommand(a *cli.App) *cobra.Command {
	s := &command{App: a, progress: cli.NewProgress(a)}
	c := &cobra.Command{
		Use:     "send ORG... | send --file LIST",
		Short:   "Put organization-created messages into the queue (backfill, repair)",
		Long:    about,
		Example: example,
		RunE: func(c *cobra.Command, args []string) error {
			s.ids = args
			return s.run(c.Context())
		},
	}
	f := c.Flags()
	f.StringVarP(&s.file, "file", "f", "", "the list of organizations, one id per line; - for standard input")
	_ = c.RegisterFlagCompletionFunc("file", cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault)) // names of files
	f.Float64Var(&s.rate, "rate", defaultRate, "messages per second")
	s.Agreement.Flags(c)
	f.BoolVar(&s.again, "again", false, "also send what was sent before")
	f.BoolVar(&s.follow, "follow", false, "wait, and report each message: ready, failed or missing")
	a.OutputFlag(c)
	return c
}

// check checks the flags.
func (s *command) check() (err error) {
	switch {
	case s.file == "" && len(s.ids) == 0:
		return cli.Usage("name organizations, or a list of them with --file")
	case s.file != "" && len(s.ids) > 0:
		return cli.Usage("name organizations or a list with --file, not both")
	}
	if s.pace, err = queue.NewPace(s.rate); err != nil {
		return cli.Usage("--rate: %w", err)
	}
	if s.again && s.journalPath() == "" {
		return cli.Usage("--again needs --file LIST; without a list everything is sent anyway")
	}
	s.correlationID = fmt.Sprintf("orgbucket-send-%s-%s", time.Now().UTC().Format("20060102T150405Z"), strings.ToLower(rand.Text()[:6]))
	return nil
}

// journalPath is the file that remembers what was sent, "" for none.
func (s *command) journalPath() string {
	if s.file == "" || s.file == "-" {
		return ""
	}
	return s.file + journalSuffix
}

func (s *command) run(ctx context.Context) error {
	if err := s.check(); err != nil {
		return err
	}
	at, err := s.Connect(ctx, stage.Needs{Naming: true, Queue: true, DeadLetters: s.follow})
	if err != nil {
		return err
	}
	list, err := s.read(ctx, at)
	if err != nil {
		return err
	}
	if err := at.CheckQueue(ctx); err != nil {
		return err
	}
	log := &runJournal{path: s.journalPath(), queueURL: at.QueueURL}
	defer log.close()
	todo, err := log.remaining(list.IDs, s.again)
	if err != nil {
		return err
	}
	plan := sendPlan{to: at.QueueURL, listed: len(list.IDs), duplicates: list.Duplicates, todo: todo, log: log}
	if agreed, err := s.agree(ctx, at, plan); err != nil || !agreed {
		return err
	}
	if plan.todo, err = log.begin(todo, s.again); err != nil {
		return err
	}
	return s.send(ctx, at, plan)
}

// send sends what was agreed on, and follows it with --follow.
func (s *command) send(ctx context.Context, at *cli.Connection, plan sendPlan) error {
	var followed *cli.Following
	if s.follow {
		followed = at.Follow(s.App, s.progress)
	}
	sender := intake.Sender{
		Queue: queue.New(at.SQS(), at.QueueURL), Pace: s.pace, CorrelationID: s.correlationID, Journal: plan.log.sent(),
		Sent: func(sent []intake.Message) {
			for _, m := range sent {
				followed.Expect(m.MessageID, m.OrgID)
			}
			s.tellSent(sent)
		},
	}
	if s.file != "" {
		sender.Group = intake.ListGroup
	}
	s.progress.Begin("messages", len(plan.todo))
	result, err := sender.Send(ctx, plan.todo)
	s.progress.End()
	s.tellResult(result, plan)
	if err != nil {
		return s.stopped(ctx, err, result, plan)
	}
	status := cli.StatusOK
	if len(result.Unsent) > 0 {
		status = cli.StatusAct
	}
	return followed.Finish(ctx, status)
}
