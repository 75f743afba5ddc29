package main

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

var updateSend = flag.Bool("update-send", false, "write the golden files of send anew")

// sendQueue is SQS as far as sending goes. It refuses messages by what is in them.
type sendQueue struct {
	mu     sync.Mutex
	bodies []string
	refuse string // a part of bodies to refuse; "" for none
	onCall func() // if set, called at each batch
}

type batchEntry struct{ ID, MessageBody string }

func (q *sendQueue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct{ Entries []batchEntry }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.Header.Get("X-Amz-Target") != "AmazonSQS.SendMessageBatch" {
		http.Error(w, "not served", http.StatusNotImplemented)
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.onCall != nil {
		q.onCall()
	}
	successful, failed := []map[string]any{}, []map[string]any{}
	for _, e := range in.Entries {
		if q.refuse != "" && strings.Contains(e.MessageBody, q.refuse) {
			failed = append(failed, map[string]any{"Id": e.ID, "Code": "InvalidMessageContents", "Message": "not \x1b[31mthis one", "SenderFault": true})
			continue
		}
		q.bodies = append(q.bodies, e.MessageBody)
		sum := md5.Sum([]byte(e.MessageBody))
		successful = append(successful, map[string]any{"Id": e.ID, "MessageId": fmt.Sprintf("id-%d", len(q.bodies)), "MD5OfMessageBody": hex.EncodeToString(sum[:])})
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_ = json.NewEncoder(w).Encode(map[string]any{"Successful": successful, "Failed": failed})
}

// sendSocket serves a queue on a socket and makes the environment point to it.
func sendSocket(t *testing.T) *sendQueue {
	t.Helper()
	q := &sendQueue{}
	server := httptest.NewServer(q)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_SQS": server.URL, "AWS_REGION": "us-east-1", "QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/935799716578/q",
		"AWS_ACCESS_KEY_ID": "operator", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_PROFILE": "", "AWS_CA_BUNDLE": "", "AWS_EC2_METADATA_DISABLED": "true",
		"ACCOUNT_ID": "935799716578", "BUCKET_PREFIX": "fusion-rms-", "CLIENT_USER_PREFIX": "rms_", "CLIENT_ACCOUNT_ID": "935799716578",
	} {
		t.Setenv(name, value)
	}
	return q
}

// sendFile writes a list of n organizations.
func sendFile(t *testing.T, n int) string {
	t.Helper()
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "org-%d\n", i)
	}
	path := filepath.Join(t.TempDir(), "orgs.txt")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// runsID is the correlation id of a run.
var runsID = regexp.MustCompile(`orgbucket-send-[0-9TZ]+-[a-z0-9]+`)

func sendGolden(t *testing.T, name, got string) {
	t.Helper()
	got = runsID.ReplaceAllString(got, "c")
	path := filepath.Join("testdata", name)
	if *updateSend {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update-send writes it anew)\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}

func TestWhatTheQueueRefusesIsListedAndSentByTheNextRun(t *testing.T) {
	q := sendSocket(t)
	list := sendFile(t, 25)
	q.refuse = `3"`
	first := commandLine(t, "", "send", "--file", list, "--rate", "1000")
	if first.status != statusAct || len(q.bodies) != 22 {
		t.Errorf("status %d, %d messages, %s", first.status, len(q.bodies), first.err)
	}
	sendGolden(t, "send-refused.txt", first.out)
	q.refuse = ""
	second := commandLine(t, "", "send", "--file", list, "--rate", "1000", "-o", "json")
	if second.status != statusOK || len(q.bodies) != 25 {
		t.Errorf("status %d, %d messages, %s", second.status, len(q.bodies), second.err)
	}
	sendGolden(t, "send-rest.json", second.out)
}

