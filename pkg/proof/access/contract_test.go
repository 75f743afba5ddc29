package access

import (
	"strings"
	"testing"
)

func TestTheDocumentedPolicyIsThatOfTheRunbook(t *testing.T) {
	if strings.Count(example, "935799716578:user/rms_xmsqa1") != 2 || strings.Count(example, ":::fusion-rms-xmsqa1") != 3 {
		t.Errorf("the example isn't for xmsqa1 in the account 935799716578:\n%s", example)
	}
	if n := strings.Count(example, `"Effect"`); n != 3 {
		t.Errorf("the example has %d statements, want 3", n)
	}
}
