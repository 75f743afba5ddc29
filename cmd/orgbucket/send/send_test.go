package send

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/operator/intake"
)

var tool = clitest.Tool(NewCommand)

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
	d := clitest.Whole(t)
	list := sendFile(t, 25)
	d.Queue.On(func(c queuetest.Call) queuetest.Fault { // the fourth of each batch
		return queuetest.Fault{Entries: func(i int) *types.BatchResultErrorEntry {
			if c.Operation == "SendMessageBatch" && i == 3 {
				return &types.BatchResultErrorEntry{Code: aws.String("InvalidMessageContents"), Message: aws.String("not \x1b[31mthis one"), SenderFault: true}
			}
			return nil
		}}
	})
	first := tool.Run(t, "", "send", "--file", list, "--rate", "1000", "--yes")
	if first.Status != cli.StatusAct || len(d.Queue.All()) != 22 {
		t.Errorf("status %d, %d messages, %s", first.Status, len(d.Queue.All()), first.Err)
	}
	clitest.Golden(t, "send-refused.txt", first.Out)
	for _, m := range d.Queue.All() {
		if m.Content.GroupID != intake.ListGroup {
			t.Errorf("a message of a list is in group %q", m.Content.GroupID)
		}
	}
	d.Queue.On(func(queuetest.Call) queuetest.Fault { return queuetest.Fault{} })
	second := tool.Run(t, "", "send", "--file", list, "--rate", "1000", "-o", "json", "--yes")
	if second.Status != cli.StatusOK || len(d.Queue.All()) != 25 {
		t.Errorf("status %d, %d messages, %s", second.Status, len(d.Queue.All()), second.Err)
	}
	clitest.Golden(t, "send-rest.json", second.Out)
}

func TestAListThatCannotBeReadIsBadInput(t *testing.T) {
	d := clitest.Whole(t)
	got := tool.Run(t, "", "send", "--file", t.TempDir())
	if got.Status != cli.StatusUsage || !strings.Contains(got.Err, "is a directory\n  Nothing was sent.") || len(d.Queue.All()) > 0 {
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
		"a yes":                              {101, "y\n", nil, cli.StatusOK, 101, "Send 101 messages to organization-created (account 935799716578)? [y/N]"},
		"a no":                               {101, "no\n", nil, cli.StatusFailed, 0, "not confirmed; nothing was sent"},
		"no answer":                          {101, "\n", nil, cli.StatusFailed, 0, "not confirmed; nothing was sent"},
		"without a terminal that's an error": {101, "", nil, cli.StatusUsage, 0, "--yes"},
		"and --yes answers":                  {101, "", []string{"--yes"}, cli.StatusOK, 101, "101 organizations"},
		"a dry run isn't asked for":          {101, "", []string{"--dry-run"}, cli.StatusOK, 0, "101 organizations"},
	} {
		t.Run(name, func(t *testing.T) {
			d := clitest.Whole(t)
			list := sendFile(t, c.n)
			ran := tool.Run(t, c.input, append([]string{"send", "--file", list, "--rate", "5000"}, c.flags...)...)
			if ran.Status != c.status || len(d.Queue.All()) != c.comes || !strings.Contains(ran.Err, c.says) {
				t.Errorf("status %d, %d messages, %s", ran.Status, len(d.Queue.All()), ran.Err)
			}
			if _, err := os.Stat(list + journalSuffix); (err == nil) != (c.comes > 0) {
				t.Errorf("%d came, and of the journal it's said: %v", c.comes, err)
			}
		})
	}
}

