package proof

import (
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"testing"
)

// What is run. Without flags it's a sample.
var (
	full     = flag.Bool("full", false, "run everything, not a sample")
	onlyPath = flag.String("path", "", "run the fault matrix for this path only")
	onlyCall = flag.String("call", "", "break this call only, as reports name it")
	onlyHow  = flag.String("defect", "", "break calls in this way only")
	onlyMode = flag.String("mode", "", "break calls for this long only")
	seed     = flag.Int64("seed", -1, "replay this seed of the random orders only")
	mutate   = flag.Bool("mutants", false, "run the mutants, too: minutes")
)

// TestMain prints the report after the tests that were asked for.
func TestMain(m *testing.M) {
	flag.Parse()
	debug.SetGCPercent(400) // nearly all memory is garbage: a quarter less work
	code := m.Run()
	if testing.Verbose() || *full || *mutate {
		fmt.Print(total.String())
	}
	os.Exit(code)
}

// progress says how far a long run has come.
func progress(format string, args ...any) {
	if *full || *mutate {
		fmt.Printf(format+"\n", args...)
	}
}

// asked reports whether a flag asks for what has this name.
func asked(flag, name string) bool { return flag == "" || flag == name }
