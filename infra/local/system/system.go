package system

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/fusionpos/orgbucket/infra/local/eventsource"
	"github.com/fusionpos/orgbucket/infra/local/fauxqs"
	"github.com/fusionpos/orgbucket/infra/local/lambdasim"
	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/logfake"
)

// account is the only one that both local servers know.
const account = fauxqs.Account

// region is where everything is, locally. It is the one whose CreateBucket has
// quirks of its own.
const region = "us-east-1"

// System is the running system. Its methods may be called concurrently.
type System struct {
	S3        *s3server.Server
	Messaging *fauxqs.Server
	Queues    fauxqs.System
	Function  *lambdasim.Function
	// EventSource feeds the function from the queue. Disabled, it lets messages
	// gather, so that they come in one batch when it's enabled again.
	EventSource *EventSource
	// Naming is the function's.
	Naming bucket.Naming
	// HomesBucket is the name of the bucket that keeps the claims.
	HomesBucket string
	// Log is the function's, which LogURL serves as CloudWatch does.
	Log    *logfake.Log
	LogURL string
	// Identity is the function's in S3.
	Identity s3server.Credentials
	// Differences between the function's rights here and those of the deployed
	// role, a line of text each.
	Differences []string

	options Options
	audit   *audit // nil without the function

	outcomes *journal[Outcome]
	records  *journal[Record]
	batches  *journal[eventsource.BatchReport]
	dead     *deadLetters

	closers   []func() error // run last to first
	closeOnce sync.Once
	closeErr  error
}

// Start starts everything and returns when messages can be sent. ctx bounds the
// start only. The error says what couldn't be started; nothing is left running then.
func Start(ctx context.Context, o Options) (*System, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &System{
		Naming: bucket.Naming{
			Account: account, Region: region, BucketPrefix: "fusion-rms-",
			ClientAccount: account, ClientUserPrefix: "rms_",
		},
		HomesBucket: homesBucket,
		options:     o,
		outcomes:    newJournal[Outcome](), records: newJournal[Record](), batches: newJournal[eventsource.BatchReport](),
	}
	if err := s.start(ctx, o); err != nil {
		return nil, errors.Join(fmt.Errorf("start the local system: %w", err), s.Close())
	}
	return s, nil
}

func (s *System) start(ctx context.Context, o Options) (err error) {
	if err := s.startMessaging(ctx, o); err != nil {
		return err
	}
	if s.S3, err = s3server.Start(ctx, s3server.Options{Region: region, Log: o.ServerLog}); err != nil {
		return err
	}
	s.onClose(s.S3.Close)
	if err := s.CreateHomesBucket(ctx); err != nil {
		return err
	}
	if s.Identity, s.Differences, err = CreateFunctionUser(ctx, s.S3, s.Naming.BucketPrefix, s.HomesBucket); err != nil {
		return err
	}
	if err := s.startLog(); err != nil {
		return err
	}
	if err := s.startFunction(ctx, o); err != nil {
		return err
	}
	if err := s.startAudit(ctx, o); err != nil {
		return err
	}
	if s.EventSource, err = s.newEventSource(o); err != nil {
		return err
	}
	s.EventSource.Enable()
	s.onClose(s.stopWork)
	return nil
}

// stopWork ends polling and the function's processes at once, so that a batch
// that is under way isn't waited for.
func (s *System) stopWork() error {
	disabled := make(chan struct{})
	go func() {
		defer close(disabled)
		s.EventSource.Disable()
	}()
	err := s.Function.Close()
	<-disabled
	return err
}

func (s *System) startMessaging(ctx context.Context, o Options) (err error) {
	s.Messaging, err = fauxqs.Start(ctx, fauxqs.Options{Region: region, NodeModules: o.NodeModules, Log: o.ServerLog})
	if err != nil {
		return err
	}
	s.onClose(s.Messaging.Close)
	s.Queues, err = s.Messaging.CreateSystem(ctx, fauxqs.SystemOptions{
		Name: "organization-created", MaxReceiveCount: o.MaxReceiveCount, VisibilityTimeout: o.VisibilityTimeout,
	})
	if err != nil {
		return err
	}
	s.dead = newDeadLetters(s.Messaging, s.Queues.DeadLetterURL)
	s.inBackground(func(ctx context.Context) { s.dead.watch(ctx, o.Trouble) })
	s.inBackground(func(ctx context.Context) { s.readOutcomes(ctx, o.Trouble) })
	return nil
}

// inBackground runs f until Close.
func (s *System) inBackground(f func(context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f(ctx)
	}()
	s.onClose(func() error { cancel(); <-ended; return nil })
}

func (s *System) onClose(step func() error) { s.closers = append(s.closers, step) }

// Close stops everything, last to first: no more polling, then the function's
// processes, then the servers. It returns when all of it is gone.
func (s *System) Close() error {
	s.closeOnce.Do(func() {
		for i := len(s.closers) - 1; i >= 0; i-- {
			s.closeErr = errors.Join(s.closeErr, s.closers[i]())
		}
	})
	return s.closeErr
}
