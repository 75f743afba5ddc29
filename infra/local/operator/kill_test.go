package operator_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

var kills = flag.Int("kills", 3, "how often the tool is killed in each of the four lanes")

// TestAToolThatIsKilledLosesNothing kills the tool (SIGKILL) at random moments of
// replays and archivings, and lets it go on until all is moved. Every message must
// be in the dead-letter queue, in the source queue or in the archive, byte for
// byte; it may be there twice.
func TestAToolThatIsKilledLosesNothing(t *testing.T) {
	t.Parallel()
	const lanes = 4
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	var running sync.WaitGroup
	var killed, working atomic.Int64
	for lane := range lanes { // beside each other, however many processors there are
		running.Go(func() {
			t.Run(fmt.Sprint(lane), func(t *testing.T) {
				k := newKilling(t, lane, rand.New(rand.NewPCG(seed, uint64(lane))))
				for n := 0; k.killed < *kills && n < 3**kills; n++ {
					k.killOnce(t, n)
				}
				k.finish(t)
				killed.Add(int64(k.killed))
				working.Add(int64(k.working))
			})
		})
	}
	running.Wait()
	t.Logf("%d runs were killed, %d of them while they moved messages", killed.Load(), working.Load())
	if killed.Load() < int64(lanes**kills) || working.Load() < int64(lanes**kills/4) {
		t.Errorf("%d kills, and %d while messages were moved, are too few", killed.Load(), working.Load())
	}
}

// newKilling puts dead letters into the queue of a lane. Archiving has no rate,
// so its lanes have more of them.
func newKilling(t *testing.T, lane int, random *rand.Rand) *killing {
	k := &killing{letterbox: newLetterbox(t), random: random, archive: filepath.Join(t.TempDir(), "archive.jsonl")}
	k.environment = append(k.environment, "AWS_ENDPOINT_URL_SQS="+soonVisible(t))
	what := []string{"replay", "--rate", "60"}
	k.most, k.soon = 60, 200*time.Millisecond
	if lane%2 == 1 {
		what = []string{"archive", "--file", k.archive}
		k.most, k.soon = 400, 40*time.Millisecond
	}
	k.args = append([]string{"dead-letters"}, append(what, "--all", "--yes", "-o", "json")...)
	return k
}

var longHold = regexp.MustCompile(`"VisibilityTimeout":\d{2,}`)

// soonVisible is the queue server with hidden messages visible again after three
// seconds, where the tool asks for minutes.
func soonVisible(t *testing.T) (url string) {
	t.Helper()
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the tool was killed
		}
		request, err := http.NewRequestWithContext(r.Context(), r.Method, server.URL()+r.URL.Path, bytes.NewReader(longHold.ReplaceAll(body, []byte(`"VisibilityTimeout":3`))))
		if err != nil {
			t.Error(err)
			return
		}
		request.Header = r.Header.Clone()
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer response.Body.Close()
		maps.Copy(w.Header(), response.Header)
		w.WriteHeader(response.StatusCode)
		_, _ = io.Copy(w, response.Body) // a tool that was killed has lost its answer
	}))
	t.Cleanup(front.Close)
	return front.URL
}

// fill puts dead letters into the queue if none are left.
func (k *killing) fill(t *testing.T) {
	t.Helper()
	if depthOf(t, k.dead) != (queue.Depth{}) {
		return
	}
	more := mixedLetters(len(k.letters), k.most)
	k.letters = append(k.letters, more...)
	k.put(t, more)
}

// mixedLetters are n messages with bodies of all kinds, each another one; every
// third has ten attributes.
func mixedLetters(from, n int) (all []queue.Content) {
	for i := from; i < from+n; i++ {
		body := fmt.Sprintf(`{"orgId":"org-%d","n":%d}`, i%20, i)
		switch i % 5 {
		case 1:
			body = fmt.Sprintf("not JSON\t%d\r\n\x7f\u2028 é \ufffd", i)
		case 2:
			body = fmt.Sprintf("%d %s", i, strings.Repeat(`"\`, 5_000))
		}
		if i%3 == 0 {
			all = append(all, rich(body))
		} else {
			all = append(all, queue.Content{Body: body})
		}
	}
	return all
}

// killing is one lane of kills.
type killing struct {
	*letterbox
	random  *rand.Rand
	args    []string
	letters []queue.Content
	archive string
	soon    time.Duration // after which a run is killed at most that has begun to move messages
	most    int           // messages in the queue
	killed  int           // runs that were killed
	working int           // of these, those that had moved something
}

// copied is how much has been copied up to now: a number that only grows.
func (k *killing) copied(t *testing.T) int64 {
	d := depthOf(t, k.source)
	size := int64(d.Ready + d.InFlight)
	if info, err := os.Stat(k.archive); err == nil {
		size += info.Size()
	}
	return size
}

// killOnce kills a run: every second one some time after it began to move
// messages, the others at any moment.
func (k *killing) killOnce(t *testing.T, n int) {
	t.Helper()
	k.fill(t)
	before := k.copied(t)
	run := startTool(t, k.environment, "", k.args...)
	ended := make(chan toolResult, 1)
	go func() { ended <- run.wait(t) }()
	after := k.random.Int64N(int64(time.Second))
	if n%2 == 0 {
		after = k.random.Int64N(int64(k.soon))
		for len(ended) == 0 && k.copied(t) == before {
			time.Sleep(time.Millisecond)
		}
	}
	select {
	case result := <-ended:
		ended <- result
	case <-time.After(time.Duration(after)):
		_ = run.command.Process.Kill()
	}
	switch result := <-ended; {
	case result.status < 0:
		k.killed++
		if k.copied(t) > before {
			k.working++
		}
	case result.status != 0 && result.status != 2:
		t.Errorf("run %d ended with status %d:\n%s", n, result.status, result.stderr)
	}
}

// finish lets the tool run to its end, until nothing is left, and counts.
func (k *killing) finish(t *testing.T) {
	t.Helper()
	for n := 0; depthOf(t, k.dead) != (queue.Depth{}); n++ {
		if result := runTool(t, k.environment, "", k.args...); result.status != 0 && result.status != 2 || n > 10 {
			t.Fatalf("run %d after the kills: status %d\n%s", n, result.status, result.stderr)
		}
	}
	archived := archivedIn(t, k.archive)
	source := contentsOf(contents(t, k.source))
	twice := checkAllThere(t, k.letters, slices.Concat(archived, source, contentsOf(contents(t, k.dead))))
	t.Logf("%s: %d of %d messages are there twice", k.args[1], twice, len(k.letters))
	if most := 10 * k.working; twice > most {
		t.Errorf("%d messages are there twice: more than a batch for each kill", twice)
	}
}
