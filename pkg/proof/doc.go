// Package proof shows that provisioning stays correct under every fault. It
// names what must always hold; its tests run the function's own code (batch
// handler, service, S3 store, publisher, the SDK's clients) in virtual time
// against a stateful S3, a queue and a topic, break every call in every way, let
// up to 64 deliveries run at once in any order, and hold the invariants after
// every single call. docs/proof.md says how to read the report.
//
// Nothing links this package. Other tests may use the invariants' names.
package proof
