package operator_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/org"
)

// writeList writes a list of n organizations as people do, and returns them.
func writeList(t *testing.T, n int) (path string, ids []string) {
	t.Helper()
	text := "# organizations that signed up before\r\n\r\n"
	for i := range n {
		ids = append(ids, fmt.Sprintf("cafe-%d", i))
		text += ids[i] + "\r\n"
	}
	text += ids[0] + "\n" // once more
	path = filepath.Join(t.TempDir(), "orgs.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, ids
}

// arrived takes everything out of the queue, and counts it by organization. It
// checks that every body is a message of the contract.
func arrived(t *testing.T, queueURL string) map[string]int {
	t.Helper()
	all := map[string]int{}
	for _, body := range takeAll(t, queueURL) {
		event, err := org.Parse([]byte(body))
		if err != nil || len(event.Warnings) > 0 || event.CorrelationID == "" {
			t.Fatalf("%s: %v, %v", body, err, event.Warnings)
		}
		all[string(event.OrgID)]++
	}
	return all
}

// checkArrived: each organization has a message, and at most extra have more.
func checkArrived(t *testing.T, got map[string]int, ids []string, extra int) {
	t.Helper()
	twice := 0
	for _, id := range ids {
		if got[id] == 0 {
			t.Errorf("%s never came", id)
		}
		twice += max(0, got[id]-1)
	}
	if len(got) != len(ids) || twice > extra {
		t.Errorf("%d messages came twice, at most %d may; of %d organizations, want %d", twice, extra, len(got), len(ids))
	}
}

func sum(counts map[string]int) (n int) {
	for count := range maps.Values(counts) {
		n += count
	}
	return n
}

// TestASendThatIsKilledIsContinued kills the tool (SIGKILL) again and again at
// random moments, until a run comes to its end.
func TestASendThatIsKilledIsContinued(t *testing.T) {
	t.Parallel()
	system := newQueues(t)
	list, ids := writeList(t, 120)
	environment := queuesEnvironment(system)
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	kills := 0
	for {
		p := startTool(t, environment, "", "send", "--file", list, "--rate", "150", "--yes")
		before := depth(t, system.QueueURL)
		killed := before < 100
		if killed {
			// At a random number of messages further, and a random moment later.
			waitDepth(t, system.QueueURL, before+random.IntN(10))
			time.Sleep(time.Duration(random.IntN(8000)) * time.Microsecond)
			p.kill(t)
			kills++
		}
		if result := p.wait(t); !killed {
			if result.status != 0 || !strings.Contains(result.stdout, " 0 left") || !strings.Contains(result.stderr, "sent before") {
				t.Errorf("the last run: %+v", result)
			}
			break
		}
	}
	got := arrived(t, system.QueueURL)
	t.Logf("%d kills, %d messages for %d organizations", kills, sum(got), len(ids))
	if kills < 3 {
		t.Errorf("only %d kills", kills)
	}
	checkArrived(t, got, ids, 10*kills)
	result := runTool(t, environment, "", "send", "--file", list)
	if result.status != 0 || !strings.Contains(result.stdout, "0 messages sent, 120 skipped") || depth(t, system.QueueURL) != 0 {
		t.Errorf("once more: %+v", result)
	}
}

func TestCtrlCEndsASendAndNothingIsSentTwice(t *testing.T) {
	t.Parallel()
	system := newQueues(t)
	list, ids := writeList(t, 60)
	environment := queuesEnvironment(system)
	p := startTool(t, environment, "", "send", "--file", list, "--rate", "30", "-o", "json", "--yes")
	waitDepth(t, system.QueueURL, 10)
	p.interrupt(t)
	stopped := p.wait(t)
	if stopped.status != 130 || !strings.Contains(stopped.stderr, "The same command continues") || !strings.Contains(stopped.stderr, "of 60 messages") {
		t.Errorf("stopped: %+v", stopped)
	}
	summary := lastLine(t, stopped.stdout)
	sent := depth(t, system.QueueURL)
	if sent >= 60 || summary["type"] != "sendSummary" || summary["sent"] != float64(sent) || summary["left"] != float64(60-sent) {
		t.Errorf("%d are in the queue, the tool says %v", sent, summary)
	}
	if result := runTool(t, environment, "", "send", "--file", list, "--rate", "1000", "--yes"); result.status != 0 {
		t.Errorf("continued: %+v", result)
	}
	checkArrived(t, arrived(t, system.QueueURL), ids, 0)
}

func TestAListIsSentAgainOnlyIfThatIsSaid(t *testing.T) {
	t.Parallel()
	system := newQueues(t)
	list, ids := writeList(t, 12)
	environment := queuesEnvironment(system)
	send := func(flags ...string) toolResult {
		return runTool(t, environment, "", append([]string{"send", "--file", list, "--rate", "1000", "--yes"}, flags...)...)
	}
	dry := send("--dry-run")
	if dry.status != 0 || !strings.Contains(dry.stdout, "would send 12 messages") || !strings.Contains(dry.stdout, `"orgId":"cafe-0"`) || depth(t, system.QueueURL) != 0 {
		t.Errorf("dry run: %+v", dry)
	}
	if _, err := os.Stat(list + ".orgbucket-sent"); err == nil {
		t.Error("a dry run has made a journal")
	}
	if first := send(); first.status != 0 || !strings.Contains(first.stderr, "1 was listed more than once") {
		t.Errorf("first: %+v", first)
	}
	if second := send(); second.status != 0 || !strings.Contains(second.stderr, "--again sends it anew") {
		t.Errorf("second: %+v", second)
	}
	checkArrived(t, arrived(t, system.QueueURL), ids, 0)
	if again := send("--again"); again.status != 0 || !strings.Contains(again.stderr, "12 were sent before and will be sent again") {
		t.Errorf("again: %+v", again)
	}
	checkArrived(t, arrived(t, system.QueueURL), ids, 0)
	if _, err := os.Stat(list + ".orgbucket-sent.1"); err != nil {
		t.Errorf("the old journal wasn't set aside: %v", err)
	}
}

func TestBadInputIsToldAndNothingIsSent(t *testing.T) {
	t.Parallel()
	system := newQueues(t)
	environment := queuesEnvironment(system)
	good, _ := writeList(t, 3)
	many, _ := writeList(t, 101)
	bad := filepath.Join(t.TempDir(), "bad.txt")
	if err := os.WriteFile(bad, []byte("fine\nNot An Id\nx-an\n\x1b[2J\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		input  string
		args   []string
		status int
		says   string
	}{
		"bad lines":                         {"", []string{"--file", bad}, 64, "line 2"},
		"a bad line of standard input":      {"fine\nBAD\n", []string{"--file", "-"}, 64, "line 2"},
		"a bad argument":                    {"", []string{"fine", "x-an"}, 64, "x-an"},
		"no organization":                   {"", nil, 64, "organization"},
		"a list that isn't there":           {"", []string{"--file", bad + "x"}, 64, "no such file"},
		"both":                              {"", []string{"--file", good, "fine"}, 64, "not both"},
		"a rate of nothing":                 {"", []string{"fine", "--rate", "0"}, 64, "--rate"},
		"many without a terminal to ask at": {"", []string{"--file", many}, 64, "--yes"},
	} {
		t.Run(name, func(t *testing.T) {
			result := runTool(t, environment, c.input, append([]string{"send"}, c.args...)...)
			if result.status != c.status || !strings.Contains(result.stderr, c.says) || strings.Contains(result.stderr, "\x1b") {
				t.Errorf("got %d and %s, want %d and %q", result.status, result.stderr, c.status, c.says)
			}
			if n := depth(t, system.QueueURL); n != 0 {
				t.Errorf("%d messages were sent", n)
			}
		})
	}
}

func TestTheJournalOfAnotherStageIsRefused(t *testing.T) {
	t.Parallel()
	system := newQueues(t)
	environment := queuesEnvironment(system)
	list, _ := writeList(t, 3)
	other := newQueues(t)
	if result := runTool(t, queuesEnvironment(other), "", "send", "--file", list, "--yes"); result.status != 0 {
		t.Fatalf("to the other queue: %+v", result)
	}
	result := runTool(t, environment, "", "send", "--file", list, "--yes")
	if result.status != 64 || !strings.Contains(result.stderr, other.QueueURL) || depth(t, system.QueueURL) != 0 {
		t.Errorf("got %+v", result)
	}
}

// lastLine reads the last of some JSON lines.
func lastLine(t *testing.T, text string) map[string]any {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(text), "\n")
	var line map[string]any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &line); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return line
}
