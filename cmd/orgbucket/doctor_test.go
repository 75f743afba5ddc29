package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/operator/doctor"
)

var updateDoctor = flag.Bool("update-doctor", false, "write the golden files of doctor anew")

// doctorWorld serves a fake AWS on a socket and makes the environment point to it.
// S3 Control puts the account before the endpoint's name, which an address can't
// have, so it's left out, like the organization.
func doctorWorld(t *testing.T) *awsfake.World {
	t.Helper()
	w := awsfake.New()
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
			doctorUnset(t, name)
		}
	}
	for _, name := range []string{"QUEUE_URL", "DEAD_LETTER_QUEUE_URL", "OUTCOME_TOPIC_ARN", "ACCOUNT_ID", "BUCKET_PREFIX", "CLIENT_USER_PREFIX", "CLIENT_ACCOUNT_ID"} {
		doctorUnset(t, name)
	}
	for _, service := range []string{"S3", "SQS", "SNS", "SSM", "STS", "IAM", "LAMBDA", "SERVICE_QUOTAS", "COST_EXPLORER"} {
		t.Setenv("AWS_ENDPOINT_URL_"+service, server.URL)
	}
	for name, value := range map[string]string{
		"AWS_REGION": awsfake.Region, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": awsfake.Secret, "AWS_SESSION_TOKEN": awsfake.Token,
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	return w
}

func doctorUnset(t *testing.T, name string) {
	t.Helper()
	t.Setenv(name, "") // puts it back at the end
	if err := os.Unsetenv(name); err != nil {
		t.Fatal(err)
	}
}

func doctorRun(args ...string) (status int, out, said string) {
	var stdout, stderr bytes.Buffer
	a := &app{in: strings.NewReader(""), out: &stdout, err: &stderr, getenv: os.Getenv}
	status = run(context.Background(), a, append([]string{"doctor"}, args...))
	return status, stdout.String(), stderr.String()
}

func doctorGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *updateDoctor {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the output is\n%s\nand was (-update-doctor if that's meant)\n%s", got, want)
	}
}

func TestDoctorShowsEachCheckAndTheWorstDecides(t *testing.T) {
	disabled := awsfake.Mappings("", awsfake.Mapping(map[string]any{"State": "Disabled"}))
	for name, c := range map[string]struct {
		world  func(*awsfake.World)
		args   []string
		status int
	}{
		"some-unknown":  {func(*awsfake.World) {}, []string{"--stage", "prod"}, statusAct},
		"one-wrong":     {func(w *awsfake.World) { w.On("lambda:ListEventSourceMappings", disabled) }, []string{"--stage", "prod"}, statusBlocked},
		"without-stage": {func(*awsfake.World) {}, nil, statusAct},
		"denied": {func(w *awsfake.World) {
			w.OnAll(func(r awsfake.Request) awsfake.Answer { return awsfake.Denied(r.Action) })
			w.On("ssm:GetParametersByPath", awsfake.Parameters("", awsfake.StageParameters("prod")))
		}, []string{"--stage", "prod"}, statusAct},
	} {
		t.Run(name, func(t *testing.T) {
			w := doctorWorld(t)
			c.world(w)
			status, table, said := doctorRun(c.args...)
			if status != c.status || said != "" {
				t.Errorf("status %d, want %d; said %q", status, c.status, said)
			}
			doctorGolden(t, "doctor-"+name+".txt", table)
			jsonStatus, lines, _ := doctorRun(append(c.args, "-o", "json")...)
			if jsonStatus != status {
				t.Errorf("status %d with JSON, %d with a table", jsonStatus, status)
			}
			for _, line := range strings.Split(strings.TrimSuffix(lines, "\n"), "\n") {
				var r doctor.Result
				if err := json.Unmarshal([]byte(line), &r); err != nil || r.Check == "" || r.Status == "" {
					t.Errorf("%v in %q", err, line)
				}
			}
			if n := strings.Count(lines, "\n"); n != 16 {
				t.Errorf("%d lines, want one for each check", n)
			}
		})
	}
}

func TestDoctorsStatusIsThatOfTheWorstResult(t *testing.T) {
	for status, want := range map[doctor.Status]int{doctor.OK: statusOK, doctor.Notice: statusAct, doctor.Unknown: statusAct, doctor.Wrong: statusBlocked} {
		results := []doctor.Result{{Check: "a", Status: doctor.OK}, {Check: "b", Status: status}}
		if got := statusOfResults(results); got != want {
			t.Errorf("of %s it's %d, want %d", status, got, want)
		}
	}
}

func TestDoctorFailsClearly(t *testing.T) {
	for name, c := range map[string]struct {
		world  func(*testing.T, *awsfake.World)
		args   []string
		status int
		says   string
	}{
		"a stage that isn't there": {nil, []string{"--stage", "staging"}, statusFailed, "there's no stage staging"},
		"credentials that are over": {func(_ *testing.T, w *awsfake.World) {
			w.On("ssm:GetParametersByPath", awsfake.Expired("ssm:GetParametersByPath"))
		}, []string{"--stage", "prod"}, statusFailed, "the credentials have expired"},
		"a stage's name that can't be one": {nil, []string{"--stage", "Prod"}, statusUsage, `"Prod"`},
		"no Region":                        {func(t *testing.T, _ *awsfake.World) { doctorUnset(t, "AWS_REGION") }, []string{"--stage", "prod"}, statusUsage, "no Region"},
		"an unknown flag":                  {nil, []string{"--stag", "prod"}, statusUsage, "--stag"},
		"an unknown format":                {nil, []string{"-o", "xml"}, statusUsage, "xml"},
		"an argument":                      {nil, []string{"prod"}, statusUsage, "prod"},
	} {
		t.Run(name, func(t *testing.T) {
			w := doctorWorld(t)
			if c.world != nil {
				c.world(t, w)
			}
			status, out, said := doctorRun(c.args...)
			if status != c.status || !strings.Contains(said, c.says) || !strings.HasPrefix(said, "orgbucket: ") || out != "" {
				t.Errorf("status %d, want %d; out %q; said %q", status, c.status, out, said)
			}
		})
	}
}

func TestDoctorStopsWhenItIsStopped(t *testing.T) {
	doctorWorld(t)
	ctx, stop := context.WithCancel(context.Background())
	stop()
	var stdout, stderr bytes.Buffer
	a := &app{in: strings.NewReader(""), out: &stdout, err: &stderr, getenv: os.Getenv}
	if status := run(ctx, a, []string{"doctor"}); status != statusStopped || stdout.Len() > 0 {
		t.Errorf("status %d, out %q, said %q", status, stdout.String(), stderr.String())
	}
}

func TestDoctorsHelpSaysWhatItsMarksMean(t *testing.T) {
	status, help, _ := doctorRun("--help")
	if status != statusOK {
		t.Errorf("status %d", status)
	}
	for _, part := range []string{"--stage prod", "Exit status", "✓", "✗"} {
		if !strings.Contains(help, part) {
			t.Errorf("%q isn't in the help", part)
		}
	}
}
