package org_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/org"
)

// TestHostileBodiesAreReadInBoundedTime gives the parser the largest bodies of
// the shapes that make careless parsers slow or deep.
func TestHostileBodiesAreReadInBoundedTime(t *testing.T) {
	fill := func(head, unit, tail string) string {
		return head + strings.Repeat(unit, (org.MaxBodySize-len(head)-len(tail))/len(unit)) + tail
	}
	manyKeys := func() string {
		var b strings.Builder
		b.WriteString(`{"orgId":"a"`)
		for i := 0; b.Len() < org.MaxBodySize-20; i++ {
			fmt.Fprintf(&b, `,"%x":0`, i)
		}
		return b.String() + "}"
	}
	for name, body := range map[string]string{
		"nested lists":                    fill(`{"orgId":`, "[", ""),
		"nested lists in what isn't read": fill(`{"orgId":"a","x":`, "[", ""),
		"nested objects":                  fill("", `{"orgId":`, ""),
		"nested EventBridge events":       fill("", `{"detail-type":"OrganizationCreated","detail":`, ""),
		"opened and closed lists":         `{"orgId":"a","x":` + strings.Repeat("[", 500_000) + strings.Repeat("]", 500_000) + "}",
		"a key that comes very often":     fill(`{"orgId":"a"`, `,"x":0`, "}"),
		"our key very often":              fill(`{"orgId":"a"`, `,"orgId":0`, "}"),
		"very many keys":                  manyKeys(),
		"a long id":                       fill(`{"orgId":"`, "a", `"}`),
		"a long escaped id":               fill(`{"orgId":"`, `\u0061`, `"}`),
		"a long number":                   fill(`{"orgId":`, "1", `}`),
		"a long correlation id":           fill(`{"orgId":"a","correlationId":"`, "x", `"}`),
		"white space":                     fill("", " ", ""),
		"backslashes in an SNS message":   fill(`{"Type":"Notification","Message":"`, `\\`, `"}`),
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			_, err := org.Parse([]byte(body))
			if err != nil {
				checkQuotedSafely(t, err)
			}
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}
