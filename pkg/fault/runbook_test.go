package fault_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

// TestAHintAndItsPageOfTheRunbookSayTheSame: an operator at three in the morning reads
// both. What the page has an operator do with the tool, the hint has, too, and the other
// way round, and both agree whether the message can be replayed.
func TestAHintAndItsPageOfTheRunbookSayTheSame(t *testing.T) {
	pages := runbookPages(t)
	for _, code := range fault.Codes() {
		page, hint := pages[code], code.Hint()
		if page == "" {
			t.Errorf("%s has no page", code)
			continue
		}
		for _, command := range toolCommands(hint + " " + code.Repair()) {
			if !strings.Contains(pages["Failure codes"]+page, command) {
				t.Errorf("%s: the hint has `orgbucket %s`, its page hasn't", code, command)
			}
		}
		for _, command := range toolCommands(paragraph(page, "Fix")) {
			if !strings.Contains(normal(hint), command) && !looks[strings.Fields(command)[0]] {
				t.Errorf("%s: its page mends it by `orgbucket %s`, the hint doesn't: %s", code, command, hint)
			}
		}
		replay := paragraph(page, "Replay")
		switch never := strings.Contains(replay, "never"); {
		case replay == "":
			t.Errorf("%s: its page doesn't say what of the replay", code)
		case never != strings.Contains(hint, "archive it"), never == strings.Contains(hint, "replay"):
			t.Errorf("%s: replayed never: %v, says its page; the hint: %s", code, never, hint)
		case strings.Contains(replay, "one message") && !strings.Contains(hint, "replay one message"):
			t.Errorf("%s: its page has one message replayed first; the hint: %s", code, hint)
		case strings.Contains(replay, "rate") && !strings.Contains(hint, "rate"):
			t.Errorf("%s: its page has the messages replayed with a rate; the hint: %s", code, hint)
		}
	}
}

// looks are the commands that change nothing, so a hint needn't have them.
var looks = map[string]bool{"plan": true, "audit": true, "doctor": true}

// runbookPages returns the runbook's section of each code.
func runbookPages(t *testing.T) map[fault.Code]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/runbook.md")
	if err != nil {
		t.Fatal(err)
	}
	pages := map[fault.Code]string{}
	for _, section := range regexp.MustCompile(`(?m)^#{2,3} `).Split(string(text), -1) {
		title, page, _ := strings.Cut(section, "\n")
		pages[fault.Code(title)] = normal(page)
	}
	return pages
}

// normal writes a text with the placeholders of a hint, without stage and line breaks.
func normal(text string) string {
	return strings.NewReplacer("xmsqa1", "ORG", " --stage prod", "", "\n", " ").Replace(text)
}

// paragraph is what a page says under a bold word, up to the next.
func paragraph(page, word string) string {
	_, rest, _ := strings.Cut(page, "**"+word+"**")
	for _, next := range []string{"**Replay**", "**Not**"} {
		rest, _, _ = strings.Cut(rest, next)
	}
	return rest
}

var toolCommand = regexp.MustCompile("`orgbucket ([^`]+)`")

// toolCommands are the tool's command lines between backticks.
func toolCommands(text string) (all []string) {
	for _, m := range toolCommand.FindAllStringSubmatch(normal(text), -1) {
		all = append(all, m[1])
	}
	return all
}
