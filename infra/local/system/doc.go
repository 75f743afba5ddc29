// Package system puts the whole system together on one machine: a real S3 and
// IAM (versitygw), a real SQS and SNS (fauxqs), and the compiled function behind
// Lambda's Runtime API and event source, wired as the CDK app wires them in AWS.
//
// [System.Differences] lists what differs from the deployed system.
package system
