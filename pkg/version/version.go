// Package version is the release that a program was built from.
package version

// release is set by the linker: see Makefile.
var release = "dev"

// Release is the release's name, as its tag: "v1.2.0"; "dev" if the program was built
// without one.
func Release() string { return release }
