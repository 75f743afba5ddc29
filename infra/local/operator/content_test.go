package operator_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// TestMessagesComeThroughByteForByte replays to the queue, and archives into a file.
func TestMessagesComeThroughByteForByte(t *testing.T) {
	t.Parallel()
	letters := []queue.Content{
		rich(`{"orgId":"xmsqa1"}`),
		rich("not JSON\r\n\t\x7f\u2028\u2029 é 日本 \ufffd </script>"),
		{Body: "a mebibyte " + strings.Repeat("x", queue.SizeLimit-11)},
		{Body: "a mebibyte " + strings.Repeat(`"`, queue.SizeLimit-11)},
		{Body: "a mebibyte " + strings.Repeat("\n\té", (queue.SizeLimit-11)/4)},
		{Body: `{"orgId":"xmsqa1",`},
		{Body: "-"},
	}
	full := rich("as large as can be, with ten attributes ")
	full.Body += strings.Repeat("y", queue.SizeLimit-full.Size())
	letters = append(letters, full)
	for i := range 10 { // a receive with more than 10 MiB
		letters = append(letters, queue.Content{Body: fmt.Sprint("large ", i, strings.Repeat("z", queue.SizeLimit-7))})
	}
	archive := filepath.Join(t.TempDir(), "archive.jsonl")
	for word, flags := range map[string][]string{"replay": {"--rate", "1000"}, "archive": {"--file", archive}} {
		t.Run(word, func(t *testing.T) {
			b := newLetterbox(t)
			ids := b.put(t, letters)
			result := runTool(t, b.environment, "", append([]string{"dead-letters", word, "--all", "--yes", "-o", "json"}, flags...)...)
			if result.status != 0 {
				t.Fatalf("status %d\n%s", result.status, result.stderr)
			}
			var told []string
			lines := jsonLines(t, result.stdout)
			for _, l := range slices.Concat(lines["replayed"], lines["archived"]) {
				told = append(told, l["id"].(string))
			}
			slices.Sort(told)
			slices.Sort(ids)
			if !slices.Equal(told, ids) {
				t.Errorf("told of %d, want %d", len(told), len(ids))
			}
			if d := depthOf(t, b.dead); d != (queue.Depth{}) {
				t.Errorf("left: %+v", d)
			}
			moved := contentsOf(contents(t, b.source))
			if word == "archive" {
				moved = archivedIn(t, archive)
			}
			if twice := checkAllThere(t, letters, moved); twice > 0 {
				t.Errorf("%d came twice", twice)
			}
		})
	}
}

func TestOneMessageIsInspectedExactly(t *testing.T) {
	t.Parallel()
	b := newLetterbox(t)
	body := "not JSON: \x7f\u2028\r\n\té\ufffd"
	ids := b.put(t, []queue.Content{rich(body), {Body: "{}"}})
	result := runTool(t, b.environment, "", "dead-letters", "inspect", ids[0][:8], "-o", "json")
	lines := jsonLines(t, result.stdout)["deadLetter"]
	if result.status != 0 || len(lines) != 1 || lines[0]["body"] != body || lines[0]["id"] != ids[0] || lines[0]["code"] != "MalformedMessage" || len(lines[0]["attributes"].(map[string]any)) != 10 {
		t.Errorf("status %d\n%s%s", result.status, result.stdout, result.stderr)
	}
	page := runTool(t, b.environment, "", "dlq", "inspect", ids[0])
	if page.status != 0 || !strings.Contains(page.stdout, `not JSON: \x7f\u2028\r`+"\n\té\ufffd\n") || !strings.Contains(page.stdout, "never MalformedMessage") {
		t.Errorf("status %d\n%s%s", page.status, page.stdout, page.stderr)
	}
	if d := depthOf(t, b.dead); d != (queue.Depth{Ready: 2}) {
		t.Errorf("after looking: %+v", d)
	}
	missing := runTool(t, b.environment, "", "dead-letters", "inspect", "ffffffff")
	if missing.status != 1 || !strings.Contains(missing.stderr, "ffffffff") {
		t.Errorf("status %d\n%s", missing.status, missing.stderr)
	}
}
