// Package story plays the system's main job step by step against real servers,
// and checks each step by real requests with the identity in question: anyone,
// the client's own keys, another organization's keys, the function's keys.
//
// The steps are in the files step_*.go; story.go lists them in their order.
// [Screen] shows what happens.
package story
