package deadletters

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// noUser is IAM's answer for a user who isn't there.
var noUser = awsfake.Refuse("iam:GetUser", 404, "NoSuchEntity", "The user cannot be found.")

// throttled is IAM's answer to too many requests.
var throttled = awsfake.Refuse("iam:GetUser", 400, "Throttling", "Rate exceeded")

// impossible puts n dead letters of organizations without a user into a deployment.
func impossible(t *testing.T, n int) *clitest.Deployment {
	d := clitest.Whole(t)
	for i := range n {
		d.Dead.Put(queue.Content{Body: fmt.Sprintf(`{"orgId":"org%d"}`, i)}, time.Now().Add(-time.Hour), 5)
	}
	return d
}

// summed is the last line of a list in JSON.
func summed(t *testing.T, got clitest.Ran) (s summaryLine) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(got.Out), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &s); err != nil {
		t.Fatalf("status %d, %v\n%s", got.Status, err, got.Err)
	}
	return s
}

// TestALookThatFailedForAPassingReasonSaysNothingOfTheMessage: who replayed them would
// send messages that can't work.
func TestALookThatFailedForAPassingReasonSaysNothingOfTheMessage(t *testing.T) {
	for name, answer := range map[string]awsfake.Answer{
		"throttled":       throttled,
		"broken":          awsfake.Refuse("iam:GetUser", 503, "ServiceUnavailable", "The service is unavailable."),
		"a proxy's page":  {Status: 502, Body: "<html>bad gateway</html>"},
		"not reached":     awsfake.Unreachable(""),
		"expired":         awsfake.Expired("iam:GetUser"),
		"another refusal": awsfake.Refuse("iam:GetUser", 400, "ValidationError", "1 validation error detected"),
	} {
		t.Run(name, func(t *testing.T) {
			d := impossible(t, 5)
			t.Setenv("AWS_MAX_ATTEMPTS", "1")
			d.AWS.On("iam:GetUser", answer)
			got := tool.Run(t, "", "dead-letters", "list", "-o", "json")
			s := summed(t, got)
			if s.Verdicts[diagnosis.Unknown] != 5 || got.Status != cli.StatusFailed {
				t.Errorf("status %d, verdicts %v, said %s", got.Status, s.Verdicts, got.Err)
			}
			if strings.Contains(got.Out, "operation error") {
				t.Errorf("the SDK's steps are shown: %s", got.Out)
			}
			if name != "throttled" {
				return
			}
			if got := tool.Run(t, "", "dead-letters", "replay", "--would-work", "--yes", "--rate", "1000"); got.Status != cli.StatusAct || len(d.Queue.All()) > 0 {
				t.Errorf("replay: status %d, %d sent", got.Status, len(d.Queue.All()))
			}
		})
	}
}

// TestAMissingPermissionIsCounted: it may stay unchecked, but not unseen.
func TestAMissingPermissionIsCounted(t *testing.T) {
	d := impossible(t, 5)
	d.AWS.On("iam:GetUser", awsfake.Denied("iam:GetUser"))
	got := tool.Run(t, "", "dead-letters", "list")
	if want := "5 of them: whether the client's IAM user exists wasn't checked (needs permission iam:GetUser"; got.Status != cli.StatusOK || !strings.Contains(strings.ReplaceAll(got.Out+got.Err, "\n", " "), want) {
		t.Errorf("status %d\n%s%s", got.Status, got.Out, got.Err)
	}
	one := tool.Run(t, "", "dead-letters", "list", "--id", d.Dead.All()[0].ID)
	if !strings.Contains(one.Err, "Whether the client's IAM user exists wasn't checked (needs") || strings.Contains(one.Err, "them") {
		t.Errorf("of one: %s", one.Err)
	}
	if s := summed(t, tool.Run(t, "", "dead-letters", "list", "-o", "json")); s.Unchecked["whether the client's IAM user exists"] != 5 {
		t.Errorf("in JSON: %v", s.Unchecked)
	}
}

// TestAThrottledListSlowsDown until every message is diagnosed.
func TestAThrottledListSlowsDown(t *testing.T) {
	d := impossible(t, 60)
	allowed := rate.NewLimiter(20, 5)
	var refused int
	var mu sync.Mutex
	d.AWS.OnEach("iam:GetUser", func(awsfake.Request) awsfake.Answer {
		if allowed.Allow() {
			return noUser
		}
		mu.Lock()
		defer mu.Unlock()
		refused++
		return throttled
	})
	got := tool.Run(t, "", "dead-letters", "list", "-o", "json")
	if s := summed(t, got); s.Codes[fault.ClientUserNotFound] != 60 || got.Status != cli.StatusOK {
		t.Errorf("status %d, verdicts %v, codes %v, %s", got.Status, s.Verdicts, s.Codes, got.Err)
	}
	if refused == 0 || refused > 60 {
		t.Errorf("%d calls were refused", refused)
	}
}
