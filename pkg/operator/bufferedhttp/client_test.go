package bufferedhttp_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/operator/bufferedhttp"
)

// wire answers requests without a network.
type wire func(*http.Request) (*http.Response, error)

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) { return w(r) }

func client(w wire) *bufferedhttp.Client { return bufferedhttp.New(w) }

// body is a stream that knows whether it was closed and breaks where it's told to.
type body struct {
	io.Reader
	end    error // io.EOF, or what breaks it
	closed bool
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = b.end
	}
	return n, err
}

func (b *body) Close() error {
	b.closed = true
	return nil
}

func streamed(text string) *body { return &body{Reader: strings.NewReader(text), end: io.EOF} }

func request(t *testing.T, content io.Reader) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://sqs.test/q", content)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "AmazonSQS.SendMessage")
	return r
}

func TestTheAnswerIsWholeBeforeItIsGivenOut(t *testing.T) {
	for name, length := range map[string]int64{"with its length stated": 5, "without a length": -1, "with a wrong, longer length": 5000} {
		answered := streamed("hello")
		answer, err := client(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: answered, ContentLength: length, Request: r}, nil
		}).Do(request(t, nil))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !answered.closed {
			t.Errorf("%s: the connection is still held", name)
		}
		if got, _ := io.ReadAll(answer.Body); string(got) != "hello" {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestAnAnswerThatBreaksOffIsAnErrorAndNotAShortBody(t *testing.T) {
	broken := errors.New("connection reset")
	answered := &body{Reader: strings.NewReader("hel"), end: broken}
	_, err := client(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Body: answered, ContentLength: 5, Request: r}, nil
	}).Do(request(t, nil))
	if !errors.Is(err, broken) || !answered.closed {
		t.Errorf("got %v; closed: %t", err, answered.closed)
	}
}

func TestARequestIsReadAndClosedBeforeItIsSentAndCanBeSentAgain(t *testing.T) {
	sent := streamed("hello")
	r := request(t, sent)
	_, err := client(func(on *http.Request) (*http.Response, error) {
		if !sent.closed {
			t.Error("the caller's body is still open while the request is on its way")
		}
		if on.ContentLength != 5 || on.Header.Get("X-Amz-Target") == "" || on.Method != http.MethodPost {
			t.Errorf("length %d, %s %v", on.ContentLength, on.Method, on.Header)
		}
		for range 2 {
			again, err := on.GetBody()
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := io.ReadAll(again); string(got) != "hello" {
				t.Errorf("sent %q", got)
			}
		}
		return &http.Response{StatusCode: 200, Body: http.NoBody, Request: on}, nil
	}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
}

func TestARequestWhoseBodyCannotBeReadIsNotSent(t *testing.T) {
	broken := errors.New("no more")
	_, err := client(func(*http.Request) (*http.Response, error) {
		t.Error("sent")
		return nil, errors.New("sent")
	}).Do(request(t, &body{Reader: strings.NewReader("hel"), end: broken}))
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "sqs.test") {
		t.Errorf("got %v", err)
	}
}

func TestATransportsErrorStaysTheHTTPClients(t *testing.T) {
	refused := errors.New("connection refused")
	_, err := client(func(*http.Request) (*http.Response, error) { return nil, refused }).Do(request(t, nil))
	if !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
}

func TestTenMebibytesGoThroughARealConnectionUnchanged(t *testing.T) {
	large := bytes.Repeat([]byte("0123456789abcdef"), 10<<20/16)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, err := io.ReadAll(r.Body)
		if err != nil || !bytes.Equal(got, large) {
			t.Errorf("the server got %d bytes (%v)", len(got), err)
		}
		_, _ = w.Write(got)
	}))
	defer server.Close()
	r := request(t, &body{Reader: bytes.NewReader(large), end: io.EOF})
	r.URL.Host = strings.TrimPrefix(server.URL, "http://")
	answer, err := bufferedhttp.New(server.Client().Transport).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := io.ReadAll(answer.Body); !bytes.Equal(got, large) {
		t.Errorf("got %d bytes back", len(got))
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	sent := 0
	answer, err := client(func(r *http.Request) (*http.Response, error) {
		sent++
		return &http.Response{StatusCode: http.StatusTemporaryRedirect, Header: http.Header{"Location": {"http://elsewhere.example/"}}, Body: streamed("moved"), Request: r}, nil
	}).Do(request(t, streamed("x")))
	if err != nil || answer.StatusCode != http.StatusTemporaryRedirect || sent != 1 {
		t.Errorf("sent %d times: %v, %v", sent, answer, err)
	}
}
