package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatIsNoArchiveIsBadInput(t *testing.T) {
	s3Socket(t)
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.jsonl")
	if err := os.WriteFile(garbage, []byte("garbage\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{garbage: "isn't an archive of dead letters", dir: "isn't a regular file", filepath.Join(dir, "absent"): "no such file"} {
		got := commandLine(t, "", "dead-letters", "replay", "--yes", "--all", "--from-archive", path, "--queue-url", "https://sqs.eu-central-1.amazonaws.com/935799716578/q")
		if got.status != statusUsage || !strings.Contains(got.err, says) || !strings.Contains(got.err, "Nothing was sent.") {
			t.Errorf("%s: status %d, said: %s", path, got.status, got.err)
		}
	}
}

func TestAnArchiveIsNotBroughtBackIntoTheDeadLetterQueue(t *testing.T) {
	s3Socket(t)
	archive := filepath.Join(t.TempDir(), "archive.jsonl")
	if err := os.WriteFile(archive, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const url = "https://sqs.eu-central-1.amazonaws.com/935799716578/dead-letters"
	got := commandLine(t, "", "dead-letters", "replay", "--yes", "--from-archive", archive, "--queue-url", url, "--dead-letter-queue-url", url)
	if got.status != statusUsage || !strings.Contains(got.err, "the queue and the dead-letter queue are the same, "+url) {
		t.Errorf("status %d, said: %s", got.status, got.err)
	}
}
