package provision

import (
	"context"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

const (
	// announceReserve is the part of a delivery's time that is reserved for
	// announcing a failure and handing the message back.
	announceReserve = time.Second
	// leastTime is how much time a delivery needs to be begun. A first run takes
	// well under a second.
	leastTime = announceReserve + time.Second
)

// EnoughTime reports whether a delivery can still be begun within ctx's deadline.
func EnoughTime(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) >= leastTime
}

// Delivery is one message as it was received.
type Delivery struct {
	// Event is the parsed message. Refused, if not nil, is why it can't be read.
	Event   org.OrganizationCreated
	Refused error
	Source  Source
	// Last: the queue moves the message to the dead-letter queue if this receive
	// fails, so a failure has to be announced now.
	Last bool
}

// Report is how a delivery ended.
type Report struct {
	// Result is the bucket that is ready, if Failure is nil; its outcome was
	// published. Otherwise it has at most the bucket that was worked on.
	Result Result
	// Failure is why the message has to be handed back.
	Failure *fault.Error
	// Announced: the failure was published; an operator gets the message next.
	Announced bool
	// AnnounceError is why the failure of a last receive couldn't be published.
	AnnounceError error
	// Untouched: there was too little time left to begin.
	Untouched bool
	// Durations is how long each step took that was begun.
	Durations map[fault.Step]time.Duration
}

// Handler handles deliveries: it provisions and announces. Every delivery ends
// in a report, whatever happens in it.
type Handler struct {
	service  *Service
	outcomes Outcomes
}

// NewHandler returns a handler that provisions by service and announces to outcomes.
func NewHandler(service *Service, outcomes Outcomes) *Handler {
	return &Handler{service, outcomes}
}

// Handle handles one delivery within ctx's deadline.
func (h *Handler) Handle(ctx context.Context, d Delivery) Report {
	report := Report{Durations: map[fault.Step]time.Duration{}}
	if err := h.attempt(ctx, d, &report); err != nil {
		report.Failure = fault.Of(fault.At(fault.StepHandle, err))
		if d.Last {
			report.AnnounceError = h.announce(ctx, d, report.Failure)
			report.Announced = report.AnnounceError == nil
		}
	}
	return report
}

func (h *Handler) attempt(ctx context.Context, d Delivery, report *Report) (err error) {
	defer fault.Catch(&err)
	if d.Refused != nil {
		return fault.At(fault.StepParse, d.Refused)
	}
	work := ctx
	if deadline, ok := ctx.Deadline(); ok {
		if !EnoughTime(ctx) {
			report.Untouched = true
			return fault.New(fault.DeadlineExceeded, "%s of the delivery's time left, too little to begin", time.Until(deadline).Round(time.Millisecond))
		}
		var cancel context.CancelFunc
		work, cancel = context.WithDeadline(ctx, deadline.Add(-announceReserve))
		defer cancel()
	}
	result, err := h.service.Provision(work, d.Event.OrgID, d.Source.MessageID, report.Durations)
	report.Result = result
	if err != nil {
		return err
	}
	result.Warnings = append(result.Warnings, d.Event.Warnings...)
	began := time.Now()
	err = h.outcomes.Provisioned(work, result, d.Source)
	report.Durations[fault.StepPublish] = time.Since(began)
	report.Result = result
	return fault.At(fault.StepPublish, err)
}

func (h *Handler) announce(ctx context.Context, d Delivery, failure *fault.Error) (err error) {
	defer fault.Catch(&err)
	id := d.Event.OrgID
	if failure.Kind() == fault.Invalid {
		id = "" // consumers may rely on an id that is valid
	}
	return h.outcomes.Failed(ctx, id, failure, d.Source)
}
