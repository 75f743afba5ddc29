package deadletter_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// roundTrip writes a message down and reads it again.
func roundTrip(t interface{ Fatalf(string, ...any) }, m queue.Message) deadletter.Record {
	record, err := deadletter.NewRecord(m)
	if err != nil {
		t.Fatalf("%v", err)
	}
	line, err := record.Line()
	if err != nil {
		t.Fatalf("%v", err)
	}
	if n := bytes.Count(line, []byte("\n")); n != 1 || line[len(line)-1] != '\n' || !bytes.HasPrefix(line, []byte(`{"version":1,"id":`)) {
		t.Fatalf("not a line of an archive: %q", line)
	}
	read, err := deadletter.ParseRecord(bytes.TrimSuffix(line, []byte("\n")))
	if err != nil {
		t.Fatalf("%v\n%q", err, line)
	}
	return read
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
		read := roundTrip(t, m)
		if !queuetest.Same(read.Content(), c) || read.ID != "id" || !read.SentAt.Equal(m.SentAt) || read.ReceiveCount != 7 || read.Queue != "https://queue" || read.Verdict != "never" {
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
		if read := roundTrip(t, queue.Message{ID: "id", Content: c}); !queuetest.Same(read.Content(), c) {
			t.Fatalf("got %+v\nwant %+v", read.Content(), c)
		}
	})
}

func TestAnAttributeThatCannotBeWrittenDownIsAnErrorAndNotAnotherText(t *testing.T) {
	_, err := deadletter.NewRecord(queue.Message{ID: "id", Content: queue.Content{Attributes: queuetest.Attributes("a", "String", "\xff")}})
	if err == nil || !strings.Contains(err.Error(), `attribute "a"`) {
		t.Errorf("got %v", err)
	}
}

func TestALineThatIsNoArchivedMessageSaysWhy(t *testing.T) {
	for name, c := range map[string]struct{ line, says string }{
		"garbage":          {"garbage", "isn't an archived message"},
		"another JSON":     {`{"orgId":"a"}`, "version 0"},
		"a later version":  {`{"version":2,"id":"i","body":""}`, "version 2"},
		"no id":            {`{"version":1,"body":""}`, "an id has"},
		"a long id":        {`{"version":1,"body":"","id":"` + strings.Repeat("x", 101) + `"}`, "an id has"},
		"no body":          {`{"version":1,"id":"i"}`, "body or bodyBase64"},
		"two bodies":       {`{"version":1,"id":"i","body":"","bodyBase64":"AA=="}`, "only one"},
		"two in a line":    {`{"version":1,"id":"i","body":""}{"version":1,"id":"j","body":""}`, "something follows"},
		"a bracket after":  {`{"version":1,"id":"i","body":""}]garbage`, "something follows"},
		"a brace after":    {`{"version":1,"id":"i","body":""}}`, "something follows"},
		"another type":     {`{"version":1,"id":7,"body":""}`, "isn't an archived message"},
		"not UTF-8":        {"{\"version\":1,\"id\":\"i\",\"body\":\"\xff\"}", "UTF-8"},
		"an array":         {`[]`, "isn't an archived message"},
		"the half of one":  {`{"version":1,"id":"i","bo`, "cut off"},
		"the first letter": {`{`, "cut off"},
	} {
		if _, err := deadletter.ParseRecord([]byte(c.line)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLinesAreReadWithTheirNumbersAndTheGoodOnesGoOn(t *testing.T) {
	good := func(id string) string { return `{"version":1,"id":"` + id + `","body":"` + id + `"}` }
	all, err := deadletter.ReadAll(strings.NewReader(strings.Join([]string{
		good("a"), "", "garbage", good("b") + "\r", "  ", `{"version":1,"id":"c`, good("d"),
		`{"version":1,"id":"long","body":"` + strings.Repeat("x", 10<<20) + `"}`, good("e"), good("f")[:20],
	}, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range all {
		what := l.Record.ID
		if l.Err != nil {
			what = "!"
			switch {
			case errors.Is(l.Err, deadletter.ErrCutOff):
				what = "…"
			case strings.Contains(l.Err.Error(), "longer than"):
				what = "long"
			}
		}
		number, _ := json.Marshal(l.Number)
		got = append(got, string(number)+what)
	}
	if want := "1a 3! 4b 6… 7d 8long 9e 10…"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestTheLastLineMayLackItsEndIfItIsWhole(t *testing.T) {
	all, err := deadletter.ReadAll(strings.NewReader(`{"version":1,"id":"a","body":""}`))
	if err != nil || len(all) != 1 || all[0].Err != nil {
		t.Errorf("got %+v, %v", all, err)
	}
}

func TestWhatIsKeptOfEachMessageIsSmall(t *testing.T) {
	if got := deadletter.LedgerBytes(20_000, 400); got > 800 {
		t.Errorf("%d bytes are kept of a message, about 600 are promised", got)
	}
}
