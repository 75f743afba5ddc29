package operator_test

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/infra/local/system"
)

// TestFollowTellsHowMessagesEnded runs the whole system, the compiled function too.
func TestFollowTellsHowMessagesEnded(t *testing.T) {
	t.Parallel()
	s, err := system.Start(t.Context(), system.Options{
		Bootstrap: bootstrap, NodeModules: nodeModules, ServerLog: io.Discard, Trouble: func(err error) { t.Error(err) }, MaxReceiveCount: 2,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	var environment []string
	for _, v := range s.Environment() {
		environment = append(environment, v.Name+"="+v.Value)
	}
	list, ids := writeList(t, 12)
	for _, id := range append(slices.Clone(ids), "dead") {
		if _, err := s.S3.CreateUser(t.Context(), s.Naming.ClientUserPrefix+id); err != nil {
			t.Fatal(err)
		}
	}
	follow := func(status int, says []string, args ...string) {
		t.Helper()
		var result toolResult
		s.Undisturbed(func() { result = runTool(t, environment, "", append(args, "--follow")...) })
		for _, text := range says {
			if result.status != status || !strings.Contains(result.stdout, text) {
				t.Fatalf("%v: status %d, want %d and %q\n%s%s", args, result.status, status, text, result.stdout, result.stderr)
			}
		}
	}
	var buckets []string
	for _, id := range ids {
		buckets = append(buckets, "fusion-rms-"+id)
	}
	follow(0, buckets, "send", "--file", list, "--rate", "100", "--yes")
	// Nobody made the first one's user.
	follow(3, []string{"ClientUserNotFound", "fusion-rms-cafe-5"}, "send", "nobody", "cafe-5", "--yes")

	body := `{"orgId":"dead"}`
	if _, err := s.Messaging.SQS().SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &s.Queues.DeadLetterURL, MessageBody: &body}); err != nil {
		t.Fatal(err)
	}
	follow(0, []string{"fusion-rms-dead"}, "dead-letters", "replay", "--org", "dead", "--yes")
	// What the function met is read as in AWS.
	if told := runTool(t, environment, "", "logs", "nobody"); told.status != 0 || !strings.Contains(told.stdout, "failed: ClientUserNotFound at policy") {
		t.Errorf("logs: %+v", told)
	}
	if listed := runTool(t, environment, "", "dead-letters", "list"); listed.status != 0 || !strings.Contains(listed.stdout, "failed with: 1 ClientUserNotFound at policy") {
		t.Errorf("list: %+v", listed)
	}
}
