package operator_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/infra/local/fauxqs"
	"github.com/fusionpos/orgbucket/infra/local/system"
)

// newSystem starts everything, the compiled function too.
func newSystem(t *testing.T) *system.System {
	t.Helper()
	s, err := system.Start(t.Context(), system.Options{Bootstrap: bootstrap, NodeModules: nodeModules, ServerLog: t.Output(), Trouble: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func systemEnvironment(s *system.System) (all []string) {
	for _, v := range s.Environment() {
		all = append(all, v.Name+"="+v.Value)
	}
	return all
}

// followers counts the temporary queues and the topic's subscriptions beyond the
// one that the system made.
func followers(t *testing.T, server *fauxqs.Server, topicARN string) (queues, subscriptions int) {
	t.Helper()
	listed, err := server.SQS().ListQueues(t.Context(), &sqs.ListQueuesInput{QueueNamePrefix: aws.String("orgbucket-follow-")})
	if err != nil {
		t.Fatal(err)
	}
	subscribed, err := server.SNS().ListSubscriptionsByTopic(t.Context(), &sns.ListSubscriptionsByTopicInput{TopicArn: &topicARN})
	if err != nil {
		t.Fatal(err)
	}
	return len(listed.QueueUrls), len(subscribed.Subscriptions) - 1
}

func checkNoFollowers(t *testing.T, server *fauxqs.Server, topicARN string) {
	t.Helper()
	if queues, subscriptions := followers(t, server, topicARN); queues != 0 || subscriptions != 0 {
		t.Errorf("%d queues and %d subscriptions are left", queues, subscriptions)
	}
}

func waitFollower(t *testing.T, server *fauxqs.Server, topicARN string) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if queues, subscriptions := followers(t, server, topicARN); queues == 1 && subscriptions == 1 {
			return
		}
		if time.Now().After(end) {
			t.Fatal("there's no temporary queue")
		}
	}
}

func TestABackfillIsFollowedToItsOutcomes(t *testing.T) {
	s := newSystem(t)
	list, ids := writeList(t, 25)
	for _, id := range ids {
		if _, err := s.S3.CreateUser(t.Context(), s.Naming.ClientUserPrefix+id); err != nil {
			t.Fatal(err)
		}
	}
	environment := systemEnvironment(s)
	result := runTool(t, environment, "", "send", "--file", list, "--rate", "25", "--follow", "-o", "json")
	if result.status != 0 {
		t.Fatalf("got %+v", result)
	}
	buckets := map[string]string{}
	for line := range strings.Lines(result.stdout) {
		var o struct{ Type, OrgID, Status, Bucket string }
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if o.Type == "outcome" {
			buckets[o.OrgID] = o.Status + " " + o.Bucket
		}
	}
	for _, id := range ids {
		if buckets[id] != "created fusion-rms-"+id {
			t.Errorf("%s: the outcome is %q", id, buckets[id])
		}
	}
	if summary := lastLine(t, result.stdout); summary["type"] != "followSummary" || summary["provisioned"] != float64(25) {
		t.Errorf("the summary is %v", summary)
	}
	checkNoFollowers(t, s.Messaging, s.Queues.TopicARN)

	repair := runTool(t, environment, "", "send", "--follow", "cafe-3", "cafe-4")
	if repair.status != 0 || !strings.Contains(repair.stdout, "unchanged  cafe-3") || !strings.Contains(repair.stdout, "2 provisioned, 0 failed, 0 not in time") {
		t.Errorf("got %+v", repair)
	}
	// Nobody made this one's user. The local function gives up after some seconds.
	blocked := runTool(t, environment, "", "send", "--follow", "nobody", "cafe-5")
	if blocked.status != 3 || !strings.Contains(blocked.stdout, "failed     nobody                    ClientUserNotFound: ") ||
		!strings.Contains(blocked.stdout, "→ Create the organization's IAM user") || !strings.Contains(blocked.stdout, "1 provisioned, 1 failed, 0 not in time") {
		t.Errorf("got %+v", blocked)
	}
	checkNoFollowers(t, s.Messaging, s.Queues.TopicARN)
}

func TestWhatHasNoOutcomeInTimeIsNamedAndExplained(t *testing.T) {
	server, queues := newQueues(t) // nobody handles messages here
	result := runTool(t, queuesEnvironment(server, queues), "", "send", "--follow", "--follow-timeout", "2s", "cafe-1", "cafe-2")
	if result.status != 3 || !strings.Contains(result.stdout, "missing    cafe-1 ") || !strings.Contains(result.stdout, "0 provisioned, 0 failed, 2 not in time") ||
		!strings.Contains(result.stderr, "No outcome in time means") {
		t.Errorf("got %+v", result)
	}
	checkNoFollowers(t, server, queues.TopicARN)
}

func TestCtrlCLeavesNoQueueAndNoSubscription(t *testing.T) {
	server, queues := newQueues(t)
	environment := queuesEnvironment(server, queues)
	for name, moment := range map[string]func(){
		"while it prepares": func() { waitFollower(t, server, queues.TopicARN) },
		"while it waits":    func() { waitDepth(t, server, queues.QueueURL, depth(t, server, queues.QueueURL)+1) },
	} {
		t.Run(name, func(t *testing.T) {
			p := startTool(t, environment, "", "send", "--follow", "cafe-1")
			moment()
			p.interrupt(t)
			if result := p.wait(t); result.status != 130 {
				t.Errorf("got %+v", result)
			}
			checkNoFollowers(t, server, queues.TopicARN)
		})
	}
}

// TestAKilledRunsQueueIsMarkedForALaterDay: only a queue with this mark is ever
// cleaned up, and only when it's a day old.
func TestAKilledRunsQueueIsMarkedForALaterDay(t *testing.T) {
	server, queues := newQueues(t)
	environment := queuesEnvironment(server, queues)
	p := startTool(t, environment, "", "send", "--follow", "cafe-1")
	waitFollower(t, server, queues.TopicARN)
	p.kill(t)
	p.wait(t)
	listed, err := server.SQS().ListQueues(t.Context(), &sqs.ListQueuesInput{QueueNamePrefix: aws.String("orgbucket-follow-")})
	if err != nil || len(listed.QueueUrls) != 1 {
		t.Fatalf("%d queues, %v", len(listed.QueueUrls), err)
	}
	tags, err := server.SQS().ListQueueTags(t.Context(), &sqs.ListQueueTagsInput{QueueUrl: &listed.QueueUrls[0]})
	if err != nil || tags.Tags["orgbucket:follow"] != queues.TopicARN {
		t.Errorf("tags %v, %v", tags.Tags, err)
	}
	if result := runTool(t, environment, "", "send", "--follow", "--follow-timeout", "1s", "cafe-1"); result.status != 3 {
		t.Errorf("the next run: %+v", result)
	}
	if queues, subscriptions := followers(t, server, queues.TopicARN); queues != 1 || subscriptions != 1 {
		t.Errorf("%d queues and %d subscriptions after the next run of the same day, want the killed run's", queues, subscriptions)
	}
}
