package queuetest

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Server serves fakes on a socket, in SQS's JSON protocol, for programs that can't be
// handed an interface. The names of the SDK's fields are those of the protocol.
type Server []*Fake

// ServeHTTP answers a call.
func (s Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body json.RawMessage
	var of struct{ QueueUrl string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || json.Unmarshal(body, &of) != nil {
		http.Error(w, "that is no call of SQS", http.StatusBadRequest)
		return
	}
	f := &Fake{} // a queue that isn't there
	for _, one := range s {
		if one.URL == of.QueueUrl {
			f = one
		}
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	out, err := f.serve(r.Context(), operation, body)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if err != nil {
		refuseOnWire(w, err)
		return
	}
	_ = json.NewEncoder(w).Encode(out) // who asked may have gone
}

func refuseOnWire(w http.ResponseWriter, err error) {
	status, code, said := http.StatusInternalServerError, "InternalError", err.Error()
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		code, said = api.ErrorCode(), api.ErrorMessage()
	}
	if response, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		status = response.HTTPStatusCode()
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": "com.amazonaws.sqs#" + code, "message": said})
}

func (f *Fake) serve(ctx context.Context, operation string, body []byte) (any, error) {
	switch operation {
	case "ReceiveMessage":
		out, err := called(ctx, body, f.ReceiveMessage)
		for i := range out.Messages {
			out.Messages[i].MD5OfBody = sumOf(aws.ToString(out.Messages[i].Body))
		}
		return out, err
	case "SendMessageBatch":
		out, err := called(ctx, body, f.SendMessageBatch)
		return summed(out, body), err
	case "DeleteMessageBatch":
		return called(ctx, body, f.DeleteMessageBatch)
	case "ChangeMessageVisibilityBatch":
		return called(ctx, body, f.ChangeMessageVisibilityBatch)
	case "GetQueueAttributes":
		return called(ctx, body, f.GetQueueAttributes)
	}
	return nil, apiError(http.StatusBadRequest, "InvalidAction", operation)
}

// called calls one of the fake's operations with the input of a body.
func called[In, Out any](ctx context.Context, body []byte, call func(context.Context, *In, ...func(*sqs.Options)) (Out, error)) (out Out, err error) {
	in := new(In)
	if err := json.Unmarshal(body, in); err != nil {
		return out, err
	}
	return call(ctx, in)
}

// summed adds the sums of the bodies, which the SDK checks.
func summed(out *sqs.SendMessageBatchOutput, body []byte) *sqs.SendMessageBatchOutput {
	var in sqs.SendMessageBatchInput
	_ = json.Unmarshal(body, &in) // as before
	for i := range out.Successful {
		for _, e := range in.Entries {
			if aws.ToString(e.Id) == aws.ToString(out.Successful[i].Id) {
				out.Successful[i].MD5OfMessageBody = sumOf(aws.ToString(e.MessageBody))
			}
		}
	}
	return out
}

func sumOf(text string) *string {
	sum := md5.Sum([]byte(text))
	return aws.String(hex.EncodeToString(sum[:]))
}
