package operator_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

func TestTheLocalQueueIsAQueue(t *testing.T) {
	t.Parallel()
	var made atomic.Int64
	queuetest.Suite(t, queuetest.System{
		Open: func(t *testing.T) *queue.Queue {
			created, err := server.SQS().CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String(fmt.Sprint("conformance-", made.Add(1)))})
			if err != nil {
				t.Fatal(err)
			}
			return queue.New(server.SQS(), *created.QueueUrl)
		},
		Missing:   func(*testing.T) *queue.Queue { return queue.New(server.SQS(), server.URL()+"/000000000000/nowhere") },
		Forgetful: true,
	})
}
