package deadletter_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// roundTrip writes a message down and reads it again.
func roundTrip(t interface{ Fatalf(string, ...any) }, m queue.Message) (deadletter.Record, queue.Content) {
	record, err := deadletter.NewRecord(m)
	if err != nil {
		t.Fatalf("%v", err)
	}
	line, err := record.Line()
	if err != nil || !bytes.HasPrefix(line, []byte(`{"version":1,"id":`)) {
		t.Fatalf("not a line of an archive: %q, %v", line, err)
	}
	read, cut, err := queuetest.Archived(line)
	if err != nil || cut || len(read) != 1 {
		t.Fatalf("%d records, cut off: %t, %v\n%q", len(read), cut, err, line)
	}
	return read[0], queuetest.ContentOf(read[0])
}

func TestAnArchivedMessageIsReadAsItWas(t *testing.T) {
	for name, c := range map[string]queue.Content{
		"rich":                   queuetest.Rich(`{"orgId":"a"}`),
		"empty":                  {},
		"not UTF-8":              {Body: "\xff\xfe\x00"},
		"the replacement itself": {Body: "\ufffd"},
		"separators, HTML and control characters": {Body: "\u2028\u2029<b>&\x00\x1b\x7f\r\n\t\\\""},
		"a mebibyte of quotes":                    {Body: strings.Repeat(`"`, queue.SizeLimit)},
		"a mebibyte of what JSON escapes most":    {Body: strings.Repeat("\x01", queue.SizeLimit)},
		"a mebibyte that isn't UTF-8":             {Body: strings.Repeat("\xff", queue.SizeLimit)},
	} {
		m := queue.Message{Content: c, ID: "id", SentAt: time.UnixMilli(1700000000123), ReceiveCount: 7}
		read, content := roundTrip(t, m)
		if !queuetest.Same(content, c) || read.ID != "id" || !read.SentAt.Equal(m.SentAt) || read.ReceiveCount != 7 || read.Queue != "https://queue" || read.Verdict != "never" {
			t.Errorf("%s: %+.200v", name, read)
		}
	}
}

func TestAnArchiveIsEasyToSearch(t *testing.T) {
	record, err := deadletter.NewRecord(queue.Message{ID: "id", Content: queue.Content{Body: "<a&b>é"}})
	if err != nil {
		t.Fatal(err)
	}
	if line, err := record.Line(); err != nil || !bytes.Contains(line, []byte(`"body":"<a&b>é"`)) {
		t.Errorf("%s, %v", line, err)
	}
}

func TestAnyArchivedMessageIsReadAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := queue.Content{Body: string(rapid.SliceOf(rapid.Byte()).Draw(t, "body")), TraceHeader: rapid.String().Draw(t, "trace"), GroupID: rapid.String().Draw(t, "group")}
		var triples []string
		for range rapid.IntRange(0, 10).Draw(t, "attributes") {
			kind := rapid.SampledFrom([]string{"String", "Number", "Binary", "String.x", "Binary.gif"}).Draw(t, "type")
			value := rapid.StringN(1, -1, -1).Draw(t, "text")
			if strings.HasPrefix(kind, "Binary") {
				value = string(rapid.SliceOfN(rapid.Byte(), 1, -1).Draw(t, "bytes"))
			}
			triples = append(triples, rapid.String().Draw(t, "name"), kind, value)
		}
		c.Attributes = queuetest.Attributes(triples...)
		if _, read := roundTrip(t, queue.Message{ID: "id", Content: c}); !queuetest.Same(read, c) {
			t.Fatalf("got %+v\nwant %+v", read, c)
		}
	})
}

func TestAnAttributeThatCannotBeWrittenDownIsAnErrorAndNotAnotherText(t *testing.T) {
	_, err := deadletter.NewRecord(queue.Message{ID: "id", Content: queue.Content{Attributes: queuetest.Attributes("a", "String", "\xff")}})
	if err == nil || !strings.Contains(err.Error(), `attribute "a"`) {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsKeptOfEachMessageIsSmall(t *testing.T) {
	if got := deadletter.LedgerBytes(20_000, 400); got > 800 {
		t.Errorf("%d bytes are kept of a message, about 600 are promised", got)
	}
}
