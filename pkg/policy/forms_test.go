package policy

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

// TestEachCheckIsWhatItsExpressionSays compares what is checked by hand with
// regular expressions, which say it at a glance.
func TestEachCheckIsWhatItsExpressionSays(t *testing.T) {
	for name, c := range map[string]struct {
		check      func(string) bool
		form, near string
	}{
		"a deleted user or role": {isUniqueID, `^(AIDA|AROA)[A-Z0-9]+$`, `A[IRO][DO]A[A-Z0-9a]{0,3}\n?`},
		"a canonical user":       {func(s string) bool { return isFixed("CanonicalUser", s) }, `^[0-9a-f]{64}$`, `[0-9a-f]{63,65}|[0-9a-g]{64}`},
	} {
		form := regexp.MustCompile(c.form)
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			text := rapid.OneOf(rapid.StringMatching(c.near), rapid.StringMatching(c.form[1:len(c.form)-1])).Draw(t, "text")
			if got, want := c.check(text), form.MatchString(text); got != want {
				t.Errorf("%q: got %v, want %v", text, got, want)
			}
		}))
	}
}

func TestAStatementThatIsMadeMeansWhatItsTextSays(t *testing.T) {
	for _, s := range []Statement{
		Allow("Public", Anyone, "arn:aws:s3:::b/pub/*", "s3:GetObject"),
		Allow("User", "arn:aws:iam::111122223333:user/R+=,.@_-", "arn:aws:s3:::b/*", "s3:DeleteObject", "s3:GetObject"),
	} {
		if read := parseStatement(s.raw); !s.Equal(read) || s.Sid != read.Sid || s.Public() != read.Public() {
			t.Errorf("%s is\n%+v, but its text reads as\n%+v", s.raw, s, read)
		}
	}
}
