package scenario

import (
	"time"

	"github.com/fusionpos/orgbucket/infra/local/system"
)

// Audience is told what happens while it happens, by one goroutine.
type Audience interface {
	StepBegins(number int, s Step)
	// Did says what was prepared, or done by hand, in a line.
	Did(what string)
	Sent(body string)
	// ComesAgain is told of a delivery that failed and will be repeated.
	ComesAgain(r system.Record)
	Ended(e Ending)
	Checked(c Check)
	// Ran is told of a command of the operators' tool and what it printed.
	Ran(command string, printed []string)
}

// Ending is how a message ended: its outcome, as the topic's subscriber got it.
type Ending struct {
	system.Outcome
	// Took is the time from sending to the outcome.
	Took time.Duration
}

// BucketName is the bucket's, empty if there is none.
func (e Ending) BucketName() string {
	if e.Bucket == nil {
		return ""
	}
	return e.Bucket.Name
}

// Code is the failure's, empty if there is none.
func (e Ending) Code() string {
	if e.Error == nil {
		return ""
	}
	return string(e.Error.Code)
}

// ChangedFacets lists what was changed, in the outcome's order.
func (e Ending) ChangedFacets() []string {
	facets := []string{}
	if e.Changes != nil {
		for _, f := range *e.Changes {
			facets = append(facets, string(f))
		}
	}
	return facets
}

// short says in a word how the message ended.
func (e Ending) short() string {
	if code := e.Code(); code != "" {
		return code
	}
	return e.Status
}

// Check is something that must hold, and whether it does.
type Check struct {
	Claim string
	// Wrong lists what isn't as it should be; it's empty if the claim holds.
	Wrong []Mismatch
}

// Held tells whether the claim holds.
func (c Check) Held() bool { return len(c.Wrong) == 0 }

// Mismatch is one thing that isn't as it should be.
type Mismatch struct {
	What          string // may be empty if the claim says it
	Expected, Got string
}
