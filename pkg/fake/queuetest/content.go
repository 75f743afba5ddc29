package queuetest

import (
	"bytes"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/sqsbatch"
)

// Attributes makes message attributes of triples: name, type, value.
func Attributes(triples ...string) map[string]types.MessageAttributeValue {
	all := map[string]types.MessageAttributeValue{}
	for i := 0; i+2 < len(triples); i += 3 {
		value := types.MessageAttributeValue{DataType: &triples[i+1]}
		if strings.HasPrefix(triples[i+1], "Binary") {
			value.BinaryValue = []byte(triples[i+2])
		} else {
			value.StringValue = &triples[i+2]
		}
		all[triples[i]] = value
	}
	return all
}

// Rich is a message with all that a sender can give it: ten attributes of every
// type, with labels and without, a trace header and a group.
func Rich(body string) queue.Content {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	return queue.Content{
		Body: body, TraceHeader: "Root=1-5e3d83c1-e6a0db584850d61342823d4c", GroupID: "xmsqa1",
		Attributes: Attributes(
			"text", "String", "grüße, \"quoted\"\n\t<&>", "text.label", "String.json", `{"a":1}`, "space", "String", " ", "A_b-c.9", "String", "x",
			"whole", "Number", "-007", "exact", "Number", "123456789012345678901234567890.10", "labelled", "Number.int", "1",
			"binary", "Binary", string(every), "gif", "Binary.gif", "GIF89a", "one-byte", "Binary", "\x00",
		),
	}
}

// AsSent is a content without what a replay changes: its stamp and its group.
func AsSent(c queue.Content) queue.Content {
	c.GroupID, c.Attributes = "", maps.Clone(c.Attributes)
	delete(c.Attributes, sqsbatch.ReplayAttribute)
	return c
}

// Same compares what senders gave two messages, byte for byte.
func Same(a, b queue.Content) bool {
	equal := func(a, b types.MessageAttributeValue) bool {
		return aws.ToString(a.DataType) == aws.ToString(b.DataType) && aws.ToString(a.StringValue) == aws.ToString(b.StringValue) && bytes.Equal(a.BinaryValue, b.BinaryValue)
	}
	return a.Body == b.Body && a.TraceHeader == b.TraceHeader && a.GroupID == b.GroupID && maps.EqualFunc(a.Attributes, b.Attributes, equal)
}
