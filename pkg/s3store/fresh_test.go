package s3store

import (
	"testing"
	"time"
)

func TestWhatIsKnownOfTheAccountEndsWhateverTheClockDoes(t *testing.T) {
	asked := time.Now()
	for name, c := range map[string]struct {
		now  time.Time
		want bool
	}{
		"at once":                         {asked, true},
		"within the minute":               {asked.Add(accountBlockAge - 1), true},
		"after it":                        {asked.Add(accountBlockAge), false},
		"the process was frozen":          {asked.Round(0).Add(time.Hour), false},
		"the clock was set back":          {asked.Round(0).Add(-time.Hour), false},
		"the clock was set back a little": {asked.Round(0).Add(-time.Second), false},
	} {
		if got := fresh(asked, c.now); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	if fresh(time.Time{}, asked) {
		t.Error("what was never asked is known")
	}
}
