package access

import (
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

func TestTheDocumentedPolicyIsThatOfTheRunbook(t *testing.T) {
	if strings.Count(example, "935799716578:user/rms_xmsqa1") != 2 || strings.Count(example, ":::fusion-rms-xmsqa1") != 3 {
		t.Errorf("the example isn't for xmsqa1 in the account 935799716578:\n%s", example)
	}
	if n := strings.Count(example, `"Effect"`); n != 3 {
		t.Errorf("the example has %d statements, want 3", n)
	}
}

// TestAPolicyIsComparedByMeaning: what means something else, more or less is a mismatch,
// another way to write the same is none.
func TestAPolicyIsComparedByMeaning(t *testing.T) {
	naming := bucket.Naming{Account: "111122223333", ClientUserPrefix: "u_"}
	documented := Documented(naming, "b-cafe1", "cafe1")
	for name, c := range map[string]struct {
		change func(policy string) string
		same   bool
	}{
		"as it is":             {func(p string) string { return p }, true},
		"lists, Sids, a type":  {strings.NewReplacer(`"Action": "s3:ListBucket"`, `"Sid": "A", "Action": ["s3:listbucket"]`, `"Principal": "*"`, `"Principal": {"AWS": ["*"]}`).Replace, true},
		"another user":         {func(p string) string { return strings.Replace(p, "u_cafe1", "u_cafe2", 1) }, false},
		"more than the folder": {func(p string) string { return strings.Replace(p, "/pub/*", "/*", 1) }, false},
		"one action less":      {func(p string) string { return strings.Replace(p, `"s3:DeleteObject",`, "", 1) }, false},
		"one statement more": {func(p string) string {
			return strings.Replace(p, `"Statement": [`, `"Statement": [{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::b-cafe1/x"},`, 1)
		}, false},
		"one statement twice, another not at all": {func(p string) string {
			return strings.NewReplacer(`"s3:ListBucket"`, `"s3:GetObject"`, `:::b-cafe1"`, `:::b-cafe1/pub/*"`).Replace(p)
		}, false},
		"none": {func(string) string { return "" }, false},
	} {
		if got := Policy(naming, "b-cafe1", "cafe1", c.change(documented)); (len(got) == 0) != c.same {
			t.Errorf("%s: %v", name, got)
		}
	}
}