func TestADryRunOfALongListSaysHowLongItTakes(t *testing.T) {
	d := clitest.Whole(t)
	d.Queue.URL = "https://sqs.us-east-1.amazonaws.com/935799716578/q"
	t.Setenv("QUEUE_URL", d.Queue.URL)
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
	d := clitest.Whole(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	d.Queue.On(func(c queuetest.Call) queuetest.Fault {
		if c.Operation == "SendMessageBatch" {
			stop()
		}
		return queuetest.Fault{}
	})
	ran := tool.RunIn(ctx, "", "send", "--yes", "--rate", "2", "a", "b", "c", "d")
	if ran.Status != cli.StatusStopped || len(d.Queue.All()) != 2 || !strings.Contains(ran.Err, "stopped after 2 of 4 messages\n  Not sent: c d.") {
		t.Errorf("%d messages, %+v", len(d.Queue.All()), ran)
	}
}

func TestFollowingVeryManyIsRefused(t *testing.T) {
	d := clitest.Whole(t)
	ran := tool.Run(t, "", "send", "--file", sendFile(t, cli.MostFollowed+1), "--yes", "--follow")
	if ran.Status != cli.StatusUsage || len(d.Queue.All()) != 0 || !strings.Contains(ran.Err, "orgbucket audit") {
		t.Errorf("%+v", ran)
	}
}

func TestTheNullOfAnArchivesMessageIsRefused(t *testing.T) {
	d := clitest.Whole(t)
	if ran := tool.Run(t, "org-1\nnull\n", "send", "--file", "-"); ran.Status != cli.StatusUsage || len(d.Queue.All()) != 0 || !strings.Contains(ran.Err, "select(.orgId)") {
		t.Errorf("%+v", ran)
	}
	if ran := tool.Run(t, "", "send", "null", "--yes"); ran.Status != cli.StatusOK || len(d.Queue.All()) != 1 || d.Queue.All()[0].Content.GroupID != "" {
		t.Errorf("%+v", ran)
	}
}

// TestWhatWouldBeNewIsAskedFor: a mistyped id would make a bucket for nobody.
func TestWhatWouldBeNewIsAskedFor(t *testing.T) {
	denied := s3fake.Fault{Status: 403, Code: "AccessDenied"}
	for name, c := range map[string]struct {
		args, input   string
		hidden        bool // nothing can be looked at
		status, comes int
		says          string
	}{
		"a home that is there":       {"xmsqa1", "", false, cli.StatusOK, 1, ""},
		"a slip of the finger":       {"xmsqa1 xmsqa2", "n\n", false, cli.StatusFailed, 0, "1 has no bucket yet, and would get one: xmsqa2\nSend 2 messages to organization-created (account 935799716578)? [y/N]"},
		"a new organization":         {"xmsqa2", "y\n", false, cli.StatusOK, 1, "1 has no bucket yet, and would get one: xmsqa2\n"},
		"a new one without terminal": {"xmsqa2", "", false, cli.StatusUsage, 0, "--yes"},
		"a new one with --yes":       {"xmsqa2 --yes", "", false, cli.StatusOK, 1, ""},
		"a dry run":                  {"xmsqa2 --dry-run", "", false, cli.StatusOK, 0, ""},
		"nothing can be seen":        {"xmsqa1", "n\n", true, cli.StatusFailed, 0, "Whether 1 has a bucket isn't known: xmsqa1"},
	} {
		t.Run(name, func(t *testing.T) {
			d := clitest.Whole(t)
			d.S3.Put(clitest.Name, clitest.Ready(t, clitest.ID, clitest.Name))
			if c.hidden {
				d.S3.SetFault(s3fake.Always("", denied))
			}
			ran := tool.Run(t, c.input, append([]string{"send"}, strings.Fields(c.args)...)...)
			if ran.Status != c.status || len(d.Queue.All()) != c.comes || !strings.Contains(ran.Err, c.says) {
				t.Errorf("status %d, %d messages, %s", ran.Status, len(d.Queue.All()), ran.Err)
			}
		})
	}
}

// TestQueuesThatAreSwappedAreNoticed: a message that is sent to a dead-letter queue is
// received by nobody.
func TestQueuesThatAreSwappedAreNoticed(t *testing.T) {
	d := clitest.Whole(t)
	t.Setenv("QUEUE_URL", d.Dead.URL)
	t.Setenv("DEAD_LETTER_QUEUE_URL", d.Queue.URL)
	if ran := tool.Run(t, "", "send", "xmsqa1", "--yes"); ran.Status != cli.StatusUsage || len(d.Dead.All()) > 0 || !strings.Contains(ran.Err, "swapped") {
		t.Errorf("%+v", ran)
	}
}

// TestAListThatIsNamedAsAnArgument isn't taken for an id, or is told apart from one.
func TestAListThatIsNamedAsAnArgument(t *testing.T) {
	d := clitest.Whole(t)
	t.Chdir(t.TempDir())
	for _, name := range []string{"orgs.txt", "orgs"} {
		if err := os.WriteFile(name, []byte("org-1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for arg, status := range map[string]int{"orgs.txt": cli.StatusUsage, "lists/today": cli.StatusUsage, "gone.csv": cli.StatusUsage, "orgs": cli.StatusOK} {
		got := tool.Run(t, "", "send", "--dry-run", arg)
		if got.Status != status || !strings.Contains(got.Err, "If "+arg+" is a list, send it with --file "+arg) || len(d.Queue.All()) > 0 {
			t.Errorf("%s: status %d, said: %s", arg, got.Status, got.Err)
		}
	}
	if got := tool.Run(t, "", "send", "--dry-run", "Org1"); got.Status != cli.StatusUsage || strings.Contains(got.Err, "--file") {
		t.Errorf("status %d, said: %s", got.Status, got.Err)
	}
	if got := tool.Run(t, "", "send", `{"orgId":"org1"}`); got.Status != cli.StatusUsage || !strings.Contains(got.Err, "it is JSON, not an organization's id") {
		t.Errorf("status %d, said: %s", got.Status, got.Err)
	}
}

// TestAListOfBucketsNamesIsRefused: each would get a bucket that nobody wants.
func TestAListOfBucketsNamesIsRefused(t *testing.T) {
	d := clitest.Whole(t)
	got := tool.Run(t, "org1\nfusion-rms-xmsqa1\nfusion-rms-b\n", "send", "--file", "-", "--yes")
	if got.Status != cli.StatusUsage || len(d.Queue.All()) > 0 || !strings.Contains(got.Err, "fusion-rms-xmsqa1 looks like a bucket's name; did you mean xmsqa1? 1 more looks so.") ||
		!strings.Contains(got.Err, "give it as an argument") {
		t.Errorf("status %d, said: %s", got.Status, got.Err)
	}
}
