package audit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
)

func sorted[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// summaryText is the summary for people, and what to do.
func summaryText(s audit.Summary, whatToDo string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", counts(s))
	for _, code := range audit.Codes() {
		if n := s.Findings[code]; n > 0 {
			fmt.Fprintf(&b, "  %6d  %s\n", n, code)
		}
	}
	for _, code := range audit.Codes() {
		if n := s.Ignored[code]; n > 0 {
			fmt.Fprintf(&b, "  %6d  %s, ignored\n", n, code)
		}
	}
	return strings.TrimSuffix(b.String()+whatToDo, "\n")
}

// counts is the summary in a line.
func counts(s audit.Summary) string {
	parts := []string{fmt.Sprintf("%d healthy", s.Rows[audit.Healthy])}
	add := func(n int, format string, args ...any) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf(format, append([]any{n}, args...)...))
		}
	}
	add(s.Rows[audit.Found], "%d with findings")
	add(s.Rows[audit.NotExamined], "%d not examined as a whole")
	add(s.Rows[audit.Ignored], "%d with ignored findings only")
	add(s.Rows[audit.Covered], "%d reported with another bucket of the organization")
	add(s.Vanished, "%d vanished meanwhile")
	begin := "examined"
	if !s.Complete {
		begin = "so far"
	}
	found := ""
	if s.Errors+s.Warnings > 0 {
		found = fmt.Sprintf("; %s, %s", cli.Count(s.Errors, "error"), cli.Count(s.Warnings, "warning"))
	}
	if s.Notices > 0 {
		found += "; " + cli.Count(s.Notices, "notice")
	}
	return fmt.Sprintf("%s: %s%s", begin, strings.Join(parts, ", "), found)
}
