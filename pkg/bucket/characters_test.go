package bucket

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

// TestFormsAreWhatTheirExpressionsSay holds what is checked by hand to regular
// expressions, which say it at a glance.
func TestFormsAreWhatTheirExpressionsSay(t *testing.T) {
	account := regexp.MustCompile(`^[0-9]{12}$`)
	root := regexp.MustCompile(`^arn:[a-z-]+:iam::([0-9]{12}):root$`)
	for name, c := range map[string]struct {
		ours func(string) bool
		form string
		near string // draws texts that are of the form or nearly so
	}{
		"account":   {IsAccountID, account.String(), `[0-9]{11,13}|[0-9]{5}[a٣ ][0-9]{6}`},
		"Region":    {isRegion, `^[a-z]{2,4}(-[a-z]+)+-[0-9]+$`, `[a-zA]{0,5}(-[a-z1]{0,3}){0,3}-?[0-9a\n]{0,2}`},
		"prefix":    {isPrefix, `^[a-z0-9]((-?[a-z0-9])*)-$`, `-?[a-z0-9A-]{0,4}-{0,2}\n?`},
		"dead":      {isDead, `^(AIDA|AROA)[A-Z0-9]+$`, `A[IRO][DO]A[A-Z0-9a]{0,3}\n?`},
		"canonical": {func(s string) bool { return fixed("CanonicalUser", s) }, `^[0-9a-f]{64}$`, `[0-9a-f]{63,65}|[0-9a-g]{64}`},
		"root": {func(s string) bool { return rootToAccount(s) != s }, root.String(),
			`arn:(aws(-cn)?|A|):(iam|s3):(x)?:[0-9]{11,13}:(root|user)(:x|\n)?`},
	} {
		form := regexp.MustCompile(c.form)
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			text := rapid.OneOf(rapid.StringMatching(c.near), rapid.StringMatching(c.form[1:len(c.form)-1]), rapid.String()).Draw(t, "text")
			if got, want := c.ours(text), form.MatchString(text); got != want {
				t.Errorf("%q: got %v, want %v", text, got, want)
			}
		}))
	}
	t.Run("root's account", rapid.MakeCheck(func(t *rapid.T) {
		arn := rapid.StringMatching(root.String()[1:len(root.String())-1]).Draw(t, "arn")
		if got, want := rootToAccount(arn), root.ReplaceAllString(arn, "$1"); got != want {
			t.Errorf("%q: got %q, want %q", arn, got, want)
		}
	}))
}
