package storm

import (
	"cmp"
	"flag"
	"fmt"
	"math"
	"runtime/debug"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

var (
	full = flag.Bool("full", false, "run the whole storm instead of a fiftieth of it: minutes")
	// What to try instead of what is deployed or assumed.
	creates     = flag.Float64("creates", 10, "S3's rate of CreateBucket per second; AWS publishes none")
	others      = flag.Float64("others", 0, "S3's rate of every other operation on buckets; 0 is none")
	concurrency = flag.Int("concurrency", 0, "of the event source, instead of the deployed one")
)

const (
	// signups come in a minute.
	signups = 100_000
	// searches are what AWS answers in a second, of an account's searches by tag
	// (https://docs.aws.amazon.com/tag-editor/latest/userguide/reference.html).
	searches = 15
	// sampled are those that a test of every day takes, as fast as the others.
	sampled = signups / 50
)

// limits are rates per second, by operation.
type limits map[string]float64

// assumed are the limits that are assumed or tried.
func assumed() limits {
	l := limits{"CreateBucket": *creates, "GetResources": searches}
	if *others > 0 {
		for _, operation := range []string{"GetBucketTagging", "GetBucketPolicy", "PutBucketPolicy", "GetPublicAccessBlock", "PutPublicAccessBlock"} {
			l[operation] = *others
		}
	}
	return l
}

// run lets a number of signups storm.
func run(t *testing.T, n int, s settings, l limits) (f figures) {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // nearly all memory is garbage: a fifth less work
	synctest.Test(t, func(t *testing.T) {
		c := &cloud{s3: s3fake.New(account), queue: newQueue(s.visibility, s.receives), topic: topic{statuses: map[string]int{}, ready: map[string]bool{}}}
		c.s3.Put(functiontest.HomesBucket, s3fake.Bucket{})
		c.s3.SetQuota(math.MaxInt)
		c.s3.SetDelay(call)
		c.s3.SetExclusive(true)
		c.s3.SetIdentity(functiontest.AccessKeyID, s3fake.Identity{Lacks: []string{"s3:ListBucket"}})
		for operation, rate := range l {
			c.s3.SetRate(operation, s3fake.Rate{PerSecond: rate, Burst: int(math.Ceil(rate))})
		}
		began := time.Now()
		for i := range n {
			c.s3.AddUser("arn:aws:iam::" + account + ":user/" + s.function.Naming.ClientUserPrefix + organization(i))
			c.queue.send(fmt.Sprintf(`{"orgId":%q}`, organization(i)), began.Add(time.Minute*time.Duration(i)/signups))
		}
		source := &source{cloud: c, settings: s}
		source.drain(t.Context())
		f = newFigures(n, source, began)
		checkReady(t, c, s.function.Naming.BucketPrefix, n)
	})
	return f
}

// checkReady checks that what was announced is so, and that nothing was forgotten.
func checkReady(t *testing.T, c *cloud, prefix string, n int) {
	t.Helper()
	for i := range n {
		id := organization(i)
		b, there := c.s3.Bucket(prefix + id)
		whole := there && b.Tags["OrgId"] == id && b.Policy != "" && len(b.Objects) == 1
		if c.topic.ready[id] && !whole {
			t.Errorf("the bucket of %s was announced, but it's %+v", id, b)
		}
	}
	if all := len(c.topic.ready) + len(c.queue.deadLetters); all != n || len(c.queue.deadLetters) != c.topic.statuses["failed"] {
		t.Errorf("%d signups: %d are ready, %d dead letters, %d announced as failed", n, len(c.topic.ready), len(c.queue.deadLetters), c.topic.statuses["failed"])
	}
}

// TestNoneOfAStormIsDeadLetteredByThrottlingAlone is the storm with the settings
// that are deployed. Without -full it's a fiftieth of the signups at the same
// speed. A backlog that short doesn't outlast the delays between five receives,
// so beside that nothing is dead-lettered now it must follow that nothing would
// be of the whole.
func TestNoneOfAStormIsDeadLetteredByThrottlingAlone(t *testing.T) {
	n := sampled
	if *full {
		n = signups
	}
	s := deployed(t)
	s.concurrency = cmp.Or(*concurrency, s.concurrency)
	f := run(t, n, s, assumed())
	t.Log(f)
	if f.deadLetters > 0 || f.deadLettersOf(signups, s) > 0.01 {
		t.Errorf("%d dead letters, %.4f of %d expected", f.deadLetters, f.deadLettersOf(signups, s), signups)
	}
	if f.rate() < 0.85**creates {
		t.Errorf("drained at %.2f per second, S3 allows %.2f", f.rate(), *creates)
	}
	if whole := time.Duration(signups/f.rate()) * time.Second; whole > s.retention/2 {
		t.Errorf("a whole storm would take %s to drain, half of the %s that messages are kept for", whole, s.retention)
	}
}

// TestHigherConcurrencyWouldLoseSignupsToTheDeadLetterQueue shows that the storm
// can fail, and why the deployed concurrency is as low as it is. A quarter of the sample
// is enough for the backlog that fails it.
func TestHigherConcurrencyWouldLoseSignupsToTheDeadLetterQueue(t *testing.T) {
	s := deployed(t)
	s.concurrency = 20
	f := run(t, sampled/4, s, assumed())
	t.Log(f)
	if dead := f.deadLettersOf(signups, s); dead < 1000 {
		t.Errorf("with a concurrency of %d only %.4f of %d signups would be dead-lettered: raise the deployed one", s.concurrency, dead, signups)
	}
}
