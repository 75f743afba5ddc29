package s3server

import (
	"bytes"
	"context"
	"fmt"
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

func TestAnotherAccountIsRefused(t *testing.T) {
	if _, err := Start(t.Context(), Options{Account: "111122223333"}); err == nil {
		t.Error("versitygw's IAM can't run another account than 000000000000")
	}
}

// It closes the shared server and leaves another one for the tests after it.
func TestCloseLeavesNothingBehindAndAnotherServerCanStart(t *testing.T) {
	must(t, server.Close())
	before, err := os.Getwd()
	must(t, err)
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)

	if _, err := Start(t.Context(), Options{Dir: "/dev/null/not-a-directory"}); err == nil {
		t.Error("a directory that can't be made is no error")
	}
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
	server, err = Start(t.Context(), Options{Dir: dataForOtherTests(t)})
	must(t, err)
}

// dataForOtherTests makes a directory that outlives the test; TestMain's process ends soon after.
func dataForOtherTests(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "s3server-test-")
	must(t, err)
	leftovers = append(leftovers, dir)
	return dir
}

func TestABucketsDirectoryCanBeOpenedAgain(t *testing.T) {
	must(t, server.Close())
	dir := dataForOtherTests(t)
	var err error
	server, err = Start(t.Context(), Options{Dir: dir})
	must(t, err)
	bucket := newBucket(t)
	putObject(t, bucket, "pub/x", "kept")
	must(t, server.Close())

	server, err = Start(t.Context(), Options{Dir: dir})
	must(t, err)
	if _, err := server.RootClient().HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &bucket, Key: new("pub/x")}); err != nil {
		t.Errorf("the object is gone: %v", err)
	}
}

func TestOnlyTheServersOwnLinesAreTakenOffStandardOutput(t *testing.T) {
	others, err := os.CreateTemp(t.TempDir(), "stdout")
	must(t, err)
	stdout := os.Stdout
	os.Stdout = others
	defer func() { os.Stdout = stdout }()

	var log bytes.Buffer
	must(t, quietly(&log, func() {
		fmt.Println("somebody's line")
		fmt.Println(`standalone IAM service "x": version unknown`)
		fmt.Print("somebody's prompt: ")
	}))
	if !strings.HasPrefix(log.String(), "standalone IAM") || strings.Count(log.String(), "\n") != 1 {
		t.Errorf("log has %q", log.String())
	}
	kept, err := os.ReadFile(others.Name())
	must(t, err)
	if want := "somebody's line\nsomebody's prompt: "; string(kept) != want {
		t.Errorf("standard output has %q, want %q", kept, want)
	}
}
