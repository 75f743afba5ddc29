package deadletters

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// denied puts a dead letter that would work, as far as can be seen, and that the
// function's role was denied, into a deployment; and returns its id.
func denied(t *testing.T) (*clitest.Deployment, string) {
	d := clitest.Whole(t)
	d.Log.PageSize = 2 // pages that are empty, too
	id := d.Dead.Put(queue.Content{Body: `{"orgId":"xmsqa1"}`}, time.Now().Add(-time.Hour), 5)
	for i, status := range []string{"retried", "retried", "failed"} {
		d.Log.Add(time.Now().Add(time.Duration(i-10)*time.Minute), `{"level":"INFO","message":"something else"}`)
		d.Log.Add(time.Now().Add(time.Duration(i-10)*time.Minute), fmt.Sprintf(`{"timestamp":"t","level":"INFO","message":"record","messageId":%q,"receiveCount":%d,"orgId":"xmsqa1","status":%q,"kind":"blocked","code":"AccessDenied","step":"policy","error":"put policy: explicit deny in a service control policy"}`, id, i+3, status))
	}
	return d, id
}

// TestWhatTheFunctionMetIsShown: a diagnosis with other credentials can't see it.
func TestWhatTheFunctionMetIsShown(t *testing.T) {
	d, id := denied(t)
	got := tool.Run(t, "", "dead-letters", "list")
	for _, want := range []string{"would-work", "failed with: 1 AccessDenied at policy", "orgbucket dead-letters replay --id " + id[:8] + " --follow"} {
		if got.Status != cli.StatusOK || !strings.Contains(got.Out, want) {
			t.Errorf("list doesn't say %q:\n%s%s", want, got.Out, got.Err)
		}
	}
	for _, what := range []string{id, "xmsqa1"} {
		if got = tool.Run(t, "", "dead-letters", "inspect", what); got.Status != cli.StatusOK || !strings.Contains(got.Out, "with AccessDenied at policy, receive 5: put policy: explicit deny") {
			t.Errorf("inspect: %+v", got)
		}
	}
	var line letterLine
	got = tool.Run(t, "", "dead-letters", "list", "-o", "json")
	if err := json.Unmarshal([]byte(got.Out[:strings.IndexByte(got.Out, '\n')]), &line); err != nil || line.LastFailure == nil || line.LastFailure.ReceiveCount != 5 {
		t.Errorf("%v in %s", err, got.Out)
	}
	// Without the log that isn't known, and is said.
	d.Log.Group = "/another"
	if got := tool.Run(t, "", "dead-letters", "list"); got.Status != cli.StatusOK || !strings.Contains(got.Err, "How the messages failed isn't known") || strings.Contains(got.Out, "failed with") {
		t.Errorf("%+v", got)
	}
}

// TestACodeThatFindsNothingIsThatOfNow, not the one in the log.
func TestACodeThatFindsNothingIsThatOfNow(t *testing.T) {
	d, _ := denied(t)
	for args, want := range map[string]string{
		"list --code AccessDenied":                 "The only dead letter doesn't match the conditions. --code and --verdict go by the diagnosis of now",
		"list --org other":                         "The only dead letter doesn't match the conditions.",
		"replay --code AccessDenied --dry-run":     "--code and --verdict go by the diagnosis of now",
		"list --code AccessDenied --verdict never": "go by the diagnosis of now",
	} {
		got := tool.Run(t, "", append([]string{"dead-letters"}, strings.Fields(args)...)...)
		if ofNow := strings.Contains(args, "--code"); !strings.Contains(got.Out+got.Err, want) || strings.Contains(got.Out+got.Err, "diagnosis of now") != ofNow {
			t.Errorf("%s: %s%s", args, got.Out, got.Err)
		}
	}
	d.Dead.Put(queue.Content{Body: `{"orgId":"xmsqa2"}`}, time.Now().Add(-time.Hour), 5)
	if got := tool.Run(t, "", "dead-letters", "list", "--code", "AccessDenied"); !strings.Contains(got.Out, "None of 2 dead letters matches the conditions. --code") {
		t.Errorf("%s%s", got.Out, got.Err)
	}
}
