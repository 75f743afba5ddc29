package s3server

import (
	"context"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func TestASecondServerInOneProcessIsRefused(t *testing.T) {
	if _, err := Start(t.Context(), Options{}); err == nil || !strings.Contains(err.Error(), "already running") {
		t.Errorf("got %v, want a refusal", err)
	}
}

// It closes the shared server and leaves another one for the tests after it.
func TestCloseLeavesNothingBehindAndAnotherServerCanStart(t *testing.T) {
	must(t, server.Close())
	before, err := os.Getwd()
	must(t, err)
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)

	given, giveUp := context.WithCancel(t.Context())
	giveUp()
	if _, err := Start(given, Options{}); err == nil {
		t.Error("a start that was given up is no error")
	}
	s, err := Start(t.Context(), Options{})
	must(t, err)
	_, err = s.RootClient().ListBuckets(t.Context(), &s3.ListBucketsInput{})
	must(t, err)
	must(t, s.Close())
	must(t, s.Close())

	if after, _ := os.Getwd(); after != before {
		t.Errorf("working directory is %s, was %s", after, before)
	}
	if left, _ := os.ReadDir(temporary); len(left) != 0 {
		t.Errorf("left in the temporary directory: %v", left)
	}
	for _, url := range []string{s.URL(), s.IAMURL()} {
		if conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://")); err == nil {
			_ = conn.Close()
			t.Errorf("%s still accepts connections", url)
		}
	}
	must(t, os.Unsetenv("TMPDIR")) // t.Setenv puts it back; the next server outlives this test's directory
	server, err = Start(t.Context(), Options{})
	must(t, err)
}
