// Package lambdasim runs a compiled custom-runtime function ("bootstrap") on this machine the way Lambda runs it:
// through the Lambda Runtime API, in processes that are started on demand, kept warm, replaced after a crash and
// killed at their deadline. The function can't tell the difference, so what is tested is the program that gets deployed.
//
// An environment is one process with a Runtime API endpoint of its own, and works on one invocation at a time.
//
// What is left out: freezing the process between invocations, the memory limit, extensions, and the separate file system.
//
// Protocol: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package lambdasim
