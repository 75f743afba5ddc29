package proof

import (
	"fmt"
	"slices"
)

// combination is one run: a path, and which of its calls is broken, how and for how long.
type combination struct {
	path *path
	call string // "" breaks nothing
	defect
	mode string
}

// nothing is the defect of a run in which all goes well.
const nothing = "none"

// String tells the combination.
func (c combination) String() string {
	return fmt.Sprintf("%s: %s, %s, %s", c.path.name, c.call, c.name, c.mode)
}

// way is how the call is broken, and for how long.
func (c combination) way() string { return c.name + ", " + c.mode }

// again is the command that plays just this combination.
func (c combination) again() string {
	command := fmt.Sprintf("go -C infra/local test ./proof -run TestRealServers -v -path %q", c.path.name)
	if c.call == "" {
		return command + " -defect " + nothing
	}
	return command + fmt.Sprintf(" -call %q -defect %q -mode %q", c.call, c.name, c.mode)
}

// combinations are those that the flags ask for; of all, one of so many. That number
// should have no divisor in common with the number of ways to break a call, so that
// the sample comes by each. calls are what each path does.
func combinations(paths []*path, calls map[*path][]string) (chosen []combination) {
	var all []combination
	for _, p := range paths {
		for _, call := range calls[p] {
			for _, d := range defects() {
				for _, mode := range d.modes() {
					all = append(all, combination{p, call, d, mode})
				}
			}
		}
	}
	if *onlyCall != "" || *onlyHow != "" || *onlyMode != "" {
		return slices.DeleteFunc(all, func(c combination) bool {
			return !asked(*onlyCall, c.call) || !asked(*onlyHow, c.name) || !asked(*onlyMode, c.mode)
		})
	}
	for i, c := range all {
		if i%*every == 0 {
			chosen = append(chosen, c)
		}
	}
	return chosen
}

// asked reports whether a flag asks for what has this name.
func asked(flag, name string) bool { return flag == "" || flag == name }
