package cli

import (
	"context"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/functionlog"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// world is what a diagnoser sees: buckets become healthy in time.
type world struct {
	healthyAt map[org.ID]time.Time
	blocked   map[org.ID]bool
	logged    []functionlog.Record // shown from At on
	noLog     bool
}

// failures are those since a time that the log shows by now.
func (w world) failures(_ context.Context, since time.Time) iter.Seq2[functionlog.Record, error] {
	return func(yield func(functionlog.Record, error) bool) {
		for _, r := range w.logged {
			if !time.Now().Before(r.At) && !r.At.Before(since) && !yield(r, nil) {
				return
			}
		}
		if w.noLog {
			yield(functionlog.Record{}, functionlog.ErrNoGroup)
		}
	}
}

func (w world) Organization(_ context.Context, id org.ID) diagnosis.Diagnosis {
	at, will := w.healthyAt[id]
	switch {
	case will && !time.Now().Before(at):
		return diagnosis.Diagnosis{OrgID: id, Verdict: diagnosis.Healthy, Bucket: "fusion-rms-" + string(id), Warnings: []fault.Warning{{Code: "W", Text: "\x1b[31mred"}}}
	case w.blocked[id]:
		return diagnosis.Diagnosis{OrgID: id, Verdict: diagnosis.Blocked, Code: fault.ClientUserNotFound, Reason: "no user\x07", Hint: "Make it."}
	}
	return diagnosis.Diagnosis{OrgID: id, Verdict: diagnosis.WouldWork, Reason: "would create it"}
}

func (world) Refused(string) (diagnosis.Diagnosis, bool) { return diagnosis.Diagnosis{}, false }

func (w world) Message(ctx context.Context, body string) diagnosis.Diagnosis {
	return w.Organization(ctx, org.ID(body))
}

// follows runs a following over a dead-letter queue, and returns how it ended and
// what it wrote.
func follows(t *testing.T, ctx context.Context, w world, output string, prepare func(f *Following, dead *queuetest.Fake)) (status int, out, said string) {
	t.Helper()
	const url = "https://sqs.us-east-1.amazonaws.com/935799716578/dead"
	var outs, errs strings.Builder
	a := &App{Out: &outs, Err: &errs, Output: output, Stage: "test"}
	dead := queuetest.NewFake(url)
	f := &Following{
		app: a, progress: NewProgress(a), letters: &deadletter.Scanner{Queue: queue.New(dead, url)},
		newDiagnoser: func() diagnoser { return w }, failures: w.failures, began: time.Now(),
	}
	prepare(f, dead)
	err := f.Finish(ctx, StatusOK)
	return StatusOf(err), outs.String(), errs.String()
}

func TestEveryMessageIsTold(t *testing.T) {
	for output, want := range map[string]string{
		"table": `soon                      ready: fusion-rms-soon
                          warning: W: \x1b[31mred
nobody                    failed: ClientUserNotFound: no user\a
                          → Make it.
slow                      missing: would-work: would create it
1 ready, 1 failed, 1 missing
`,
		"json": `{"type":"outcome","orgId":"soon","messageId":"m-soon","status":"ready","bucket":"fusion-rms-soon","warnings":["W: \u001b[31mred"]}
{"type":"outcome","orgId":"nobody","messageId":"ID","status":"failed","code":"ClientUserNotFound","reason":"no user\u0007","hint":"Make it."}
{"type":"missing","orgId":"slow","messageId":"m-slow"}
{"type":"followSummary","provisioned":1,"failed":1,"missing":1}
`} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			w := world{healthyAt: map[org.ID]time.Time{"soon": began.Add(5 * time.Second), "slow": began.Add(time.Hour)}, blocked: map[org.ID]bool{"nobody": true}}
			var failed string
			status, out, said := follows(t, t.Context(), w, output, func(f *Following, dead *queuetest.Fake) {
				f.Expect("m-soon", "soon")
				f.Expect("m-slow", "slow")
				failed = dead.Put(queue.Content{Body: "nobody"}, began, 5)
				dead.HoldAll(time.Minute)
				f.Expect(failed, "nobody")
			})
			if got := strings.ReplaceAll(out, failed, "ID"); got != want || status != StatusBlocked || !strings.Contains(said, "`orgbucket plan slow --stage test`") {
				t.Errorf("status %d, got\n%s\nwant\n%s\nsaid %s", status, got, want, said)
			}
			if took := time.Since(began); took < followFor || took > followFor+time.Minute {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// TestWhatTheFunctionMetIsTold, as by list: a diagnosis with the operator's credentials
// can't see what only the function is denied. The log's line may come late, or never.
func TestWhatTheFunctionMetIsTold(t *testing.T) {
	denied := functionlog.Record{Status: "failed", Code: fault.AccessDenied, Step: "policy", Error: "put policy: explicit deny"}
	for name, c := range map[string]struct {
		after time.Duration // of the log's line
		noLog bool
		body  string
		want  string
	}{
		"at once":                       {0, false, "org1", "org1                      failed: AccessDenied at policy: put policy: explicit deny\n                          → The function lacks a permission"},
		"by a clock that is slower":     {-30 * time.Second, false, "org1", "failed: AccessDenied at policy"},
		"late":                          {500 * time.Millisecond, false, "org1", "failed: AccessDenied at policy"},
		"never logged":                  {time.Hour, false, "org1", "failed: it is a dead letter, though nothing stands against it now\n                          → What the function met: `orgbucket logs org1 --stage test`"},
		"no log":                        {time.Hour, true, "org1", "→ What the function met: `orgbucket logs org1 --stage test`"},
		"another code than that of now": {0, false, "nobody", "failed: AccessDenied at policy: put policy: explicit deny"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				denied, w := denied, world{blocked: map[org.ID]bool{"nobody": true}, noLog: c.noLog}
				for _, output := range []string{"table", "json"} {
					status, out, _ := follows(t, t.Context(), w, output, func(f *Following, dead *queuetest.Fake) {
						denied.MessageID = dead.Put(queue.Content{Body: c.body}, time.Now(), 5)
						denied.At = time.Now().Add(c.after)
						before := denied // the last receive can be delivered twice
						before.Code, before.At = fault.Throttled, before.At.Add(-time.Second)
						w.logged = []functionlog.Record{before, denied}
						f.failures = w.failures
						f.Expect(denied.MessageID, org.ID(c.body))
					})
					if status != StatusBlocked || output == "table" && !strings.Contains(out, c.want) {
						t.Errorf("status %d, got\n%s", status, out)
					}
					if known := c.after < time.Hour; output == "json" && known != strings.Contains(out, `"code":"AccessDenied","reason":"put policy: explicit deny","hint":`) || known && output == "json" && !strings.Contains(out, `"lastFailure":{`) {
						t.Errorf("got\n%s", out)
					}
				}
				if took := time.Since(began); took > time.Minute {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

// TestTheFunctionsOwnHintIsTold where the code's would be wrong: a bucket whose tags the
// function may not read isn't to be tagged.
func TestTheFunctionsOwnHintIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := functionlog.Record{Status: "failed", Code: fault.OwnershipUnproved, Step: "find", Error: "403 AccessDenied", Hint: "Don't tag it."}
		var w world
		_, out, _ := follows(t, t.Context(), w, "table", func(f *Following, dead *queuetest.Fake) {
			r.MessageID, r.At = dead.Put(queue.Content{Body: "org1"}, time.Now(), 5), time.Now()
			w.logged = []functionlog.Record{r}
			f.failures = w.failures
			f.Expect(r.MessageID, "org1")
		})
		if !strings.Contains(out, "→ Don't tag it.") || strings.Contains(out, "adopt") {
			t.Errorf("got\n%s", out)
		}
	})
}

func TestAStoppedFollowingSaysHowFarItCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
		defer stop()
		w := world{healthyAt: map[org.ID]time.Time{"now": time.Now()}}
		status, out, said := follows(t, ctx, w, "table", func(f *Following, _ *queuetest.Fake) {
			f.Expect("m-now", "now")
			f.Expect("m-malformed", "")
		})
		if status != StatusStopped || !strings.Contains(out, "message m-malformed       missing: it isn't a dead letter yet") || !strings.Contains(said, "Following 2 messages for 20m at most") {
			t.Errorf("status %d, got\n%s\nsaid %s", status, out, said)
		}
	})
}

func TestAFollowingThatHasNothingToWaitForEndsAtOnce(t *testing.T) {
	if err := (*Following)(nil).Finish(t.Context(), StatusAct); StatusOf(err) != StatusAct {
		t.Errorf("got %v", err)
	}
}
