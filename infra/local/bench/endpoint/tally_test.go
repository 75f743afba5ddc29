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
			tally, underway := newTally(), map[string]int{}
			for _, step := range c.script {
				call := call{operation: "GetBucketTagging", organizations: []string{step[:1]}}
				if depth, begun := underway[step]; begun {
					tally.end(call, depth, 200)
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

func TestCallsAreCountedByOperationAndStatus(t *testing.T) {
	tally := newTally()
	put, look := call{operation: "PutObject", write: true}, call{operation: "GetBucketTagging"}
	first, second := tally.begin(put), tally.begin(look)
	tally.end(put, first, 200)
	tally.end(look, second, 404)
	s := tally.snapshot()
	if s.Total() != 2 || s.Calls["PutObject"] != 1 || s.Writes != 1 || s.InFlight != 2 || s.Refused["GetBucketTagging 404"] != 1 || len(s.Refused) != 1 || s.FirstCall.IsZero() {
		t.Errorf("got %+v", s)
	}
	tally.reset()
	if s := tally.snapshot(); s.Total() != 0 || s.Writes != 0 || s.InFlight != 0 || !s.FirstCall.IsZero() {
		t.Errorf("after the reset: %+v", s)
	}
}
