package result

import (
	"fmt"
	"math"
)

// Core is the memory, in MB, with which Lambda gives a function one whole core; a
// function with less gets as much less of it
// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
const Core = 1769

// Prices of Lambda on arm64 in us-east-1, in US dollars, as docs/deploy.md has them.
const (
	PriceGBSecond   = 0.0000133334
	PriceInvocation = 0.20 / 1e6
)

// Share is the part of a core that a function with this much memory has.
func Share(memoryMB int) float64 { return math.Min(1, float64(memoryMB)/Core) }

// LambdaCost is what Lambda charges for invocations of so many milliseconds, each
// begun one counted whole.
func LambdaCost(invocations, milliseconds float64, memoryMB int) float64 {
	return invocations * (math.Ceil(milliseconds)/1000*float64(memoryMB)/1024*PriceGBSecond + PriceInvocation)
}

// shares is the curve of time and cost over memory. A first batch is a cold
// start's, a later one meets warm connections.
func (d Document) shares() string {
	return d.section("Memory, and so the share of a core; over TLS. Dollars: Lambda's for 1,000 organizations,\nif all came in such batches, warm.", 1,
		[]string{"MB", "share", "in a batch", "delay", "first ms", "later ms", "dollars", "peak MB"},
		func(r Row) []string {
			batch := r.N / 2
			return []string{fmt.Sprint(r.MemoryMB), fmt.Sprintf("%.2f", Share(r.MemoryMB)), fmt.Sprint(batch), fmt.Sprint(r.DelayMS), r.cell(First), r.cell(Last),
				fmt.Sprintf("%.5f", LambdaCost(1000/float64(batch), r.Values[Last].Median, r.MemoryMB)), r.cell(RSS)}
		}, Memory)
}
