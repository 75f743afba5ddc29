package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

func TestMain(m *testing.M) {
	clitest.AsTool(main)
	os.Exit(m.Run())
}

// deadLetters puts dead letters into a deployment: messages for organizations that
// would work, and malformed ones.
func deadLetters(d *clitest.Deployment, work, malformed int) {
	for i := range work {
		d.Dead.Put(queue.Content{Body: fmt.Sprintf(`{"orgId":"org%d"}`, i)}, time.Now().Add(-time.Hour), 5)
	}
	for range malformed {
		d.Dead.Put(queue.Content{Body: "{"}, time.Now().Add(-time.Hour), 5)
	}
}

// TestAQuestionStandsStill: what was drawn before it is gone, nothing is drawn over
// it, and the answer goes on.
func TestAQuestionStandsStill(t *testing.T) {
	for name, test := range map[string]struct {
		args   string
		asks   string // what the question repeats
		answer string
		ends   string
	}{
		"replay":    {"dead-letters replay --all --rate 1000", "Replay 12 messages to organization-created", "y\n", "12 of 12 messages replayed"},
		"archive":   {"dead-letters archive --code MalformedMessage --file FILE", "Archive 3 messages from dead-letters", "y\n", "3 of 3 messages archived"},
		"adopt":     {"adopt bare", "Type bare to make fusion-rms-bare its own", "bare\n", "and claimed."},
		"adopt all": {"adopt --all", "Claim for 2 organizations", "y\n", "Claimed for 2 organizations."},
		"send":      {"send --file - --rate 1000", "Send 101 messages to organization-created", "y\n", "101 messages sent"},
	} {
		for _, columns := range []int{80, 200} {
			t.Run(fmt.Sprint(name, " ", columns), func(t *testing.T) {
				d := clitest.Whole(t)
				deadLetters(d, 9, 3)
				d.S3.Put("fusion-rms-bare", s3fake.Bucket{})
				d.S3.Put("fusion-rms-one", clitest.Ready(t, "one", "fusion-rms-one"))
				d.S3.Put("fusion-rms-two", clitest.Ready(t, "two", "fusion-rms-two"))
				args := strings.Fields(strings.ReplaceAll(test.args, "FILE", t.TempDir()+"/a.jsonl"))
				if name == "send" {
					list := t.TempDir() + "/orgs.txt"
					var ids strings.Builder
					for i := range 101 {
						fmt.Fprintf(&ids, "org%d\n", i)
					}
					if err := os.WriteFile(list, []byte(ids.String()), 0o600); err != nil {
						t.Fatal(err)
					}
					args[2] = list
				}
				w := clitest.InTerminal(t, columns, args...)
				w.Await(test.asks)
				if !strings.Contains(w.Text(), clitest.Account) {
					t.Errorf("the account isn't named:\n%s", w.Text())
				}
				before := w.Written()
				time.Sleep(400 * time.Millisecond)
				if after := w.Written(); after != before {
					t.Errorf("at the question was drawn %q", strings.TrimPrefix(after, before))
				}
				lines := w.Lines()
				if last := lines[len(lines)-1]; !strings.HasSuffix(last, "]") && !strings.HasSuffix(last, ":") || strings.Contains(last, "/-)") {
					t.Errorf("the question's line is %q", last)
				}
				w.Type(test.answer)
				if status := w.End(); status != cli.StatusOK || !strings.Contains(w.Text(), test.ends) {
					t.Errorf("status %d", status)
				}
				for _, line := range w.Lines() {
					if strings.Contains(line, "/12)") || strings.Contains(line, "/-)") {
						t.Errorf("a bar is left: %q", line)
					}
				}
				if t.Failed() {
					t.Logf("the screen:\n%s", w.Text())
				}
			})
		}
	}
}

// TestProgressLeavesNothingBehind: a command that looks and asks nothing.
func TestProgressLeavesNothingBehind(t *testing.T) {
	for _, args := range []string{"dead-letters list", "audit"} {
		d := clitest.Whole(t)
		d.S3.SetDelay(40 * time.Millisecond)
		deadLetters(d, 20, 1)
		for i := range 10 {
			id := fmt.Sprint("o", i)
			d.S3.Put("fusion-rms-"+id, clitest.Ready(t, clitest.ID, "fusion-rms-"+id))
		}
		w := clitest.InTerminal(t, 80, strings.Fields(args)...)
		w.End()
		if !strings.Contains(w.Written(), "[0s") && !strings.Contains(w.Written(), "[1s") {
			t.Errorf("%s shows no progress: %q", args, w.Written())
		}
		for _, line := range w.Lines() {
			if strings.Contains(line, "/10)") || strings.Contains(line, "/-)") || len([]rune(line)) > 80 {
				t.Errorf("%s leaves %q", args, line)
			}
		}
	}
}

