// Command subscriber tells each organization's bucket. It needs a queue that is
// subscribed with raw delivery.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// outcome has the fields that this consumer reads; it ignores the others.
type outcome struct {
	SchemaVersion, Type, OrgID string
	Bucket                     struct{ Name string }
	Error                      struct{ Code string }
}

// handle takes an outcome. ready has each organization's bucket; yours is a database.
func handle(o outcome, ready map[string]string) {
	switch {
	case !strings.HasPrefix(o.SchemaVersion, "1."):
		log.Fatalf("an outcome of version %s", o.SchemaVersion)
	case o.Type == "OrganizationBucketProvisioned":
		ready[o.OrgID] = o.Bucket.Name
		fmt.Println("ready", o.OrgID, o.Bucket.Name)
	case o.Type == "OrganizationBucketProvisioningFailed" && ready[o.OrgID] == "":
		fmt.Println("failed", cmp.Or(o.OrgID, "-"), o.Error.Code) // a refused message may have had no id
	}
}

func main() {
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	check(err)
	client, queue, ready := sqs.NewFromConfig(cfg), aws.String(os.Getenv("OUTCOMES_QUEUE_URL")), map[string]string{}
	for {
		received, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 20})
		check(err)
		for _, m := range received.Messages {
			var o outcome
			check(json.Unmarshal([]byte(*m.Body), &o))
			handle(o, ready)
			_, err := client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: queue, ReceiptHandle: m.ReceiptHandle})
			check(err)
		}
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
