package org_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/org"
)

// most is what reading a body may cost. A second pass over it costs its size
// once more; nothing may cost a multiple that grows with it. Memory is counted
// rather than time, which depends on the machine and its load.
type most struct{ bytes, allocations uint64 }

var (
	// few is for bodies that are one value, however deep: brackets that are
	// opened cost nothing each.
	few = most{16 * org.MaxBodySize, 400}
	// each is for bodies of very many members: some words for each.
	each = most{128 * org.MaxBodySize, 4 * org.MaxBodySize}
)

// TestHostileBodiesCostBoundedMemory returns the parser the largest bodies of the
// shapes that make careless parsers slow or deep.
func TestHostileBodiesCostBoundedMemory(t *testing.T) {
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
	deep := strings.Repeat("[", 9000) + strings.Repeat("]", 9000)
	for name, c := range map[string]struct {
		body string
		most most
	}{
		"nested lists alone":              {fill("", "[", ""), few},
		"nested lists":                    {fill(`{"orgId":`, "[", ""), few},
		"nested lists in what isn't read": {fill(`{"orgId":"a","x":`, "[", ""), few},
		"nested objects":                  {fill("", `{"orgId":`, ""), few},
		"nested EventBridge events":       {fill("", `{"detail-type":"OrganizationCreated","detail":`, ""), few},
		"opened and closed lists":         {`{"orgId":"a","x":` + strings.Repeat("[", 500_000) + strings.Repeat("]", 500_000) + "}", few},
		"lists as deep as may be":         {fill(`{"orgId":"a","x":[`, deep+",", "[]]}"), few},
		"nested lists in an SNS message":  {`{"Type":"Notification","Message":"` + strings.Repeat("[", org.MaxBodySize-100) + `"}`, few},
		"a key that comes very often":     {fill(`{"orgId":"a"`, `,"x":0`, "}"), each},
		"our key very often":              {fill(`{"orgId":"a"`, `,"orgId":0`, "}"), each},
		"very many keys":                  {manyKeys(), each},
		"a long id":                       {fill(`{"orgId":"`, "a", `"}`), few},
		"a long escaped id":               {fill(`{"orgId":"`, `\u0061`, `"}`), few},
		"a long number":                   {fill(`{"orgId":`, "1", `}`), few},
		"a long correlation id":           {fill(`{"orgId":"a","correlationId":"`, "x", `"}`), few},
		"white space":                     {fill("", " ", ""), few},
		"backslashes in an SNS message":   {fill(`{"Type":"Notification","Message":"`, `\\`, `"}`), few},
	} {
		t.Run(name, func(t *testing.T) {
			cost, err := costOf(func() error { _, err := org.Parse([]byte(c.body)); return err })
			if err != nil {
				checkQuotedSafely(t, err)
			}
			t.Logf("%d bytes in %d allocations (%v)", cost.bytes, cost.allocations, err)
			if cost.bytes > c.most.bytes || cost.allocations > c.most.allocations {
				t.Errorf("reading %d bytes allocates %+v, at most %+v is allowed", len(c.body), cost, c.most)
			}
		})
	}
}

// costOf tells what f allocates, garbage and all, if nothing else runs.
func costOf(f func() error) (cost most, err error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err = f()
	runtime.ReadMemStats(&after)
	return most{after.TotalAlloc - before.TotalAlloc, after.Mallocs - before.Mallocs}, err
}
