package system_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/infra/local/system"
)

// s3Delay makes the requests that follow one another the most of a delivery's
// time: long enough that the machine's own speed hardly shows.
const s3Delay = 250 * time.Millisecond

// TestTenOrganizationsTakeHardlyLongerThanOne compares within one run, by ratio.
func TestTenOrganizationsTakeHardlyLongerThanOne(t *testing.T) {
	s := start(t, system.Options{Trouble: func(err error) { t.Error(err) }})
	ctx := waitFor(t, 90*time.Second)
	invocation(t, ctx, s, "warm", 2) // the cold start isn't what is measured
	s.S3.SetDelay(s3Delay)
	var one, ten []time.Duration
	for i := range 3 {
		one = append(one, invocation(t, ctx, s, fmt.Sprint("single", i), 1))
		ten = append(ten, invocation(t, ctx, s, fmt.Sprint("batch", i), 10))
	}
	ratio := float64(median(ten)) / float64(median(one))
	t.Logf("one organization %v, ten %v: ratio %.2f", median(one), median(ten), ratio)
	if ratio > 1.5 {
		t.Errorf("a batch of ten takes %.2f times as long as one organization, want at most 1.5", ratio)
	}
}

// invocation provisions n new organizations in one batch and gives the time it took.
func invocation(t *testing.T, ctx context.Context, s *system.System, name string, n int) time.Duration {
	t.Helper()
	var bodies []string
	for i := range n {
		id := fmt.Sprintf("%s-%d", name, i)
		signUp(t, ctx, s, id)
		bodies = append(bodies, body(id))
	}
	ids := must(s.SendBatch(ctx, bodies))(t)
	for _, id := range ids {
		if o := must(s.Outcome(ctx, id))(t); o.Status != "created" {
			t.Fatalf("%s: %s", o.OrgID, o.Status)
		}
	}
	batch := must(s.Batch(ctx, ids[0]))(t)
	if len(batch.MessageIDs) != n {
		t.Fatalf("the %d messages came in batches, the first of %d", n, len(batch.MessageIDs))
	}
	return batch.Duration
}

func median(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

// TestRequestsToS3ThatFollowOneAnotherAreFew counts by the server's log: requests
// of one round arrive together, those of the next at least a delay later.
// Publishing the outcome is one more call.
func TestRequestsToS3ThatFollowOneAnotherAreFew(t *testing.T) {
	s := start(t, system.Options{S3Delay: s3Delay, Trouble: func(err error) { t.Error(err) }})
	ctx := waitFor(t, 60*time.Second)
	if err := s.S3.CreateForeign(ctx, "fusion-rms-paced-taken", "111122223333"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, orgID string
		rounds      int
		writes      bool
	}{
		{"a first run", "paced-new", 4, true},
		{"a replay", "paced-new", 2, false},
		{"a first run whose name is taken", "paced-taken", 5, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _ = s.S3.CreateUser(ctx, s.Naming.ClientUserPrefix+c.orgID) // the replay's is there
			since := len(s.S3.Calls())
			must(s.Outcome(ctx, must(s.Send(ctx, body(c.orgID)))(t)))(t)
			calls := byFunction(s.S3.Calls()[since:])
			if got := rounds(calls); got != c.rounds {
				t.Errorf("%d rounds of requests, want %d:\n%s", got, c.rounds, show(calls))
			}
			if got := slices.ContainsFunc(calls, s3server.Call.Write); got != c.writes {
				t.Errorf("writes: %t, want %t:\n%s", got, c.writes, show(calls))
			}
		})
	}
}

func byFunction(calls []s3server.Call) []s3server.Call {
	calls = slices.DeleteFunc(slices.Clone(calls), func(c s3server.Call) bool { return c.Who != system.FunctionUser })
	slices.SortFunc(calls, func(a, b s3server.Call) int { return a.Time.Compare(b.Time) })
	return calls
}

func rounds(calls []s3server.Call) (n int) {
	for i, c := range calls {
		if i == 0 || c.Time.Sub(calls[i-1].Time) > s3Delay*3/4 {
			n++
		}
	}
	return n
}

func show(calls []s3server.Call) (text string) {
	for _, c := range calls {
		text += fmt.Sprintf("  %s %s %s/%s %d\n", c.Time.Format("05.000"), c.Operation, c.Bucket, c.Key, c.Status)
	}
	return text
}
