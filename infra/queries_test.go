package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// TestTheQueriesOfInvariantsFindWhatBreaksThem in lines that the function really wrote, in
// two worlds: in the second one the claims are lost, a stranger has a bucket's name, and a
// user is there that was missing.
func TestTheQueriesOfInvariantsFindWhatBreaksThem(t *testing.T) {
	tpl := shared().stacks["prod"]
	org := func(id string, receive int) message {
		return message{fmt.Sprintf(`{"type":"OrganizationCreated","orgId":%q}`, id), receive}
	}
	lines := writtenLines(t, tpl, with(s3ForLines(homesBucket)), [][]message{
		{org("first", 1), org("second", 1)},
		{org("late", 5), org("never", 5), {"no JSON", 5}},
	})
	after := s3ForLines(homesBucket)
	after.Put("fusion-rms-first", s3fake.Bucket{Owner: stranger})
	after.AddUser("arn:aws:iam::" + account + ":user/rms_late")
	// Message ids begin anew: the first two messages are delivered again.
	lines = append(lines, writtenLines(t, tpl, with(after), [][]message{
		{org("first", 1), org("second", 1)},
		{{"not this one", 1}, {"nor this", 1}, {"nor that", 1}, org("late", 1), org("never", 2)},
	})...)
	for title, want := range map[string]string{
		"HomeNeverChanges": "[homes=2 orgId=first]",
		"FailedForGood":    "[last=failed orgId=never why=ClientUserNotFound]",
		"Duplicates":       "[messageId=message-0-0 orgId=first outcomes=2 messageId=message-0-1 orgId=second outcomes=2]",
	} {
		query := savedQuery(t, tpl, title)
		var got []string
		for _, row := range answer(t, query, lines) {
			for _, name := range []string{"homes", "last", "messageId", "orgId", "outcomes", "why"} {
				if value, ok := row[name]; ok && (name != "last" || title == "FailedForGood") {
					got = append(got, fmt.Sprint(name, "=", value))
				}
			}
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s answers %v, not %s, to\n%s", title, got, want, query)
		}
	}
}

// savedQuery returns the text of the query whose title begins like this.
func savedQuery(t *testing.T, tpl template, title string) string {
	t.Helper()
	for _, q := range tpl.ofType("AWS::Logs::QueryDefinition") {
		if strings.HasPrefix(q.Properties["Name"].(string), "orgbucket/"+tpl.stage+"/"+title) {
			return q.Properties["QueryString"].(string)
		}
	}
	t.Fatalf("there's no query %s", title)
	return ""
}

// answer evaluates a query as far as the invariants' go: filter and stats
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html). What it
// can't judge fails the test.
func answer(t *testing.T, query string, rows []map[string]any) []map[string]any {
	t.Helper()
	for _, command := range strings.Split(query, "\n| ") {
		name, rest, _ := strings.Cut(command, " ")
		switch name {
		case "filter":
			rows = slices.DeleteFunc(slices.Clone(rows), func(row map[string]any) bool {
				return slices.ContainsFunc(strings.Split(rest, " and "), func(c string) bool { return !holds(t, c, row) })
			})
		case "stats":
			rows = stats(t, rest, rows)
		default:
			t.Fatalf("a command that this test can't judge: %s", command)
		}
	}
	return rows
}

var comparisonForm = regexp.MustCompile(`^(\w+) (=|!=|>|in) (.+)$`)

func holds(t *testing.T, text string, row map[string]any) bool {
	t.Helper()
	if name, ok := strings.CutPrefix(text, "ispresent("); ok {
		return row[strings.TrimSuffix(name, ")")] != nil
	}
	m := comparisonForm.FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("a condition that this test can't judge: %s", text)
	}
	value, operand := row[m[1]], m[3]
	switch m[2] {
	case "=":
		return fmt.Sprintf("%q", fmt.Sprint(value)) == operand
	case "!=":
		return fmt.Sprintf("%q", fmt.Sprint(value)) != operand
	case "in":
		return strings.Contains(operand, fmt.Sprintf("%q", fmt.Sprint(value)))
	}
	n, isNumber := value.(int)
	return isNumber && fmt.Sprint(n) > operand && len(operand) == 1 && n < 10
}

var columnForm = regexp.MustCompile(`^(\w+)\(([\w*@]+)\) as (\w+)$`)

// stats groups the rows, which are in the order of their times.
func stats(t *testing.T, text string, rows []map[string]any) []map[string]any {
	t.Helper()
	columns, by, _ := strings.Cut(text, " by ")
	keys := strings.Split(by, ", ")
	groups := map[string][]map[string]any{}
	for _, row := range rows {
		var of []string
		for _, key := range keys {
			of = append(of, fmt.Sprint(row[key]))
		}
		groups[strings.Join(of, " ")] = append(groups[strings.Join(of, " ")], row)
	}
	var all []map[string]any
	for _, group := range groups {
		row := map[string]any{}
		for _, key := range keys {
			row[key] = group[0][key]
		}
		for _, column := range strings.Split(columns, ", ") {
			m := columnForm.FindStringSubmatch(column)
			if m == nil {
				t.Fatalf("a column that this test can't judge: %s", column)
			}
			row[m[3]] = aggregate(t, m[1], m[2], group)
		}
		all = append(all, row)
	}
	slices.SortFunc(all, func(a, b map[string]any) int { return cmp.Compare(fmt.Sprint(a[keys[0]]), fmt.Sprint(b[keys[0]])) })
	return all
}

func aggregate(t *testing.T, function, name string, group []map[string]any) any {
	t.Helper()
	distinct := map[any]bool{}
	for _, row := range group {
		distinct[row[name]] = true
	}
	switch function {
	case "count":
		return len(group)
	case "count_distinct":
		return len(distinct)
	case "earliest":
		return group[0][name]
	case "latest":
		return group[len(group)-1][name]
	case "max": // of the time
		return len(group)
	}
	t.Fatalf("a function that this test can't judge: %s", function)
	return nil
}

func TestQueriesAreSavedForWhatOperatorsAskOften(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		for title, part := range map[string]string{
			"an organization's story (put its id in)": `orgId = "ORGID"`,
			"top failure codes":                       "by code, kind, status",
			"crashes, timeouts and failed starts":     `level = "ERROR"`,
			"what the audits found":                   `message = "finding"`,
			"HomeNeverChanges":                        "by orgId", "FailedForGood": "by orgId", "Duplicates": "by messageId",
		} {
			if text := savedQuery(t, tpl, title); !strings.Contains(text, part) {
				t.Errorf("query %q is %q", title, text)
			}
		}
		for _, q := range tpl.ofType("AWS::Logs::QueryDefinition") {
			function := map[bool]string{true: "audit-buckets", false: "provision-bucket"}[strings.HasSuffix(q.Properties["Name"].(string), "what the audits found")]
			if got := fmt.Sprint(tpl.resolved(q.Properties["LogGroupNames"])); got != "[/aws/lambda/orgbucket-"+stage+"-"+function+"]" {
				t.Errorf("%v asks %s", q.Properties["Name"], got)
			}
		}
	})
}
