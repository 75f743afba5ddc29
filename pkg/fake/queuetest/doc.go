// Package queuetest has what tests of queues share: Fake, a standard SQS queue in
// memory for virtual time, which can be told to fail, and Suite, what every queue
// must do, which both the fake and a real server pass.
package queuetest
