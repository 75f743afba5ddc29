// Package scenario plays the system's main job step by step against real
// servers, and checks each step by real requests with the identity in question:
// anyone, the client's own keys, another organization's keys, the function's keys.
//
// Steps are in the files step_*.go; [Steps] lists them in their order.
package scenario
