// Package deadletter looks through a dead-letter queue and moves messages out of
// it: back into the source queue, or into an archive file.
//
// # Looking
//
// SQS shows messages only to those who receive them, and a received message is
// hidden from others. A look receives everything that is visible, each message
// once, and holds it so that it isn't received again. When the look ends, for
// whatever reason, everything is made visible again at once. Receive counts grow
// by one with each look; a dead-letter queue doesn't act on them.
//
// Memory is bounded. Until the look ends, about 0.6 KB are kept of each message:
// its id and its receipt handle (SQS's handles have some 400 characters). A chosen
// message takes about 0.3 KB. At most some 30 bodies of up to 1 MiB are in memory
// at a time.
//
// A message is held for two minutes, or 6 ms for each message of the queue if that
// is longer (10 minutes for 100,000), and the hold is extended while the look goes
// on. If the program is killed (SIGKILL, a power cut), what it held becomes visible
// by itself after that time at the latest. The hold of a message may run out
// nevertheless, because the machine slept or by SQS's limit of twelve hours. Such a
// message is recognised when it is received again, and it isn't moved unless it is
// held again.
//
// Messages that others have in flight when a look begins are counted, not seen.
//
// # Moving
//
// A message is copied, the copy is confirmed (by SQS, or by fsync), and only then
// it is deleted. So a message can be in two places, but never in none. If the
// program is killed between the two steps, at most one batch of ten is in both.
// Replaying a message twice does no harm: provisioning is idempotent.
//
// Messages are chosen in a first look and moved in a second one, by their ids:
// what arrives in between stays where it is.
package deadletter
