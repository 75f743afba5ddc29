package send

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
)

var tool = clitest.Tool(NewCommand)

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
	clitest.Environment(t, map[string]string{
		"AWS_ENDPOINT_URL_SQS": server.URL, "QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/935799716578/q",
		"ACCOUNT_ID": clitest.Account, "HOMES_BUCKET": clitest.Homes, "BUCKET_PREFIX": "fusion-rms-", "CLIENT_USER_PREFIX": "rms_", "CLIENT_ACCOUNT_ID": clitest.Account,
	})
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

func TestWhatTheQueueRefusesIsListedAndSentByTheNextRun(t *testing.T) {
	q := sendSocket(t)
	list := sendFile(t, 25)
	q.refuse = `3"`
	first := tool.Run(t, "", "send", "--file", list, "--rate", "1000")
	if first.Status != cli.StatusAct || len(q.bodies) != 22 {
		t.Errorf("status %d, %d messages, %s", first.Status, len(q.bodies), first.Err)
	}
	clitest.Golden(t, "send-refused.txt", first.Out)
	q.refuse = ""
	second := tool.Run(t, "", "send", "--file", list, "--rate", "1000", "-o", "json")
	if second.Status != cli.StatusOK || len(q.bodies) != 25 {
		t.Errorf("status %d, %d messages, %s", second.Status, len(q.bodies), second.Err)
	}
	clitest.Golden(t, "send-rest.json", second.Out)
}

func TestAListThatCannotBeReadIsBadInput(t *testing.T) {
	q := sendSocket(t)
	got := tool.Run(t, "", "send", "--file", t.TempDir())
	if got.Status != cli.StatusUsage || !strings.Contains(got.Err, "is a directory\n  Nothing was sent.") || len(q.bodies) > 0 {
		t.Errorf("status %d, said: %s", got.Status, got.Err)
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
		"a hundred aren't asked for":         {100, "", nil, cli.StatusOK, 100, "100 organizations"},
		"a yes":                              {101, "y\n", nil, cli.StatusOK, 101, "Send 101 messages to q (account 935799716578)? [y/N]"},
		"a no":                               {101, "no\n", nil, cli.StatusFailed, 0, "not confirmed; nothing was sent"},
		"no answer":                          {101, "\n", nil, cli.StatusFailed, 0, "not confirmed; nothing was sent"},
		"without a terminal that's an error": {101, "", nil, cli.StatusUsage, 0, "--yes"},
		"and --yes answers":                  {101, "", []string{"--yes"}, cli.StatusOK, 101, "101 organizations"},
		"a dry run isn't asked for":          {101, "", []string{"--dry-run"}, cli.StatusOK, 0, "101 organizations"},
	} {
		t.Run(name, func(t *testing.T) {
			q := sendSocket(t)
			list := sendFile(t, c.n)
			ran := tool.Run(t, c.input, append([]string{"send", "--file", list, "--rate", "5000"}, c.flags...)...)
			if ran.Status != c.status || len(q.bodies) != c.comes || !strings.Contains(ran.Err, c.says) {
				t.Errorf("status %d, %d messages, %s", ran.Status, len(q.bodies), ran.Err)
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
	table := tool.Run(t, "", "send", "--file", list, "--dry-run")
	clitest.Golden(t, "send-dry-run.txt", table.Out)
	lines := tool.Run(t, "", "send", "--file", list, "--dry-run", "-o", "json")
	clitest.Golden(t, "send-dry-run.json", lines.Out)
	if table.Status != cli.StatusOK || lines.Status != cli.StatusOK {
		t.Errorf("%+v, %+v", table, lines)
	}
}

func TestAStoppedSendWithoutAJournalNamesWhatIsLeft(t *testing.T) {
	q := sendSocket(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	q.onCall = stop
	ran := tool.RunIn(ctx, "", "send", "--rate", "2", "a", "b", "c", "d")
	if ran.Status != cli.StatusStopped || len(q.bodies) != 2 || !strings.Contains(ran.Err, "stopped after 2 of 4 messages\n  Not sent: c d.") {
		t.Errorf("%d messages, %+v", len(q.bodies), ran)
	}
}

func TestFollowingVeryManyIsRefused(t *testing.T) {
	q := sendSocket(t)
	t.Setenv("DEAD_LETTER_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/935799716578/dead")
	ran := tool.Run(t, "", "send", "--file", sendFile(t, cli.MostFollowed+1), "--yes", "--follow")
	if ran.Status != cli.StatusUsage || len(q.bodies) != 0 || !strings.Contains(ran.Err, "orgbucket audit") {
		t.Errorf("%+v", ran)
	}
}

func TestTheNullOfAnArchivesMessageIsRefused(t *testing.T) {
	q := sendSocket(t)
	if ran := tool.Run(t, "org-1\nnull\n", "send", "--file", "-"); ran.Status != cli.StatusUsage || len(q.bodies) != 0 || !strings.Contains(ran.Err, "select(.orgId)") {
		t.Errorf("%+v", ran)
	}
	if ran := tool.Run(t, "", "send", "null"); ran.Status != cli.StatusOK || len(q.bodies) != 1 {
		t.Errorf("%+v", ran)
	}
}
