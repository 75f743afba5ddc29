package queue_test

import (
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

const url = "https://sqs.eu-central-1.amazonaws.com/123456789012/dead-letters"

func TestTheFakeIsAQueue(t *testing.T) {
	queuetest.Suite(t, queuetest.System{
		Open:    func(*testing.T) *queue.Queue { return queue.New(queuetest.NewFake(url), url) },
		Missing: func(*testing.T) *queue.Queue { return queue.New(queuetest.NewFake(url), url+"-2") },
		Virtual: true,
	})
}
