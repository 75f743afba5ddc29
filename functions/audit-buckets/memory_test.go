package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/policy"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// how many buckets the executable audits, at 200 requests a second: seven for each.
var many = flag.Int("buckets", 100, "how many buckets the compiled function audits")

// TestTheExecutableAuditsInLittleMemory of the 256 MB that it has: the real process, by
// Lambda's Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
// docs/deploy.md has its figures.
func TestTheExecutableAuditsInLittleMemory(t *testing.T) {
	t.Run("with many buckets", func(t *testing.T) { audits(t, *many, stage(t, *many), 64) })
	t.Run("with as much to remember as it keeps", func(t *testing.T) {
		s3, prints := stage(t, 10), strings.Repeat(`,"0123456789ab"`, 400_000)[1:]
		told := strings.Repeat(`,"`+strings.Repeat("a", 52)+`"`, 100_000)[1:]
		s3.Change(functiontest.HomesBucket, func(b *s3fake.Bucket) {
			b.Objects[bucket.AuditKey] = s3fake.Object{Body: []byte(`{"version":1,"position":{"told":[` + told + `]},"found":[` + prints + `],"before":[` + prints + `]}`)}
		})
		audits(t, 10, s3, 200)
	})
}

// audits runs the function once. most is in units of 1024² bytes.
func audits(t *testing.T, n int, stage http.Handler, most float64) {
	t.Helper()
	s3 := httptest.NewServer(stage)
	defer s3.Close()
	ended := make(chan string, 1)
	lambda := httptest.NewServer(runtimeAPI(ended))
	defer lambda.Close()
	function := exec.Command(build(t))
	function.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(lambda.URL, "http://"), "AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256",
		"AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=" + functiontest.AccessKeyID, "AWS_SECRET_ACCESS_KEY=secret", "AWS_ENDPOINT_URL=" + s3.URL, "S3_USE_PATH_STYLE=true",
		"ACCOUNT_ID=" + functiontest.Account, "HOMES_BUCKET=" + functiontest.HomesBucket, "MAX_RECEIVE_COUNT=5", "AUDIT_RATE=200",
		"OUTCOME_TOPIC_ARN=arn:aws:sns:us-east-1:" + functiontest.Account + ":outcomes", "QUEUE_URL=" + s3.URL + "/queue",
	}
	log, err := function.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := function.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = function.Wait() }()
	defer func() { _ = function.Process.Kill() }()
	end := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(log); lines.Scan(); {
			if strings.Contains(lines.Text(), `"message":"audit"`) {
				end <- lines.Text()
			}
		}
	}()
	if answer := <-ended; !strings.HasSuffix(answer, "/response") {
		t.Fatalf("the function answered at %s", answer)
	}
	if line := <-end; !strings.Contains(line, fmt.Sprintf(`"examined":%d,"notExamined":0,"findings":%d,`, n, (n+99)/100)) {
		t.Errorf("it wrote %s", line)
	}
	got := peak(t, function.Process.Pid)
	if t.Logf("%d buckets: %.1f MB at most", n, got); got > most {
		t.Errorf("they may take %.0f MB", most)
	}
}

// stage is the S3 of so many organizations; of every hundredth the tag is gone.
func stage(t *testing.T, n int) *s3fake.Server {
	t.Helper()
	s3, claims := s3fake.New(functiontest.Account), map[string]s3fake.Object{}
	for i := range n {
		id := org.ID(fmt.Sprintf("org%06d", i))
		spec, err := functiontest.Settings("us-east-1", nil).Naming.Spec(id)
		if err != nil {
			t.Fatal(err)
		}
		name := spec.Candidates[0].Name
		ours, _, err := spec.Merge(name, policy.Document{})
		if err != nil {
			t.Fatal(err)
		}
		b := s3fake.Bucket{Policy: string(ours.JSON()), Objects: map[string]s3fake.Object{"pub/": {}}}
		if i%100 > 0 {
			b.Tags = map[string]string{"OrgId": string(id)}
		}
		s3.Put(name, b)
		claims[s3store.ClaimKey(id)] = s3fake.Object{Body: []byte(`{"bucket":"` + name + `","claimedAt":"2026-11-01T10:00:00Z","messageId":"m1"}`)}
	}
	s3.Put(functiontest.HomesBucket, s3fake.Bucket{Objects: claims})
	return s3
}

// runtimeAPI gives the function one invocation, of up to an hour, and tells where it was answered.
func runtimeAPI(ended chan<- string) http.HandlerFunc {
	given := false
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusAccepted)
			ended <- r.URL.Path
			return
		}
		if given {
			<-r.Context().Done() // there is no other
			return
		}
		given = true
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(time.Hour).UnixMilli(), 10))
		_, _ = io.WriteString(w, `{"source":"aws.events"}`)
	}
}

// peak is the resident memory of a process at its largest, in units of 1024² bytes. Only
// Linux tells it; elsewhere it is 0.
func peak(t *testing.T, pid int) float64 {
	t.Helper()
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if os.IsNotExist(err) {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(rest, "kB")
	kilobytes, err := strconv.ParseFloat(strings.TrimSpace(line), 64)
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes / 1024
}
