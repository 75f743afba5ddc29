package queuetest

import (
	"bytes"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// Archived reads the content of an archive of dead letters. Only its last line
// may be cut off, which cut reports; any other line that isn't JSON is an error.
func Archived(content []byte) (all []deadletter.Record, cut bool, err error) {
	for line := range bytes.Lines(content) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			return all, true, nil
		}
		var r deadletter.Record
		if err := json.Unmarshal(line, &r); err != nil {
			return all, false, err
		}
		all = append(all, r)
	}
	return all, false, nil
}

// ContentOf is an archived message as its sender made it.
func ContentOf(r deadletter.Record) queue.Content {
	c := queue.Content{Body: string(r.BodyBase64), TraceHeader: r.TraceHeader, GroupID: r.GroupID}
	if r.Body != nil {
		c.Body = *r.Body
	}
	for name, a := range r.Attributes {
		if c.Attributes == nil {
			c.Attributes = map[string]types.MessageAttributeValue{}
		}
		c.Attributes[name] = types.MessageAttributeValue{DataType: aws.String(a.Type), StringValue: a.String, BinaryValue: a.Binary}
	}
	return c
}
