package org

import (
	"fmt"
	"unicode"
)

// MaxIDLength is the longest organization id: 63 characters of a bucket name
// less those of the default prefix "fusion-rms-".
const MaxIDLength = 52

// ID is a valid organization id. Make one with [ParseID]: it ends up in bucket
// names and ARNs, where an unchecked character would widen a policy.
type ID string

// ParseID checks s against the rules for organization ids: lower-case letters,
// digits and inner single hyphens, 1 to [MaxIDLength] characters. It never
// repairs: no trimming, no case folding. The error names the rule, or the character and
// its position, counted from 1.
//
// Whether the names that the id yields are legal depends on the stage's
// prefixes and is checked with them, by bucket.Naming.
func ParseID(s string) (ID, error) {
	switch {
	case s == "":
		return "", fmt.Errorf("organization id is empty")
	case len(s) > MaxIDLength:
		return "", fmt.Errorf("organization id %s has %d bytes, at most %d are allowed", quote(s), len(s), MaxIDLength)
	}
	for i, r := range s {
		if !isIDChar(r) {
			return "", fmt.Errorf("organization id %s has %s at position %d; only lower-case letters a-z, digits and inner single hyphens are allowed", quote(s), describe(r), i+1)
		}
	}
	for i := range len(s) {
		switch {
		case s[i] != '-':
		case i == 0:
			return "", fmt.Errorf("organization id %s starts with a hyphen", quote(s))
		case i == len(s)-1:
			return "", fmt.Errorf("organization id %s ends with a hyphen", quote(s))
		case s[i-1] == '-':
			return "", fmt.Errorf("organization id %s has two hyphens in a row at position %d", quote(s), i)
		}
	}
	return ID(s), nil
}

func isIDChar(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-'
}

// describe describes a character that isn't allowed, so that a reader can recognise
// look-alikes and invisible ones.
func describe(r rune) string {
	switch {
	case r >= 'A' && r <= 'Z':
		return fmt.Sprintf("the upper-case letter %q", r)
	case unicode.IsSpace(r):
		return fmt.Sprintf("white space (%U)", r)
	case r < 0x80 && unicode.IsPrint(r):
		return fmt.Sprintf("the character %q", r)
	}
	return fmt.Sprintf("the character %U", r)
}

// quote shows foreign text in an error: as ASCII, so that it can't forge a log
// line, and short, so that it can't flood one.
func quote(s string) string {
	const most = 80
	if len(s) > most {
		return fmt.Sprintf("%+q…", s[:most])
	}
	return fmt.Sprintf("%+q", s)
}