// TestEverythingIsAsWideAsTheTerminal: no line is wider that has a space to be broken at,
// but commands that are ready to paste, and no name is broken.
func TestEverythingIsAsWideAsTheTerminal(t *testing.T) {
	const long = "an-organization-with-a-very-long-name"
	for args, answer := range map[string]string{
		"audit --all --rate 1000": "", "adopt " + long: long + "\n", "adopt " + long + " --dry-run": "", "adopt --all": "n\n", "logs " + long + " --since 1d": "", "logs nobody": "",
		"plan " + long: "", "dead-letters list": "", "dead-letters list --rows": "", "dead-letters replay --all": "n\n", "dead-letters archive --all --file /dev/null/x": "n\n",
		"send " + long + " --follow --yes": "\x03", "send " + long: "n\n", "dead-letters inspect " + long: "",
	} {
		for _, columns := range []int{80, 200} {
			t.Run(fmt.Sprint(args, " ", columns), func(t *testing.T) {
				d := clitest.Whole(t)
				deadLetters(d, 2, 1)
				for _, id := range []string{"nobody", long} {
					d.Dead.Put(queue.Content{Body: fmt.Sprintf(`{"orgId":%q}`, id)}, time.Now().Add(-time.Hour), 5)
				}
				d.S3.Put("fusion-rms-"+long, s3fake.Bucket{Policy: `{"Version":"2012-10-17","Statement":[{"Sid":"Old","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::fusion-rms-` + long + `/*"}]}`})
				d.S3.Put("fusion-rms-two", clitest.Ready(t, "two", "fusion-rms-two"))
				d.S3.Put("fusion-rms-two-b", clitest.Ready(t, "two", "fusion-rms-two-b"))
				d.S3.Put("fusion-rms-given-name", clitest.Ready(t, "three", "fusion-rms-given-name"))
				d.Log.Add(time.Now().Add(-time.Hour), `{"level":"INFO","message":"record","messageId":"0a1b2c3d-1","orgId":"`+long+`","receiveCount":5,"status":"failed","code":"ForeignStatementUndecided","step":"publicAccessBlock","error":"`+strings.Repeat("some words ", 30)+`","replay":"{\"count\":2,\"by\":\"arn:aws:sts::935799716578:assumed-role/operator/anna@example.com\",\"at\":\"2026-11-20T10:00:00Z\"}"}`)
				w := clitest.InTerminal(t, columns, strings.Fields(args)...)
				switch {
				case answer == "\x03":
					w.Await("Following")
					w.Type(answer)
				case answer != "":
					for !w.Ended() && !strings.Contains(w.Text(), "[y/N]") && !strings.Contains(w.Text(), "Type "+long) {
						time.Sleep(5 * time.Millisecond)
					}
					w.Type(answer)
				}
				w.End()
				for _, line := range strings.Split(w.Written(), "\n") {
					if _, after, drawn := strings.Cut(line, "\x1b[K"); drawn {
						line = after
					}
					line = ansi.ReplaceAllString(line[strings.LastIndexByte(strings.TrimRight(line, "\r"), '\r')+1:], "")
					line = strings.TrimRight(line, "\r ")
					if len([]rune(line)) > columns && strings.Contains(strings.TrimSpace(line), " ") && !strings.Contains(line, " orgbucket ") {
						t.Errorf("%d columns: %q", len([]rune(line)), line)
					}
				}
				if t.Failed() {
					t.Logf("the screen:\n%s", w.Text())
				}
			})
		}
	}
}

// TestNoBarIsDrawnBesideAPipe: who reads it (grep, head) writes to the same terminal.
func TestNoBarIsDrawnBesideAPipe(t *testing.T) {
	d := clitest.Whole(t)
	d.S3.SetDelay(20 * time.Millisecond)
	for i := range 20 {
		d.S3.Put(fmt.Sprintf("fusion-rms-org%d", i), s3fake.Bucket{})
	}
	w := clitest.Piped(t, 80, "audit")
	w.End()
	if text := w.Written(); strings.ContainsAny(text, "█|") || !strings.Contains(text, "examined: ") {
		t.Errorf("written was\n%s", text)
	}
}

// ansi are the sequences that color.
var ansi = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]")

// TestSwappedQueuesAreNoticed before anything is received from the live queue.
func TestSwappedQueuesAreNoticed(t *testing.T) {
	d := clitest.Whole(t)
	t.Setenv("QUEUE_URL", d.Dead.URL)
	t.Setenv("DEAD_LETTER_QUEUE_URL", d.Queue.URL)
	id := d.Queue.Put(queue.Content{Body: `{"orgId":"org1"}`}, time.Now(), 0)
	for _, args := range []string{"dead-letters list", "dead-letters inspect " + id, "dead-letters archive --all --yes", "dead-letters replay --all --yes", "send org1 --yes"} {
		got := tool.Run(t, "", strings.Fields(args)...)
		if got.Status != cli.StatusUsage || !strings.Contains(got.Err, "swapped") {
			t.Errorf("%s: status %d, said %s", args, got.Status, got.Err)
		}
	}
	if m := d.Queue.All()[0]; m.Receives > 0 {
		t.Error("a live message was received")
	}
}

// TestSignalsThatEndASession end a command as Ctrl-C does: the messages are visible again.
func TestSignalsThatEndASession(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			d := clitest.Whole(t)
			deadLetters(d, 10, 0)
			w := clitest.InTerminal(t, 80, "dead-letters", "replay", "--all")
			w.Await("[y/N]")
			w.Signal(signal)
			if status := w.End(); status != cli.StatusStopped || strings.Contains(w.Text(), "context") {
				t.Errorf("status %d\n%s", status, w.Text())
			}
			for _, m := range d.Dead.All() {
				if m.Held {
					t.Fatal("a message stays hidden")
				}
			}
			if len(d.Queue.All()) > 0 {
				t.Error("something was replayed")
			}
		})
	}
}
