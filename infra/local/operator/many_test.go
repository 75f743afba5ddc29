package operator_test

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// mostMemory bounds the tool's resident memory in MiB. With 10,000 dead letters,
// whose bodies alone have 20 MiB, it takes about 35.
const mostMemory = 64

var many = flag.Int("letters", 2_000, "how many dead letters are listed, filtered and replayed; a multiple of 125")

// TestManyDeadLettersAreListedFilteredAndReplayed at the given rate, with bounded
// memory: 10,000 in `make prove`.
func TestManyDeadLettersAreListedFilteredAndReplayed(t *testing.T) {
	t.Parallel()
	const orgs = 25
	all := *many
	b := newLetterbox(t)
	ids := b.put(t, manyLetters(all, orgs))

	listed, peak := startTool(t, b.environment, "", "dead-letters", "list", "-o", "json").waitPeak(t)
	checkMemory(t, "list", peak)
	lines := jsonLines(t, listed.stdout)
	if listed.status != 0 || len(lines["deadLetter"]) != all {
		t.Fatalf("status %d, %d listed\n%s", listed.status, len(lines["deadLetter"]), listed.stderr)
	}
	shown := []string{}
	verdicts := map[any]int{}
	for _, l := range lines["deadLetter"] {
		shown = append(shown, l["id"].(string))
		verdicts[l["verdict"]]++
	}
	slices.Sort(shown)
	slices.Sort(ids)
	if !slices.Equal(shown, ids) || verdicts["would-work"] != all*4/5 || verdicts["never"] != all/5 {
		t.Errorf("not each is listed once, or the verdicts are wrong: %v", verdicts)
	}
	if d := depthOf(t, b.dead); d != (queue.Depth{Ready: all}) {
		t.Errorf("after the list: %+v", d)
	}

	filtered := jsonLines(t, runTool(t, b.environment, "", "dead-letters", "list", "-o", "json", "--org", "org-7", "--would-work").stdout)
	if n := len(filtered["deadLetter"]); n != all/orgs {
		t.Errorf("%d of an organization are listed, want %d", n, all/orgs)
	}

	const rate = 150
	result, peak := startTool(t, b.environment, "", "dead-letters", "replay", "--yes", "-o", "json", "--org", "org-7", "--org", "org-8", "--rate", fmt.Sprint(rate)).waitPeak(t)
	checkMemory(t, "replay", peak)
	if result.status != 0 || len(jsonLines(t, result.stdout)["replayed"]) != 2*all/orgs {
		t.Fatalf("status %d, %d replayed\n%s", result.status, len(jsonLines(t, result.stdout)["replayed"]), result.stderr)
	}
	if d := depthOf(t, b.dead); d != (queue.Depth{Ready: all - 2*all/orgs}) {
		t.Errorf("after the replay: %+v", d)
	}
	checkRate(t, contents(t, b.source), 2*all/orgs, rate)
}

// manyLetters are for some organizations, each fifth is for none; they have 2 KiB.
func manyLetters(n, orgs int) (all []queue.Content) {
	for i := range n {
		org := fmt.Sprintf("org-%d", i%orgs)
		if i%5 == 4 && i%orgs != 7 && i%orgs != 8 {
			org = "Not An Organization"
		}
		all = append(all, queue.Content{Body: fmt.Sprintf(`{"type":"OrganizationCreated","orgId":%q,"n":%d,"filler":%q}`, org, i, strings.Repeat("x", 2000))})
	}
	return all
}

func checkMemory(t *testing.T, what string, peak int) {
	t.Helper()
	t.Logf("%s: at most %d MiB resident", what, peak)
	if peak == 0 || peak > mostMemory {
		t.Errorf("%s took %d MiB, at most %d are allowed", what, peak, mostMemory)
	}
}

// checkRate: over no time more came than the rate allows, and two batches.
func checkRate(t *testing.T, messages []queue.Message, n, rate int) {
	t.Helper()
	if len(messages) != n {
		t.Fatalf("%d came, want %d", len(messages), n)
	}
	slices.SortFunc(messages, func(a, b queue.Message) int { return a.SentAt.Compare(b.SentAt) })
	for i := range messages {
		for j := i; j < len(messages); j++ {
			over := messages[j].SentAt.Sub(messages[i].SentAt) + time.Millisecond // SQS tells the time in milliseconds
			if most := over.Seconds()*float64(rate) + 2*queue.BatchLimit; float64(j-i+1) > most+1 {
				t.Fatalf("%d came within %s", j-i+1, over)
			}
		}
	}
}
