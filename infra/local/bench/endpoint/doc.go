// Package endpoint is the AWS side of the benchmark: S3, SNS and SQS as one
// program, which adds a fixed delay to each call and counts what passes. It runs
// in a process of its own, so that its work isn't the contestants'.
//
// S3 is the project's stateful fake; SNS takes what is published and SQS what is
// changed, without keeping either. Signatures aren't checked.
package endpoint
