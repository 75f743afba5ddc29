// Package proof holds the compiled function to the invariants of pkg/proof on real
// servers: each S3 call that a path makes is broken before versitygw or after it,
// the function's process is killed with SIGKILL, the queue redelivers, and what
// came of it is judged by real requests and by the server's call log. Nothing that
// decides what the function does takes part in the judgement.
//
// It has tests only. docs/proof.md says what is run, and how to play one again.
package proof
