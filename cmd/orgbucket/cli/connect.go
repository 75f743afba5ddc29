package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/functionlog"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// Connection is a stage and the means to reach it.
type Connection struct {
	*stage.Stage
	Config    aws.Config
	pathStyle bool
	// taggingEndpoint is the address of the Resource Groups Tagging API; empty for AWS's.
	taggingEndpoint string
	// ControlEndpoint is that of S3 Control; empty for AWS's.
	ControlEndpoint string
}

// Where says which stage a command is about to change.
func (c *Connection) Where() string {
	text := "account " + safetext.Line(c.Naming.Account, 20)
	if c.Name != "" {
		text = "stage " + c.Name + ", " + text
	}
	return text
}

// Connect finds the stage's parts that a command needs.
func (a *App) Connect(ctx context.Context, needs stage.Needs) (*Connection, error) {
	cfg, err := a.Load(ctx)
	if err != nil {
		return nil, err
	}
	a.Stage = cmp.Or(a.Stage, a.Getenv("ORGBUCKET_STAGE"))
	found, err := stage.Resolve(ctx, cfg, a.Stage, a.Getenv, needs)
	if err != nil {
		return nil, unresolved(err)
	}
	cfg.Region = found.Naming.Region
	all := a.Getenv("AWS_ENDPOINT_URL")
	return &Connection{
		Stage: found, Config: cfg, pathStyle: a.pathStyle(),
		taggingEndpoint: cmp.Or(a.Getenv("AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API"), all),
		ControlEndpoint: cmp.Or(a.Getenv("AWS_ENDPOINT_URL_S3_CONTROL"), all),
	}, nil
}

// stages lists the stages of the account and Region, for the shell.
func (a *App) stages(c *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	ctx, stop := context.WithTimeout(c.Context(), 5*time.Second) // who waits for a Tab doesn't wait longer
	defer stop()
	var names []cobra.Completion
	if cfg, err := a.Load(ctx); err == nil {
		names, _ = stage.Names(ctx, cfg) // what can't be told isn't offered
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// unresolved is the error of a stage that wasn't found, with its exit status.
func unresolved(err error) error {
	e, ok := errors.AsType[*stage.Error](err)
	switch {
	case !ok:
		return err
	case e.Usage:
		return &Ended{Status: StatusUsage, Err: e, Advice: e.Advice}
	}
	return &Ended{Status: StatusFailed, Err: e, Advice: e.Advice}
}

// pathStyle reports whether a bucket's name is in the path of its URL: as the
// function's setting says, and always if the endpoint is an IP address.
func (a *App) pathStyle() bool {
	if strings.EqualFold(a.Getenv("S3_USE_PATH_STYLE"), "true") {
		return true
	}
	for _, name := range []string{"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"} {
		if u, err := url.Parse(a.Getenv(name)); err == nil && net.ParseIP(u.Hostname()) != nil {
			return true
		}
	}
	return false
}

// S3 is a client for buckets.
func (c *Connection) S3(options ...func(*s3.Options)) *s3.Client {
	options = append([]func(*s3.Options){func(o *s3.Options) { o.UsePathStyle = c.pathStyle }}, options...)
	return s3.NewFromConfig(c.Config, options...)
}

// Paced is a client for very many buckets, with a limit of calls per second.
func (c *Connection) Paced(perSecond float64) *s3.Client {
	return c.S3(func(o *s3.Options) { o.HTTPClient = audit.Pace(o.HTTPClient, perSecond) })
}

// CheckQueue returns an error if the stage's queue isn't one that dead letters come
// from: a message sent to a dead-letter queue is never received. Without the permission
// to look it is taken for right.
func (c *Connection) CheckQueue(ctx context.Context) error {
	depth, err := queue.New(c.SQS(), c.QueueURL).Depth(ctx)
	name, dead := safetext.Line(queue.Name(c.QueueURL), 0), depth.DeadLetters[strings.LastIndexByte(depth.DeadLetters, ':')+1:]
	const advice = "Nothing was sent. Are QUEUE_URL and DEAD_LETTER_QUEUE_URL swapped, or of different stages?"
	switch {
	case fault.Is(err, fault.AccessDenied):
		return nil
	case err != nil:
		return err
	case dead == "":
		return &Ended{Status: StatusUsage, Err: fmt.Errorf("queue %s has no dead-letter queue, so no function receives from it as it should", name), Advice: advice}
	case c.DeadLetterURL != "" && dead != queue.Name(c.DeadLetterURL):
		return &Ended{Status: StatusUsage, Err: fmt.Errorf("the dead-letter queue of %s is %s, not %s", name, safetext.Line(dead, 0), safetext.Line(queue.Name(c.DeadLetterURL), 0)), Advice: advice}
	}
	return nil
}

// Log is the function's log.
func (c *Connection) Log() *functionlog.Log { return functionlog.New(c.Config, c.LogGroup) }

// SQS is a client for queues.
func (c *Connection) SQS() *sqs.Client { return sqs.NewFromConfig(c.Config) }

// Store reads buckets as the function does, and claims as an operator may.
func (c *Connection) Store() *s3store.Store {
	client := c.S3()
	return s3store.New(client, c.Naming.Account, c.HomesBucket).Listing().Searching(client.Options(), c.taggingEndpoint)
}

// Account returns a reader of the account's settings.
func (c *Connection) Account() *account.Account {
	return account.New(c.Config, c.S3(), c.Naming.Account, c.Naming.Region)
}

// Diagnoser returns a diagnoser of messages and organizations.
func (c *Connection) Diagnoser() *diagnosis.Diagnoser {
	store := c.Store()
	return diagnosis.New(c.Naming, store, store, c.Account(), buckets.New(c.S3(), c.Naming.Account))
}

// ConnectFor is Connect for a command about one organization, whose id it checks.
func (a *App) ConnectFor(ctx context.Context, text string) (*Connection, org.ID, error) {
	id, err := org.ParseID(text)
	if err != nil {
		return nil, "", Usage("%w", err)
	}
	at, err := a.Connect(ctx, stage.Needs{Naming: true})
	if err != nil {
		return nil, "", err
	}
	at.Doubt(a, text)
	if _, err := at.Naming.Spec(id); err != nil {
		return nil, "", Usage("%w", err)
	}
	return at, id, nil
}
