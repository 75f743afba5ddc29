package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
)

const (
	mfaProfile = `[profile operator]
role_arn = arn:aws:iam::935799716578:role/operator
source_profile = anna
mfa_serial = arn:aws:iam::111122223333:mfa/anna
[profile anna]
aws_access_key_id = AKIAANNA
aws_secret_access_key = secret
`
	// kept is the name that botocore 1.43.11 gives the session of this profile.
	kept = ".aws/cli/cache/38564c0a3e0e880d2407fe4ac82ff39db9a5d493.json"
)

// withMFA makes the environment's profile one that wants a code, which is 123456, and
// returns the home directory.
func withMFA(t *testing.T, d *clitest.Deployment) (home string) {
	t.Helper()
	home = t.TempDir()
	t.Setenv("HOME", home)
	config := filepath.Join(home, "config")
	if err := os.WriteFile(config, []byte(mfaProfile), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		clitest.Unset(t, name)
	}
	t.Setenv("AWS_CONFIG_FILE", config)
	t.Setenv("AWS_PROFILE", "operator")
	d.S3.Put(clitest.Name, clitest.Ready(t, clitest.ID, clitest.Name))
	d.AWS.OnEach("sts:AssumeRole", func(r awsfake.Request) awsfake.Answer {
		if r.Fields["TokenCode"] != "123456" || r.Fields["SerialNumber"] != "arn:aws:iam::111122223333:mfa/anna" || r.Fields["DurationSeconds"] != "3600" {
			return awsfake.Refuse("sts:AssumeRole", 403, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ")
		}
		return awsfake.Session("ASIASESSION", time.Now().Add(time.Hour))
	})
	return home
}

func TestACodeIsAskedForOnceAndTheSessionIsKept(t *testing.T) {
	d := clitest.Whole(t)
	home := withMFA(t, d)
	for _, args := range []string{"plan xmsqa1", "dead-letters list", "audit"} {
		got := tool.Run(t, "", strings.Fields(args)...)
		if got.Status != cli.StatusFailed || !strings.Contains(got.Err, "wants a code of an MFA device") || !strings.Contains(got.Err, "aws sts get-caller-identity") {
			t.Errorf("%s without a terminal: status %d, said %s", args, got.Status, got.Err)
		}
	}
	w := clitest.InTerminal(t, 80, "plan", "xmsqa1")
	w.Await("MFA code of arn:aws:iam::111122223333:mfa/anna:")
	w.Type("654321\n")
	if status := w.End(); status != cli.StatusFailed || !strings.Contains(strings.ReplaceAll(w.Text(), "\n", ""), "invalid MFA one time pass code") || strings.Contains(w.Text(), "operation error") {
		t.Errorf("a wrong code: status %d\n%s", status, w.Text())
	}
	w = clitest.InTerminal(t, 80, "plan", "xmsqa1")
	w.Await("MFA code of")
	w.Type("123456\n")
	if status := w.End(); status != cli.StatusOK {
		t.Errorf("status %d\n%s", status, w.Text())
	}
	if got := tool.Run(t, "", "plan", "xmsqa1"); got.Status != cli.StatusOK {
		t.Errorf("the session isn't kept: %+v", got)
	}
	file, err := os.Stat(filepath.Join(home, kept))
	if err != nil || file.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", file, err)
	}
}

// TestTheSessionOfTheAWSCommandIsUsed as it writes it, unless it's about to end.
func TestTheSessionOfTheAWSCommandIsUsed(t *testing.T) {
	for left, status := range map[time.Duration]int{time.Hour: cli.StatusOK, time.Minute: cli.StatusFailed, -time.Hour: cli.StatusFailed} {
		d := clitest.Whole(t)
		home := withMFA(t, d)
		text, err := json.Marshal(map[string]any{"Credentials": map[string]string{
			"AccessKeyId": "ASIAOTHER", "SecretAccessKey": "s", "SessionToken": "t", "AccountId": clitest.Account,
			"Expiration": time.Now().Add(left).UTC().Format("2006-01-02T15:04:05") + "UTC",
		}, "AssumedRoleUser": map[string]string{"Arn": "arn:aws:sts::935799716578:assumed-role/operator/botocore-session-1"}})
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(home, kept)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := tool.Run(t, "", "plan", "xmsqa1"); got.Status != status {
			t.Errorf("%v before its end: %+v", left, got)
		}
	}
}
