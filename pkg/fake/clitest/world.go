package clitest

import (
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/fake/logfake"
	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// Deployment is a whole stage on sockets: buckets, both queues, and the account's
// other services.
type Deployment struct {
	S3          *s3fake.Server
	AWS         *awsfake.World
	Queue, Dead *queuetest.Fake
	Log         *logfake.Log // the function's
}

// longestPoll shortens what every look at an empty queue waits for; that the tool believes
// an empty queue only after long polls is a test of pkg/operator/deadletter.
const longestPoll = 20 * time.Millisecond

// Whole serves a deployment and makes the environment point to it.
func Whole(t *testing.T) *Deployment {
	t.Helper()
	d := &Deployment{S3: S3(t), AWS: awsfake.New(), Log: &logfake.Log{Group: "/aws/lambda/provision-bucket"}}
	logs := httptest.NewServer(d.Log)
	t.Cleanup(logs.Close)
	t.Setenv("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", logs.URL)
	t.Setenv("LOG_GROUP_NAME", d.Log.Group)
	rest := httptest.NewServer(d.AWS)
	t.Cleanup(rest.Close)
	queues := queuetest.Server{}
	messaging := httptest.NewUnstartedServer(&queues)
	t.Cleanup(messaging.Close)
	address := "http://" + messaging.Listener.Addr().String()
	d.Queue = queuetest.NewFake(address + "/" + Account + "/organization-created")
	d.Dead = queuetest.NewFake(address + "/" + Account + "/dead-letters")
	d.Queue.Redrive = "arn:aws:sqs:us-east-1:" + Account + ":dead-letters"
	d.Queue.LongestPoll, d.Dead.LongestPoll = longestPoll, longestPoll
	queues = append(queues, d.Queue, d.Dead)
	messaging.Start()
	for _, service := range []string{"IAM", "STS", "ORGANIZATIONS", "SERVICE_QUOTAS", "COST_EXPLORER"} {
		t.Setenv("AWS_ENDPOINT_URL_"+service, rest.URL)
	}
	t.Setenv("AWS_ENDPOINT_URL_S3_CONTROL", os.Getenv("AWS_ENDPOINT_URL_S3"))
	t.Setenv("AWS_ENDPOINT_URL_SQS", address)
	t.Setenv("QUEUE_URL", d.Queue.URL)
	t.Setenv("DEAD_LETTER_QUEUE_URL", d.Dead.URL)
	return d
}
