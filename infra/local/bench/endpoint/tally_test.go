package endpoint

import "testing"

func TestDepthIsTheLongestChainOfCallsForOneOrganization(t *testing.T) {
	for name, c := range map[string]struct {
		// script begins a call by its name and ends it by the same name again; the first letter is the organization.
		script []string
		depth  int
	}{
		"one after the other":               {[]string{"a1", "a1", "a2", "a2", "a3", "a3"}, 3},
		"at once":                           {[]string{"a1", "a2", "a1", "a2"}, 1},
		"two at once between two":           {[]string{"a1", "a1", "a2", "a3", "a3", "a2", "a4", "a4"}, 3},
		"organizations don't add up":        {[]string{"a1", "a1", "b1", "b1", "a2", "a2"}, 2},
		"a long one beside two short ones":  {[]string{"a1", "a2", "a2", "a3", "a3", "a1"}, 2},
		"one that began before another end": {[]string{"a1", "a2", "a1", "a3", "a2", "a3"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			var tally tally
			tally.reset()
			underway := map[string]int{}
			for _, step := range c.script {
				call := call{organization: step[:1]}
				if depth, begun := underway[step]; begun {
					tally.end(call, depth)
				} else {
					underway[step] = tally.begin(call)
				}
			}
			if got := tally.snapshot().Depth; got != c.depth {
				t.Errorf("depth %d, want %d", got, c.depth)
			}
		})
	}
}
