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
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/follow"
	"github.com/fusionpos/orgbucket/pkg/outcome"
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

func sendGolden(t *testing.T, name, got string) {
	t.Helper()
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
	first := commandLine(t, "", "send", "--file", list, "--rate", "1000", "--correlation-id", "c")
	if first.status != statusAct || len(q.bodies) != 22 {
		t.Errorf("status %d, %d messages, %s", first.status, len(q.bodies), first.err)
	}
	sendGolden(t, "send-refused.txt", first.out)
	q.refuse = ""
	second := commandLine(t, "", "send", "--file", list, "--rate", "1000", "-o", "json", "--correlation-id", "c")
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
	table := commandLine(t, "", "send", "--file", list, "--dry-run", "--correlation-id", "c")
	sendGolden(t, "send-dry-run.txt", table.out)
	lines := commandLine(t, "", "send", "--file", list, "--dry-run", "--correlation-id", "c", "-o", "json")
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

func TestFollowingForDaysIsRefused(t *testing.T) {
	q := sendSocket(t)
	t.Setenv("OUTCOME_TOPIC_ARN", "arn:aws:sns:us-east-1:935799716578:outcomes")
	ran := commandLine(t, "", "send", "--file", sendFile(t, 1000), "--rate", "0.01", "--yes", "--follow")
	if ran.status != statusUsage || len(q.bodies) != 0 || !strings.Contains(ran.err, "--follow can't be held for 28h") {
		t.Errorf("%+v", ran)
	}
}

func TestOutcomesAreShownSafely(t *testing.T) {
	ready := outcome.Event{
		Type: outcome.TypeProvisioned, Status: "created", OrgID: "xmsqa1", Bucket: &outcome.Bucket{Name: "fusion-rms-xmsqa1"},
		Changes: &[]bucket.Facet{bucket.FacetBucket, bucket.FacetPolicy}, Warnings: &[]string{"ForeignPublicStatement: \x1b[31mred"},
	}
	blocked := outcome.Event{
		Type: outcome.TypeFailed, Status: outcome.StatusFailed,
		Error: &outcome.Error{Kind: fault.Blocked, Code: fault.ClientUserNotFound, Message: "no user\n\x07", Hint: fault.ClientUserNotFound.Hint()},
	}
	for _, format := range []string{"table", "json"} {
		var out, errs strings.Builder
		w := &following{app: &app{out: &out, err: &errs, output: format}, board: &board{}, timeout: time.Minute}
		w.tell(follow.Outcome{Message: follow.Message{ID: "m-1", OrgID: "xmsqa1"}, Event: ready})
		w.tell(follow.Outcome{Message: follow.Message{ID: "m-2", OrgID: "xmsqa2"}, Event: blocked})
		w.tell(follow.Outcome{Message: follow.Message{ID: "m-3"}, Event: blocked})
		w.summarize(follow.Summary{Provisioned: 1, Failed: 2, Missing: []follow.Message{{ID: "m-4", OrgID: "xmsqa4"}, {ID: "m-5"}}, Unreadable: 1})
		sendGolden(t, map[string]string{"table": "send-follow.txt", "json": "send-follow.json"}[format], out.String())
		if !strings.Contains(errs.String(), whatMissingMeans) || !strings.Contains(errs.String(), "1 message came") || strings.Contains(out.String(), "\x1b") {
			t.Errorf("%s", errs.String())
		}
	}
}
