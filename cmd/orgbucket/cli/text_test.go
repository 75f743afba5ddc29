package cli

import "testing"

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
