package doctor

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
	"github.com/fusionpos/orgbucket/pkg/operator/doctor"
)

var tool = clitest.Tool(NewCommand)

// doctorWorld serves a fake AWS on a socket and makes the environment point to it.
// S3 Control puts the account before the endpoint's name, which an address can't
// have, so it's left out, like the organization.
func doctorWorld(t *testing.T) *awsfake.World {
	t.Helper()
	w := awsfake.New()
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	variables := map[string]string{
		"AWS_REGION": awsfake.Region, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": awsfake.Secret, "AWS_SESSION_TOKEN": awsfake.Token,
	}
	for _, service := range []string{"S3", "SQS", "SNS", "SSM", "STS", "IAM", "LAMBDA", "SERVICE_QUOTAS", "COST_EXPLORER"} {
		variables["AWS_ENDPOINT_URL_"+service] = server.URL
	}
	clitest.Environment(t, variables)
	return w
}

func doctorRun(args ...string) (status int, out, said string) {
	ran := tool.RunIn(context.Background(), "", append([]string{"doctor"}, args...)...)
	return ran.Status, ran.Out, ran.Err
}

func TestDoctorShowsEachCheckAndTheWorstDecides(t *testing.T) {
	disabled := awsfake.Mappings("", awsfake.Mapping(map[string]any{"State": "Disabled"}))
	for name, c := range map[string]struct {
		world  func(*awsfake.World)
		args   []string
		status int
	}{
		"some-unknown":  {func(*awsfake.World) {}, []string{"--stage", "prod"}, cli.StatusAct},
		"one-wrong":     {func(w *awsfake.World) { w.On("lambda:ListEventSourceMappings", disabled) }, []string{"--stage", "prod"}, cli.StatusBlocked},
		"without-stage": {func(*awsfake.World) {}, nil, cli.StatusAct},
		"denied": {func(w *awsfake.World) {
			w.OnAll(func(r awsfake.Request) awsfake.Answer { return awsfake.Denied(r.Action) })
			w.On("ssm:GetParametersByPath", awsfake.Parameters("", awsfake.StageParameters("prod")))
		}, []string{"--stage", "prod"}, cli.StatusAct},
	} {
		t.Run(name, func(t *testing.T) {
			w := doctorWorld(t)
			c.world(w)
			status, table, said := doctorRun(c.args...)
			if status != c.status || said != "" {
				t.Errorf("status %d, want %d; said %q", status, c.status, said)
			}
			clitest.Golden(t, "doctor-"+name+".txt", table)
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
			if n := strings.Count(lines, "\n"); n != 22 {
				t.Errorf("%d lines, want one for each check", n)
			}
		})
	}
}

// TestTheTableIsAsWideAsTheTerminal: what is seen stays in its column, and words are whole.
func TestTheTableIsAsWideAsTheTerminal(t *testing.T) {
	results := []doctor.Result{
		{Check: "queue", Status: doctor.OK, Seen: "organization-created is there: 3 waiting, 2 in flight"},
		{Check: "claims", Status: doctor.Wrong, Seen: "it isn't", Advice: "Put it back as the stack has it."},
	}
	for width, want := range map[int]string{
		40: "✓  queue   organization-created is\n           there: 3 waiting, 2 in flight\n" +
			"✗  claims  it isn't\n           → Put it back as the stack\n           has it.\n\n1 right, 0 to look at, 0 unknown, 1 wrong\n",
		0: "✓  queue   organization-created is there: 3 waiting, 2 in flight\n" +
			"✗  claims  it isn't\n           → Put it back as the stack has it.\n\n1 right, 0 to look at, 0 unknown, 1 wrong\n",
	} {
		if got := resultsTable(&cli.App{Width: width}, results); got != want {
			t.Errorf("%d columns:\n%s\nwant\n%s", width, got, want)
		}
	}
}

func TestDoctorsStatusIsThatOfTheWorstResult(t *testing.T) {
	for status, want := range map[doctor.Status]int{doctor.OK: cli.StatusOK, doctor.Notice: cli.StatusAct, doctor.Unknown: cli.StatusAct, doctor.Wrong: cli.StatusBlocked} {
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
		"a stage that isn't there": {nil, []string{"--stage", "staging"}, cli.StatusFailed, "there's no stage staging"},
		"credentials that are over": {func(_ *testing.T, w *awsfake.World) {
			w.On("ssm:GetParametersByPath", awsfake.Expired("ssm:GetParametersByPath"))
		}, []string{"--stage", "prod"}, cli.StatusFailed, "the credentials have expired"},
		"a stage's name that can't be one": {nil, []string{"--stage", "Prod"}, cli.StatusUsage, `"Prod"`},
		"no Region":                        {func(t *testing.T, _ *awsfake.World) { clitest.Unset(t, "AWS_REGION") }, []string{"--stage", "prod"}, cli.StatusUsage, "no Region"},
		"an unknown flag":                  {nil, []string{"--stag", "prod"}, cli.StatusUsage, "--stag"},
		"an unknown format":                {nil, []string{"-o", "xml"}, cli.StatusUsage, "xml"},
		"an argument":                      {nil, []string{"prod"}, cli.StatusUsage, "prod"},
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
	if ran := tool.RunIn(ctx, "", "doctor"); ran.Status != cli.StatusStopped || ran.Out != "" {
		t.Errorf("%+v", ran)
	}
}
