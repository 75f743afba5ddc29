package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
)

func TestWordsAreNeverBroken(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"as wide":                  "as wide",
		"wider than ten":           "wider than\n    ten",
		"one-word-that-is-wider":   "one-word-that-is-wider",
		"a one-word-that-is-wider": "a\n    one-word-that-is-wider",
		"  in it  as columns":      "  in it\n      as\n      columns",
		"two\nlines of it":         "two\nlines of\n    it",
		"one-word-that-is-wider a": "one-word-that-is-wider\n    a",
		"ends here. ":              "ends here.",
	} {
		if got := (&App{Width: 10}).WrapPage(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
		if got := (&App{}).WrapPage(text); got != text {
			t.Errorf("without a terminal %q becomes %q", text, got)
		}
	}
	if got := (&App{Width: 12}).Wrap("  ", "a few words more"); got != "  a few\n  words more" {
		t.Errorf("%q", got)
	}
}

// TestATerminalThatIsNarrowerThanTheIndentHasAWordALine: nothing hangs there.
func TestATerminalThatIsNarrowerThanTheIndentHasAWordALine(t *testing.T) {
	const text = "some words that are wrapped"
	for width := range 40 {
		for indent := range 45 {
			begin := strings.Repeat(" ", indent)
			a := &App{Width: width}
			for _, got := range []string{a.Wrap(begin, text), a.WrapPage(begin + text)} {
				if strings.Join(strings.Fields(got), " ") != text {
					t.Fatalf("width %d, indent %d: %q", width, indent, got)
				}
				if words := strings.Count(got, "\n") + 1; width > 0 && indent >= width && words != 5 {
					t.Errorf("width %d, indent %d: %d lines", width, indent, words)
				}
			}
		}
	}
	if got := (&App{Width: 3}).WrapPage(strings.Repeat(" ", 9)); got != "" {
		t.Errorf("of an empty line is %q", got)
	}
}

// TestWhoReplayedIsLeftOutIfNobodyKnows, and when.
func TestWhoReplayedIsLeftOutIfNobodyKnows(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for want, s := range map[string]deadletter.Stamp{
		"replayed 1 time, last on 2026-11-23 12:00:00 UTC by arn:aws:iam::1:user/anna": {Count: 1, By: "arn:aws:iam::1:user/anna", At: at},
		"replayed 2 times, last on 2026-11-23 12:00:00 UTC":                            {Count: 2, At: at},
		"replayed 2 times": {Count: 2},
	} {
		if got := Replayed(s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestADurationIsToldAsPeopleSayIt(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 340 * time.Millisecond: "300ms", 1500 * time.Millisecond: "1.5s", time.Minute: "1m", 20 * time.Minute: "20m", 90*time.Second + time.Millisecond: "1m30s",
		time.Hour: "1h", 65*time.Minute + 9*time.Second: "1h5m", 30 * time.Hour: "30h", 10*time.Hour + 10*time.Minute: "10h10m",
	} {
		if got := Coarse(d); got != want {
			t.Errorf("%v is told as %s, want %s", d, got, want)
		}
	}
}
