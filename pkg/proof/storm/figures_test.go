package storm

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Public list prices of us-east-1 in US dollars, as in docs/deploy.md.
const (
	priceGBSecond   = 0.0000133334
	priceInvocation = 0.20 / 1e6
	pricePut        = 0.005 / 1e3
	priceGet        = 0.0004 / 1e3
	priceSQS        = 0.40 / 1e6
	priceSNS        = 0.50 / 1e6
	priceLogGB      = 0.50
	priceKMS        = 0.03 / 1e4
)

// figures are what a storm came to.
type figures struct {
	signups     int
	drained     time.Duration // from the first signup to the last outcome
	oldest      time.Duration // of the messages that were handled
	deliveries  int
	handedBack  int
	deadLetters int
	costs       []cost
}

// cost is a line of the bill.
type cost struct {
	what    string
	number  float64
	dollars float64
}

func newFigures(signups int, s *source, began time.Time) figures {
	c := s.cloud
	gbSeconds := s.busy.Seconds() * float64(s.settings.memoryMB) / 1024
	line := func(what string, number, price float64) cost { return cost{what, number, number * price} }
	return figures{
		signups: signups, drained: c.queue.emptied.Sub(began), oldest: c.queue.oldest,
		deliveries: s.deliveries, handedBack: s.handedBack, deadLetters: len(c.queue.deadLetters),
		costs: []cost{
			line("S3 writes", float64(c.counts.writes.Load()), pricePut),
			line("S3 reads", float64(c.counts.reads.Load()), priceGet),
			line("S3 throttled, as if they were writes", float64(c.counts.throttled.Load()), pricePut),
			line("Lambda GB-seconds", gbSeconds, priceGBSecond),
			line("Lambda invocations", float64(s.invocations), priceInvocation),
			line("SQS requests", float64(c.queue.requests), priceSQS),
			line("SNS publications", float64(signups), priceSNS),
			line("KMS requests, two for an outcome", float64(2*signups), priceKMS),
			line("GB of log", float64(c.log.bytes.Load())/1e9, priceLogGB),
		},
	}
}

// rate is how many signups were handled per second.
func (f figures) rate() float64 {
	return float64(f.signups-f.deadLetters) / f.drained.Seconds()
}

// handedBackShare is the part of the deliveries that ended in a redelivery.
func (f figures) handedBackShare() float64 { return float64(f.handedBack) / float64(f.deliveries) }

// deadLettersOf is how many of n signups are to be expected in the dead-letter
// queue if a backlog lasts and each receive ends as those here did on average.
func (f figures) deadLettersOf(n int, s settings) float64 {
	return float64(n) * math.Pow(f.handedBackShare(), float64(s.receives))
}

// String is the report.
func (f figures) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d signups, drained after %s: %.2f per second, the oldest waited %s\n", f.signups, f.drained.Round(time.Second), f.rate(), f.oldest.Round(time.Second))
	fmt.Fprintf(&b, "%d deliveries, %d handed back (%.3f %%), %d dead letters\n", f.deliveries, f.handedBack, 100*f.handedBackShare(), f.deadLetters)
	var all float64
	for _, c := range f.costs {
		fmt.Fprintf(&b, "%14.1f %-38s %10.4f dollars\n", c.number, c.what, c.dollars)
		all += c.dollars
	}
	fmt.Fprintf(&b, "%14s %-38s %10.4f dollars\n", "", "together", all)
	return b.String()
}
