// Package fauxqs is the SQS and SNS of the local run: fauxqs, a server from npm, started as a child process on a
// free loopback port, with the queues and the topic that the CDK app makes in AWS.
//
// What differs from AWS: it checks neither signatures nor policies, and keeps everything in memory. As in AWS, a
// message moves to the dead-letter queue on the poll after its last receive, so somebody must go on polling.
package fauxqs
