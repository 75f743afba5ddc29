package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/infra/permissions"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
)

const runbook = "../docs/runbook.md"

// between returns the runbook's text from one heading to the next of its level or above.
func between(t *testing.T, heading string) string {
	t.Helper()
	_, rest, ok := strings.Cut(string(readFile(t, runbook)), "\n"+heading+"\n")
	if !ok {
		t.Fatalf("%s has no heading %q", runbook, heading)
	}
	level, _, _ := strings.Cut(heading, " ")
	for i, line := range strings.Split(rest, "\n") {
		if marks, _, ok := strings.Cut(line, " "); ok && strings.Trim(marks, "#") == "" && marks != "" && len(marks) <= len(level) {
			return strings.Join(strings.Split(rest, "\n")[:i], "\n")
		}
	}
	return rest
}

func TestTheRunbookHasASectionForEveryFailureCodeInTheirOrder(t *testing.T) {
	var headings, codes []string
	for line := range strings.Lines(between(t, "## Failure codes")) {
		if code, ok := strings.CutPrefix(strings.TrimSpace(line), "### "); ok {
			headings = append(headings, code)
		}
	}
	for _, code := range fault.Codes() {
		codes = append(codes, string(code))
	}
	if !slices.Equal(headings, codes) {
		t.Errorf("the runbook has\n%s\nthe codes are\n%s", headings, codes)
	}
}

func TestEverySectionOfAFailureCodeSaysWhatItMeansHowToSeeItFixItAndReplay(t *testing.T) {
	for _, code := range fault.Codes() {
		section := between(t, "### "+string(code))
		for _, part := range []string{"**Means**", "**See it**", "**Fix", "**Replay"} {
			if !strings.Contains(strings.ToLower(section), strings.ToLower(part)) {
				t.Errorf("%s: there's no %s", code, part)
			}
		}
		if !strings.Contains(section, "orgbucket ") && !strings.Contains(section, "aws ") && !strings.Contains(section, "make ") {
			t.Errorf("%s: there's no command", code)
		}
	}
}

// TestTheRunbookSaysWhatEveryAlarmMeans: what tells has a section of its own, with the
// command that its text begins with; its parts have a row or a word there.
func TestTheRunbookSaysWhatEveryAlarmMeans(t *testing.T) {
	tpl := shared().stacks["prod"]
	section := between(t, "## What an alarm means")
	for _, r := range append(tpl.ofType("AWS::CloudWatch::CompositeAlarm"), tpl.ofType("AWS::CloudWatch::Alarm")...) {
		name := strings.TrimPrefix(r.Properties["AlarmName"].(string), "orgbucket-prod-")
		about := r.Properties["AlarmDescription"].(string)
		if r.Properties["AlarmActions"] == nil {
			if !strings.Contains(section, "`"+name+"`") || strings.Contains(about, "First:") {
				t.Errorf("the runbook doesn't say what %s means, or it begins with a command: %s", name, about)
			}
			continue
		}
		own := between(t, "### "+name)
		_, first, _ := strings.Cut(about, " First: ")
		first, end, ok := strings.Cut(first, " (docs/runbook.md#")
		if first == "" || !ok || end != name+")" || len(about) > 1024 || !strings.Contains(own, "`"+first+"`") {
			t.Errorf("%s begins with a command that isn't in its section of the runbook: %s", name, about)
		}
	}
}

func TestTheRunbookSaysWhatTheAuditsFindingsMean(t *testing.T) {
	section := between(t, "## Audit")
	for _, code := range audit.Codes() {
		isFailure := slices.Contains(fault.Codes(), fault.Code(code))
		if strings.Contains(section, "| `"+string(code)+"` |") == isFailure {
			t.Errorf("%s: it's a failure code: %v, and has a row of its own: %v", code, isFailure, !isFailure)
		}
	}
}

func TestTheRunbookNamesWhatAWSForcesToAStar(t *testing.T) {
	section := between(t, "## What an operator may do")
	for _, s := range slices.Concat(permissions.OperatorRead(production), permissions.OperatorAct(production), permissions.OperatorAdopt(production)) {
		for _, action := range s.Action {
			if slices.Contains(s.Resource, "*") && !strings.Contains(section, "`"+action+"`") {
				t.Errorf("%s is allowed on *, and the runbook doesn't say so", action)
			}
		}
	}
}

var markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)

func TestTheLinksOfTheDocumentationLeadSomewhere(t *testing.T) {
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "../README.md") {
		for _, m := range markdownLink.FindAllStringSubmatch(string(readFile(t, page)), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			path, anchor, _ := strings.Cut(m[1], "#")
			target := page
			if path != "" {
				target = filepath.Join(filepath.Dir(page), path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %v", page, err)
				continue
			}
			if anchor != "" && !slices.Contains(anchors(t, target), anchor) {
				t.Errorf("%s: %s has no heading for #%s", page, target, anchor)
			}
		}
	}
}

var notInAnchors = regexp.MustCompile(`[^a-z0-9 _-]`)

// anchors are what GitHub makes of a page's headings.
func anchors(t *testing.T, page string) (all []string) {
	t.Helper()
	for line := range strings.Lines(string(readFile(t, page))) {
		if marks, heading, ok := strings.Cut(strings.TrimSpace(line), " "); ok && marks != "" && strings.Trim(marks, "#") == "" {
			all = append(all, strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(heading), ""), " ", "-"))
		}
	}
	return all
}