func TestAListThatCannotBeReadIsBadInput(t *testing.T) {
	q := sendSocket(t)
	got := commandLine(t, "", "send", "--file", t.TempDir())
	if got.status != statusUsage || !strings.Contains(got.err, "is a directory\n  Nothing was sent.") || len(q.bodies) > 0 {
		t.Errorf("status %d, said: %s", got.status, got.err)
	}
}

func TestMoreThanAHundredAreAskedFor(t *testing.T) {
	for name, c := range map[string]struct {
		n             int
		input         string
		flags         []string
		status, comes int
		says          string
	}{
		"a hundred aren't asked for":         {100, "", nil, statusOK, 100, "100 organizations"},
		"a yes":                              {101, "y\n", nil, statusOK, 101, "Send 101 messages? [y/N]"},
		"a no":                               {101, "no\n", nil, statusFailed, 0, "not confirmed; nothing was sent"},
		"no answer":                          {101, "\n", nil, statusFailed, 0, "not confirmed; nothing was sent"},
		"without a terminal that's an error": {101, "", nil, statusUsage, 0, "--yes"},
		"and --yes answers":                  {101, "", []string{"--yes"}, statusOK, 101, "101 organizations"},
		"a dry run isn't asked for":          {101, "", []string{"--dry-run"}, statusOK, 0, "101 organizations"},
	} {
		t.Run(name, func(t *testing.T) {
			q := sendSocket(t)
			list := sendFile(t, c.n)
			ran := commandLine(t, c.input, append([]string{"send", "--file", list, "--rate", "5000"}, c.flags...)...)
			if ran.status != c.status || len(q.bodies) != c.comes || !strings.Contains(ran.err, c.says) {
				t.Errorf("status %d, %d messages, %s", ran.status, len(q.bodies), ran.err)
			}
			if _, err := os.Stat(list + journalSuffix); (err == nil) != (c.comes > 0) {
				t.Errorf("%d came, and of the journal it's said: %v", c.comes, err)
			}
		})
	}
}

func TestADryRunOfALongListSaysHowLongItTakes(t *testing.T) {
	sendSocket(t)
	list := sendFile(t, 36_010)
	table := commandLine(t, "", "send", "--file", list, "--dry-run")
	sendGolden(t, "send-dry-run.txt", table.out)
	lines := commandLine(t, "", "send", "--file", list, "--dry-run", "-o", "json")
	sendGolden(t, "send-dry-run.json", lines.out)
	if table.status != statusOK || lines.status != statusOK {
		t.Errorf("%+v, %+v", table, lines)
	}
}

func TestAStoppedSendWithoutAJournalNamesWhatIsLeft(t *testing.T) {
	q := sendSocket(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	q.onCall = stop
	ran := commandLineIn(ctx, "", "send", "--rate", "2", "a", "b", "c", "d")
	if ran.status != statusStopped || len(q.bodies) != 2 || !strings.Contains(ran.err, "stopped after 2 of 4 messages\n  Not sent: c d.") {
		t.Errorf("%d messages, %+v", len(q.bodies), ran)
	}
}

func TestFollowingVeryManyIsRefused(t *testing.T) {
	q := sendSocket(t)
	t.Setenv("DEAD_LETTER_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/935799716578/dead")
	ran := commandLine(t, "", "send", "--file", sendFile(t, mostFollowed+1), "--yes", "--follow")
	if ran.status != statusUsage || len(q.bodies) != 0 || !strings.Contains(ran.err, "orgbucket audit") {
		t.Errorf("%+v", ran)
	}
}

func TestTheNullOfAnArchivesMessageIsRefused(t *testing.T) {
	q := sendSocket(t)
	if ran := commandLine(t, "org-1\nnull\n", "send", "--file", "-"); ran.status != statusUsage || len(q.bodies) != 0 || !strings.Contains(ran.err, "select(.orgId)") {
		t.Errorf("%+v", ran)
	}
	if ran := commandLine(t, "", "send", "null"); ran.status != statusOK || len(q.bodies) != 1 {
		t.Errorf("%+v", ran)
	}
}
