package bucket

import "strings"

// Names are held to AWS's forms by hand: compiling regular expressions for them
// took a third of the function's start-up.
const (
	digits    = "0123456789"
	lowerCase = "abcdefghijklmnopqrstuvwxyz"
	upper     = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// madeOf tells whether text has no other characters than these.
func madeOf(text, characters string) bool { return strings.Trim(text, characters) == "" }

// IsAccountID tells whether text is an AWS account's number: 12 digits.
func IsAccountID(text string) bool { return len(text) == 12 && madeOf(text, digits) }

// isRegion tells whether text has a Region's form: two to four letters, words,
// and a number, with hyphens between them.
func isRegion(text string) bool {
	part := strings.Split(text, "-")
	last := len(part) - 1
	if last < 2 || len(part[0]) < 2 || len(part[0]) > 4 {
		return false
	}
	for _, word := range part[:last] {
		if word == "" || !madeOf(word, lowerCase) {
			return false
		}
	}
	return part[last] != "" && madeOf(part[last], digits)
}

// isPrefix tells whether text is lower-case letters, digits and single hyphens,
// with a hyphen at its end and none at its start.
func isPrefix(text string) bool {
	return len(text) > 1 && text[0] != '-' && text[len(text)-1] == '-' &&
		madeOf(text, lowerCase+digits+"-") && !strings.Contains(text, "--")
}
