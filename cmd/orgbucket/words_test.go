package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// everyCommand are command lines of all commands that ask AWS.
var everyCommand = []string{
	"plan xmsqa1", "audit", "doctor", "adopt xmsqa1 --dry-run", "adopt --all --dry-run", "send xmsqa1 --yes",
	"logs xmsqa1", "dead-letters list", "dead-letters inspect 0a1b2c3d", "dead-letters replay --all --yes", "dead-letters archive --all --yes --file /dev/null/x",
}

// rough are words that are the SDK's or Go's, not an operator's.
var rough = []string{"operation error", "context canceled", "context deadline", "https response error", "StatusCode:", "get identity", "api error", "RequestID:", "panic", "%!"}

// broken makes every service answer in one way.
func broken(d *clitest.Deployment, s3 s3fake.Fault, code string, status int) {
	d.S3.SetFault(s3fake.Always("", s3))
	d.AWS.OnAll(func(r awsfake.Request) awsfake.Answer { return awsfake.Refuse(r.Action, status, code, "said by AWS") })
	fail := func(queuetest.Call) queuetest.Fault {
		return queuetest.Fault{Before: queuetest.Answered(status, code, "said by AWS")}
	}
	d.Queue.On(fail)
	d.Dead.On(fail)
	d.Log.Fail = code
}

// TestEachCauseHasOneSentenceAndAWayOut on every command.
func TestEachCauseHasOneSentenceAndAWayOut(t *testing.T) {
	unreachable := func(t *testing.T, _ *clitest.Deployment) {
		for _, service := range []string{"S3", "SQS", "IAM", "STS", "S3_CONTROL", "ORGANIZATIONS", "SERVICE_QUOTAS", "COST_EXPLORER", "CLOUDWATCH_LOGS"} {
			t.Setenv("AWS_ENDPOINT_URL_"+service, "http://127.0.0.1:1")
		}
	}
	for name, c := range map[string]struct {
		prepare      func(t *testing.T, d *clitest.Deployment)
		says, wayOut string
	}{
		"expired": {func(_ *testing.T, d *clitest.Deployment) {
			broken(d, s3fake.Fault{Status: 400, Code: "ExpiredToken", Message: "said by AWS"}, "ExpiredToken", 403)
		}, "the credentials have expired", "Log in again"},
		"wrong": {func(_ *testing.T, d *clitest.Deployment) {
			broken(d, s3fake.Fault{Status: 403, Code: "InvalidAccessKeyId", Message: "said by AWS"}, "InvalidClientTokenId", 403)
		}, "AWS doesn't accept the credentials", "Check AWS_PROFILE"},
		"missing": {func(t *testing.T, _ *clitest.Deployment) {
			clitest.Unset(t, "AWS_ACCESS_KEY_ID")
			clitest.Unset(t, "AWS_SECRET_ACCESS_KEY")
		}, "no credentials", "Log in ("},
		"unreachable": {unreachable, "nothing can be reached", "Check the network, the Region's name"},
		"wrong clock": {func(_ *testing.T, d *clitest.Deployment) {
			broken(d, s3fake.Fault{Status: 403, Code: "RequestTimeTooSkewed", Message: "said by AWS"}, "RequestExpired", 400)
		}, "this machine's clock is wrong", "Set this machine's clock"},
		"another Region": {func(_ *testing.T, d *clitest.Deployment) {
			broken(d, s3fake.Fault{Status: 400, Code: "AuthorizationHeaderMalformed", Message: "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'"}, "AuthorizationHeaderMalformed", 400)
		}, "the Region is wrong", "AWS_REGION"},
	} {
		for _, args := range everyCommand {
			t.Run(name+"/"+args, func(t *testing.T) {
				d := clitest.Whole(t)
				t.Setenv("AWS_MAX_ATTEMPTS", "1")
				c.prepare(t, d)
				got := tool.Run(t, "", strings.Fields(args)...)
				said := got.Out + got.Err
				status := cli.StatusFailed
				if args == "doctor" {
					status = cli.StatusAct // it goes on
				}
				if got.Status != status || !strings.Contains(said, c.says) || !strings.Contains(said, c.wayOut) {
					t.Errorf("status %d, said:\n%s", got.Status, said)
				}
				for _, words := range rough {
					if strings.Contains(said, words) {
						t.Errorf("it says %q:\n%s", words, said)
					}
				}
			})
		}
	}
}

// TestCtrlCEndsQuietly wherever a command is.
func TestCtrlCEndsQuietly(t *testing.T) {
	for _, args := range everyCommand {
		t.Run(args, func(t *testing.T) {
			d := clitest.Whole(t)
			deadLetters(d, 3, 0)
			d.S3.SetDelay(time.Minute)
			d.AWS.OnAll(func(awsfake.Request) awsfake.Answer { return awsfake.Answer{Silent: true} })
			var called atomic.Bool
			note := func(queuetest.Call) queuetest.Fault { called.Store(true); return queuetest.Fault{} }
			d.Queue.On(note)
			d.Dead.On(note)
			w := clitest.InTerminal(t, 80, strings.Fields(args)...)
			for !w.Ended() && !called.Load() && len(d.S3.Calls())+len(d.AWS.Seen()) == 0 {
				time.Sleep(5 * time.Millisecond)
			}
			w.Type("\x03")
			status := w.End()
			if status != cli.StatusStopped && status != cli.StatusOK && !strings.HasPrefix(args, "send") && !strings.HasPrefix(args, "dead-letters inspect") {
				t.Errorf("status %d\n%s", status, w.Text())
			}
			for _, words := range rough {
				if strings.Contains(w.Text(), words) {
					t.Errorf("it says %q:\n%s", words, w.Text())
				}
			}
		})
	}
}

// TestAReaderThatHasSeenEnoughEndsIt at once, and is no complaint.
func TestAReaderThatHasSeenEnoughEndsIt(t *testing.T) {
	for _, args := range []string{"dead-letters list --rows", "dead-letters list -o json", "audit --all --rate 1000", "audit --all -o json --rate 1000", "doctor", "doctor -o json", "dead-letters archive --all --yes -o json --file FILE"} {
		t.Run(args, func(t *testing.T) {
			d := clitest.Whole(t)
			deadLetters(d, 300, 0)
			for i := range 300 {
				name := fmt.Sprintf("fusion-rms-org%d", i)
				d.S3.Put(name, s3fake.Bucket{})
			}
			tool := exec.Command(os.Args[0], strings.Fields(strings.ReplaceAll(args, "FILE", t.TempDir()+"/a"))...)
			tool.Env = append(os.Environ(), clitest.ToolVariable+"=1")
			out, err := tool.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			var said strings.Builder
			tool.Stderr = &said
			if err := tool.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := out.Read(make([]byte, 1)); err != nil {
				t.Error(err)
			}
			_ = out.Close() // as head does
			began := time.Now()
			err = tool.Wait()
			if took := time.Since(began); took > 10*time.Second || said.Len() > 0 && !strings.HasPrefix(args, "doctor") {
				t.Errorf("after %v: %v, said %q", took, err, said.String())
			}
			for _, m := range d.Dead.All() {
				if m.Held {
					t.Fatal("a message stays hidden")
				}
			}
		})
	}
}
