// Package eventsource is Lambda's SQS event source: it polls a queue, hands what it gets to a function in the form of
// Lambda's SQS events, and deletes what the function has dealt with. It follows Lambda's rules for partial batch
// responses (ReportBatchItemFailures), so that a function which loses messages there loses them here too.
//
// A message leaves the queue only after a well-formed answer that doesn't list it. After anything else (an error, a
// crash, a timeout, an answer that can't be read) it stays and comes back after its visibility timeout, which the
// function may have changed.
package eventsource
