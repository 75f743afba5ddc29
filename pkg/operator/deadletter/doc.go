// Package deadletter looks through a dead-letter queue and moves messages out of
// it: back into the source queue, or into an archive file, and from there back.
//
// # Looking
//
// SQS has no other way to look at messages than to receive them, which hides them
// from others. A look receives everything that is visible, each message once, and
// holds it so that it isn't received again; when it ends, however it ends,
// everything is made visible again at once. The receive counts grow by one with
// each look; a dead-letter queue doesn't act on them.
//
// Bodies aren't kept. What is kept of each message until the look ends is its id
// and its receipt handle, about 0.6 KB (SQS's handles have some 400 characters).
// A choice of messages takes about 0.3 KB for each. At most some 30 bodies of up
// to 1 MiB are in memory at a time.
//
// A message is held for [DefaultHold], or 6 ms for each message that is in the
// queue if that is longer (10 minutes for 100,000), and the hold is made longer
// while the look goes on. If the program is killed (SIGKILL, a power cut), what it
// held becomes visible by itself after that time at the latest. If the hold of a
// message runs out all the same, since the machine slept or for SQS's limit of
// twelve hours, it is recognised when it comes again; it isn't moved unless it is
// held anew.
//
// What others have in flight when a look begins isn't seen, only counted.
//
// # Moving
//
// A message is copied, the copy is confirmed (by SQS, or by the disk), and only
// then it is deleted. So a message can be in two places, but never in none: if
// the program is killed between the two steps, at most one batch of ten is
// doubled. Replays do no harm, since a message that finds its work done changes
// nothing.
//
// Messages are first chosen in one look and then moved in another, by their ids:
// what arrived in between is left alone.
package deadletter
