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

// TestWhatCouldNotBeDiagnosedIsNoEmptyArchive: with S3 out of reach nobody knows
// what would work, which is something else than that nothing would.
func TestWhatCouldNotBeDiagnosedIsNoEmptyArchive(t *testing.T) {
	s3Socket(t)
	t.Setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	archive := filepath.Join(t.TempDir(), "archive.jsonl")
	line := `{"version":1,"id":"0a1b2c3d-1","queue":"q","sentAt":"2026-11-20T00:00:00Z","receiveCount":6,"archivedAt":"2026-11-21T00:00:00Z","orgId":"xmsqa1","verdict":"blocked","body":"{\"orgId\":\"xmsqa1\"}"}` + "\n"
	if err := os.WriteFile(archive, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	const url = "https://sqs.eu-central-1.amazonaws.com/935799716578/q"
	for _, condition := range []string{"--would-work", "--code ServiceUnavailable"} {
		args := append(strings.Fields("dead-letters replay --yes --from-archive "+archive+" --queue-url "+url), strings.Fields(condition)...)
		got := commandLine(t, "", args...)
		if got.status != statusAct || !strings.Contains(got.err, "1 message couldn't be diagnosed, so whether they are meant can't be told: ") || !strings.Contains(got.err, "0 to bring back\n") {
			t.Errorf("%s: status %d, said: %s", condition, got.status, got.err)
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
