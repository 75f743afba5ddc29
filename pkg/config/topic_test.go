package config

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

// TestATopicIsWhatItsExpressionSays holds what is checked by hand to a regular
// expression.
func TestATopicIsWhatItsExpressionSays(t *testing.T) {
	form := regexp.MustCompile(`^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$`)
	for _, text := range []string{"", "arn:aws:sns:us-east-1:123456789012:", "arn:aws:sns::123456789012:t", "arn::sns:r:123456789012:t"} {
		if isTopic(text) != form.MatchString(text) {
			t.Errorf("%q: %v", text, isTopic(text))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.StringMatching(`arn:[a-z-]{0,3}:(sns|sqs):[a-z0-9-]{0,4}:[0-9]{11,13}:[A-Za-z0-9_.ä-]{0,4}(:x|\n)?`),
			rapid.StringMatching(`arn:aws:sns:us-east-1:[0-9]{12}:[A-Za-z0-9_-]{254,258}`),
			rapid.StringMatching(form.String()[1:len(form.String())-1]),
		).Draw(t, "text")
		if got, want := isTopic(text), form.MatchString(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	})
}
