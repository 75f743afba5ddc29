package operator_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/infra/local/system"
)

// undisturbed runs the tool while nothing else looks into the dead-letter queue.
func undisturbed(t *testing.T, s *system.System, args ...string) (result toolResult) {
	t.Helper()
	s.Undisturbed(func() { result = runTool(t, systemEnvironment(s), "", args...) })
	return result
}

// verdictsOf lists the dead letters and gives "organization: verdict code", sorted.
func verdictsOf(t *testing.T, s *system.System) (all []string) {
	t.Helper()
	result := undisturbed(t, s, "dead-letters", "list", "-o", "json")
	if result.status != 0 {
		t.Fatalf("status %d\n%s", result.status, result.stderr)
	}
	text := func(v any) string { s, _ := v.(string); return s }
	for _, l := range jsonLines(t, result.stdout)["deadLetter"] {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s: %s %s", text(l["orgId"]), text(l["verdict"]), text(l["code"]))))
	}
	slices.Sort(all)
	return all
}

// TestAnOperatorFindsTheCauseMendsItAndReplays: the diagnosis is live, so the same
// list says another thing once the cause is gone.
func TestAnOperatorFindsTheCauseMendsItAndReplays(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	user := func(id string) {
		if _, err := s.S3.CreateUser(ctx, s.Naming.ClientUserPrefix+id); err != nil {
			t.Fatal(err)
		}
	}
	user("healthy")
	user("untagged")
	first, err := s.Send(ctx, `{"orgId":"healthy"}`)
	if err == nil {
		_, err = s.Outcome(ctx, first)
	}
	if err != nil {
		t.Fatal(err)
	}
	name := "fusion-rms-untagged"
	if _, err := s.S3.RootClient().CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name}); err != nil {
		t.Fatal(err)
	}
	var failing []string
	for _, body := range []string{`{"orgId":"late"}`, `{"orgId":"untagged"}`, "not JSON"} {
		id, err := s.Send(ctx, body)
		if err != nil {
			t.Fatal(err)
		}
		failing = append(failing, id)
	}
	for _, id := range failing {
		if _, err := s.DeadLetter(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	again := `{"orgId":"healthy"}`
	if _, err := s.Messaging.SQS().SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &s.Queues.DeadLetterURL, MessageBody: &again}); err != nil {
		t.Fatal(err)
	}
	want := []string{": never MalformedMessage", "healthy: healthy", "late: blocked ClientUserNotFound", "untagged: blocked OwnershipUnproved"}
	if got := verdictsOf(t, s); !slices.Equal(got, want) {
		t.Errorf("before: %q", got)
	}

	user("late")
	want[2] = "late: would-work"
	if got := verdictsOf(t, s); !slices.Equal(got, want) {
		t.Errorf("after the cause is gone: %q", got)
	}
	result := undisturbed(t, s, "dead-letters", "replay", "--would-work", "--yes", "--follow", "-o", "json")
	outcomes := map[any]any{}
	for _, o := range jsonLines(t, result.stdout)["outcome"] {
		outcomes[o["orgId"]] = o["status"]
	}
	if result.status != 0 || len(outcomes) != 2 || outcomes["late"] != "repaired" && outcomes["late"] != "created" || outcomes["healthy"] != "unchanged" {
		t.Errorf("status %d, outcomes %v\n%s", result.status, outcomes, result.stderr)
	}
	if got := verdictsOf(t, s); !slices.Equal(got, []string{want[0], want[3]}) {
		t.Errorf("left: %q", got)
	}
	checkNoFollowers(t, s.Messaging, s.Queues.TopicARN)
}
