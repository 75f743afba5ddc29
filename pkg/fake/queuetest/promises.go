package queuetest

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

func (s System) asSent(t *testing.T, q *queue.Queue) {
	want := Rich("not JSON: {\"\x7f\u2028\r\n\t</script> é 日本")
	began := time.Now()
	ids := send(t, q, want)
	if s.Forgetful {
		want.TraceHeader, want.GroupID = "", ""
	}
	got := receive(t, q, 1, hold)[0]
	if !Same(got.Content, want) {
		t.Errorf("got  %+v\nwant %+v", got.Content, want)
	}
	if got.ID != ids[0] || got.Handle == "" || got.ReceiveCount != 1 {
		t.Errorf("id %s (sent as %s), handle %q, receive %d", got.ID, ids[0], got.Handle, got.ReceiveCount)
	}
	if early, late := began.Sub(got.SentAt), time.Until(got.SentAt); early > time.Second || late > time.Second {
		t.Errorf("sent at %s, but it was at %s", got.SentAt, began)
	}
}

func hidden(t *testing.T, q *queue.Queue) {
	send(t, q, content("a"))
	first := receive(t, q, 1, 3*time.Second)[0]
	nothing(t, q)
	time.Sleep(2500 * time.Millisecond)
	again := receive(t, q, 1, hold)[0]
	if again.ID != first.ID || again.Handle == first.Handle || again.ReceiveCount != 2 || !again.SentAt.Equal(first.SentAt) {
		t.Errorf("first %+v\nagain %+v", first, again)
	}
}

func released(t *testing.T, q *queue.Queue) {
	send(t, q, content("a"), content("b"), content("c"))
	got := receive(t, q, 3, hold)
	for i, err := range q.Release(t.Context(), []string{got[0].Handle, got[2].Handle}) {
		if err != nil {
			t.Errorf("release %d: %v", i, err)
		}
	}
	for _, m := range receive(t, q, 2, hold) {
		if m.ID == got[1].ID {
			t.Error("another one came than was released")
		}
	}
	nothing(t, q)
}

func deleted(t *testing.T, q *queue.Queue) {
	var messages []queue.Content
	for range 13 {
		messages = append(messages, content("a"))
	}
	send(t, q, messages...)
	var handles []string
	for _, m := range receive(t, q, 13, hold) {
		handles = append(handles, m.Handle)
	}
	errs := q.Delete(t.Context(), handles[:12])
	if err := errors.Join(errs...); err != nil || len(errs) != 12 {
		t.Errorf("%d results: %v", len(errs), err)
	}
	q.Release(t.Context(), handles)
	receive(t, q, 1, hold)
	nothing(t, q)
}

func held(t *testing.T, q *queue.Queue) {
	send(t, q, content("a"), content("b"))
	got := receive(t, q, 2, 3*time.Second)
	if errs := q.Hold(t.Context(), []string{got[0].Handle}, hold); errs[0] != nil {
		t.Fatal(errs[0])
	}
	time.Sleep(3500 * time.Millisecond)
	if again := receive(t, q, 1, hold)[0]; again.ID != got[1].ID {
		t.Error("the message that is held longer came")
	}
	nothing(t, q)
	if errs := q.Hold(t.Context(), []string{got[0].Handle, "no handle"}, hold); errs[0] != nil || !errors.Is(errs[1], queue.ErrNotHeld) {
		t.Errorf("got %v", errs)
	}
}

func waited(t *testing.T, q *queue.Queue) {
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		time.Sleep(300 * time.Millisecond)
		q.Send(t.Context(), []queue.Content{content("a")})
	}()
	got, err := q.Receive(t.Context(), 10*time.Second, hold)
	if err != nil || len(got) != 1 {
		t.Errorf("received %d (%v)", len(got), err)
	}
	<-sent
}

func batches(t *testing.T, q *queue.Queue) {
	var messages []queue.Content
	for i := range 23 {
		messages = append(messages, content(strings.Repeat("x", 40_000+i)))
	}
	for _, binary := range []int{300_000, 300_000, 300_000} {
		messages = append(messages, queue.Content{Body: "b", Attributes: map[string]types.MessageAttributeValue{
			"binary": {DataType: aws.String("Binary"), BinaryValue: bytes.Repeat([]byte{0xff}, binary)},
		}})
	}
	ids := send(t, q, messages...)
	if n := len(slices.Compact(slices.Sorted(slices.Values(ids)))); n != 26 {
		t.Errorf("%d ids for 26 messages", n)
	}
	for _, m := range receive(t, q, 26, hold) {
		if i := slices.Index(ids, m.ID); i < 0 || !Same(m.Content, messages[i]) {
			t.Errorf("message %d isn't what was sent with its id", i)
		}
	}
}

func tooLarge(t *testing.T, q *queue.Queue) {
	sent := q.Send(t.Context(), []queue.Content{content("a"), content(strings.Repeat("x", queue.SizeLimit+1)), content("b")})
	if sent[0].Err != nil || sent[1].Err == nil || sent[1].MessageID != "" || sent[2].Err != nil {
		t.Errorf("got %+v", sent)
	}
	receive(t, q, 2, hold)
}

func largest(t *testing.T, q *queue.Queue) {
	var messages []queue.Content
	for i := range 10 {
		messages = append(messages, content(strings.Repeat(string(rune('a'+i)), queue.SizeLimit)))
	}
	send(t, q, messages...)
	sum := 0
	for _, m := range receive(t, q, 10, hold) {
		sum += len(m.Body)
	}
	if sum != 10*queue.SizeLimit {
		t.Errorf("%d bytes came", sum)
	}
}

func counted(t *testing.T, q *queue.Queue) {
	send(t, q, content("a"), content("b"), content("c"))
	got := receive(t, q, 3, hold)
	if err := errors.Join(q.Release(t.Context(), []string{got[1].Handle})...); err != nil {
		t.Fatal(err)
	}
	if d, err := q.Depth(t.Context()); err != nil || d != (queue.Depth{Ready: 1, InFlight: 2}) {
		t.Errorf("got %+v, %v", d, err)
	}
}

func notHeld(t *testing.T, q *queue.Queue) {
	send(t, q, content("a"), content("b"))
	got := receive(t, q, 2, hold)
	handles := []string{got[0].Handle, got[1].Handle}
	if err := errors.Join(q.Release(t.Context(), handles[:1])...); err != nil {
		t.Fatal(err)
	}
	if errs := q.Release(t.Context(), handles); len(errs) != 2 || errors.Join(errs...) != nil {
		t.Errorf("got %v", errs)
	}
	receive(t, q, 2, hold)
}

func missing(t *testing.T, q *queue.Queue) {
	_, received := q.Receive(t.Context(), 0, hold)
	_, counted := q.Depth(t.Context())
	for doing, err := range map[string]error{
		"receive": received, "count": counted, "send": q.Send(t.Context(), []queue.Content{content("a")})[0].Err,
		"delete": q.Delete(t.Context(), []string{"h"})[0], "release": q.Release(t.Context(), []string{"h"})[0], "hold": q.Hold(t.Context(), []string{"h"}, hold)[0],
	} {
		if !errors.Is(err, queue.ErrNoQueue) || !strings.Contains(err.Error(), q.Name()) {
			t.Errorf("%s: %v", doing, err)
		}
	}
}
