package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// acceptance is a server that plays AWS, and the acceptance run against it.
type acceptance struct {
	moto                    moto
	program, deployer, tool string
	notes                   string
}

func newAcceptance(t *testing.T) acceptance {
	tool(t, "moto_server")
	a := acceptance{moto: startMoto(t, tool(t, "python3")), notes: t.TempDir()}
	for name, into := range map[string]*string{"./accept": &a.program, "./deploy": &a.deployer, "../cmd/orgbucket": &a.tool} {
		*into = filepath.Join(t.TempDir(), filepath.Base(name))
		if out, err := exec.Command("go", "build", "-trimpath", "-o", *into, name).CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v\n%s", name, err, out)
		}
	}
	return a
}

func (a acceptance) command(args ...string) *exec.Cmd {
	command := exec.Command(a.program, append(args, "-account", motoAccount, "-region", "us-east-1", "-root", "..", "-deployer", a.deployer, "-tool", a.tool, "-dir", a.notes)...)
	command.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+a.moto.url, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test")
	return command
}

// TestDeployAndAcceptInMoto plays `make accept` to its end, where moto plays AWS.
func TestDeployAndAcceptInMoto(t *testing.T) {
	a := newAcceptance(t)
	out, err := a.command("run", "-yes").CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
	for _, want := range []string{
		"ok  make deploy, with the hardened policy and a bootstrap of its own", "ok  a protected stage whose first deployment fails can be deployed again", "ok  and is removed, once it isn't protected",
		"ok  who adopts may: orgbucket adopt RUNkept --yes", "ok  who replays may: orgbucket dead-letters replay",
		"NOT CHECKED  what becomes of messages", " 0 failed", "Nothing is left of run",
	} {
		if !bytes.Contains(out, []byte(want)) {
			t.Errorf("the report has no %q", want)
		}
	}
	if left := a.left(t); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// moments are when a run is killed: so long after a line of its report.
var moments = []struct {
	line  string
	after time.Duration
	least int // how many kinds of things are there then, at least
}{
	{"run ", 0, 0},
	{"policy ", time.Second, 1},
	{"policy ", 10 * time.Second, 1},
	{"policy ", 25 * time.Second, 1},
	{"ok  make bootstrap", 0, 3},
	{"ok  make bootstrap", 5 * time.Second, 3},
	{"ok  make bootstrap", 15 * time.Second, 3},
	{"ok  make deploy", 0, 6},
	{"ok  make deploy", 20 * time.Second, 6}, // the protected stage's deployments are under way
	{"ok  who adopts may", 0, 8},
}

// TestDeployAcceptKilled kills runs at ten moments and cleans up after each by its id.
func TestDeployAcceptKilled(t *testing.T) {
	a := newAcceptance(t)
	for _, m := range moments {
		run := a.killed(t, m.line, m.after)
		there := len(a.left(t))
		if there < m.least {
			t.Errorf("%s after %q only %d kinds of things were there: the moment shows nothing", m.after, m.line, there)
		}
		if out, err := a.command("clean", "-run", run).CombinedOutput(); err != nil {
			t.Errorf("killed %s after %q: %v\n%s", m.after, m.line, err, out)
		}
		left := a.left(t)
		t.Logf("killed %s after %q: %d kinds of things were there, left %v", m.after, m.line, there, left)
		if len(left) > 0 {
			t.Fatalf("killed %s after %q: left %v", m.after, m.line, left)
		}
	}
}

// killed starts a run, kills it and what it runs, so long after a line of its report, and
// returns its id.
func (a acceptance) killed(t *testing.T, line string, after time.Duration) (run string) {
	t.Helper()
	command := a.command("run", "-yes")
	ownGroup(command)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer killGroup(command) // also if the line doesn't come
	said := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if rest, is := strings.CutPrefix(lines.Text(), "run "); is {
			run, _, _ = strings.Cut(rest, ",")
		}
		if !said && strings.HasPrefix(strings.TrimSpace(lines.Text()), line) {
			said = true
			time.AfterFunc(after, func() { killGroup(command) })
		}
	}
	_ = command.Wait() // says that it was killed
	if run == "" || !said {
		t.Fatalf("run %q ended without the line %q", run, line)
	}
	return run
}

// left lists what there is on the server, by requests of the test's own.
func (a acceptance) left(t *testing.T) (all []string) {
	t.Helper()
	lists := map[string]string{}
	query := func(service, action, version string) {
		lists[service+" "+action] = a.moto.text(t, service, http.MethodPost, "/", "Action="+action+"&Version="+version)
	}
	query("cloudformation", "DescribeStacks", "2010-05-15")
	query("iam", "ListUsers", "2010-05-08")
	query("iam", "ListRoles", "2010-05-08")
	query("iam", "ListPolicies&Scope=Local", "2010-05-08")
	query("sns", "ListTopics", "2010-03-31")
	query("sns", "ListSubscriptions", "2010-03-31")
	query("monitoring", "ListDashboards", "2010-08-01")
	query("monitoring", "DescribeAlarms", "2010-08-01")
	lists["s3"] = a.moto.text(t, "s3", http.MethodGet, "/", "")
	lists["lambda"] = a.moto.text(t, "lambda", http.MethodGet, "/2015-03-31/functions/", "")
	lists["event sources"] = a.moto.text(t, "lambda", http.MethodGet, "/2015-03-31/event-source-mappings/", "")
	for service, target := range map[string]string{"sqs": "AmazonSQS.ListQueues", "logs": "Logs_20140328.DescribeLogGroups", "ssm": "AmazonSSM.DescribeParameters", "ecr": "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories"} {
		var out json.RawMessage
		a.moto.json(t, service, target, map[string]any{}, &out)
		lists[service] = string(out)
	}
	for list, text := range lists {
		for _, name := range []string{"orgbucket-", "cdk-a", "CDKToolkit", "fusion-"} {
			if strings.Contains(text, name) {
				all = append(all, fmt.Sprintf("%s has %s…", list, name))
			}
		}
	}
	slices.Sort(all)
	return all
}
