package eventsource_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// roleVariable makes this test binary the function, a real compiled program with the real runtime client in it.
const roleVariable = "POLLER_TEST_FUNCTION"

func TestMain(m *testing.M) {
	if os.Getenv(roleVariable) != "" {
		lambda.Start(handle)
		return
	}
	os.Exit(m.Run())
}

// handle does what the bodies say. What is wanted "once" happens on the first receive only.
func handle(_ context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
	response := events.SQSEventResponse{}
	for _, record := range event.Records {
		fmt.Println("received", record.Body, record.Attributes["ApproximateReceiveCount"])
		what, once := strings.CutSuffix(record.Body, " once")
		if once && record.Attributes["ApproximateReceiveCount"] != "1" {
			continue
		}
		switch what {
		case "fail":
			response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: record.MessageId})
		case "exit":
			os.Exit(9)
		case "sleep":
			time.Sleep(time.Minute)
		}
	}
	return response, nil
}
