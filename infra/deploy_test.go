package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/fusionpos/orgbucket/infra/stack"
	"github.com/fusionpos/orgbucket/infra/stages"
)

// deploy has the tests of this file run. They need Python programs that not every
// machine has, so they aren't part of `make test`.
var deploy = flag.Bool("deploy", false, "deploy into moto and lint templates, with what's installed")

// motoAccount is the account that moto plays.
const motoAccount = "123456789012"

// tool finds a program or skips, so that everybody sees it.
func tool(t *testing.T, name string) string {
	t.Helper()
	if !*deploy {
		t.Skip("run by `make e2e-deploy`")
	}
	path, err := exec.LookPath(name)
	if err == nil {
		_, err = exec.Command(path, "--help").Output()
	}
	if err != nil {
		fmt.Printf("!!! SKIPPED %s: %s isn't installed here (%v)\n", t.Name(), name, err)
		t.Skipf("%s isn't installed", name)
	}
	return path
}

// TestDeployTemplatesPassCFNLint: W3005 is a dependency stated twice, which CDK
// does by itself and which harms nothing.
func TestDeployTemplatesPassCFNLint(t *testing.T) {
	lint := tool(t, "cfn-lint")
	templates, err := filepath.Glob("testdata/*.template.json")
	if err != nil || len(templates) == 0 {
		t.Fatalf("find the golden templates: %v", err)
	}
	out, err := exec.Command(lint, append([]string{"--ignore-checks", "W3005", "--"}, templates...)...).CombinedOutput()
	if err != nil {
		t.Errorf("cfn-lint: %v\n%s", err, out)
	}
}

// TestDeployIntoMoto runs the real cdk command against a server that plays AWS.
// It shows that the template can be deployed and that its parts are wired to each
// other; alarms, policies and the dashboard are beyond what moto does.
func TestDeployIntoMoto(t *testing.T) {
	tool(t, "moto_server")
	moto := startMoto(t, tool(t, "python3"))
	assembly := assemble(t)
	moto.bootstrap(t)
	command := exec.Command("../node_modules/.bin/cdk", "deploy", "--app", assembly, "--method", "direct",
		"--require-approval", "never", "--progress", "events", "--all")
	command.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+moto.url, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION=us-east-1")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("cdk deploy: %v\n%s", err, out)
	}
	checkWiring(t, moto)
}

// assemble synthesizes the dev stage with the function as `make build` made it,
// without the check of the bootstrap's version, which moto can't evaluate.
func assemble(t *testing.T) string {
	t.Helper()
	context, out := cdkContext(), filepath.Join(t.TempDir(), "cdk.out")
	settings, err := stages.Read(withStage(context, "dev"))
	if err != nil {
		t.Fatal(err)
	}
	app := awscdk.NewApp(&awscdk.AppProps{
		Context: &context, Outdir: jsii.String(out), AnalyticsReporting: jsii.Bool(false),
		DefaultStackSynthesizer: awscdk.NewDefaultStackSynthesizer(&awscdk.DefaultStackSynthesizerProps{GenerateBootstrapVersionRule: jsii.Bool(false)}),
	})
	code := codeDirs[settings.Architecture]
	stack.New(app, settings, stack.Code{Provision: filepath.Join("..", code.Provision), Audit: filepath.Join("..", code.Audit)})
	app.Synth(nil)
	return out
}

// checkWiring reads back what was deployed, starting as the operators' tool does
// from the stage's name alone.
func checkWiring(t *testing.T, m moto) {
	t.Helper()
	var parameters struct {
		Parameters []struct{ Name, Value string }
	}
	m.json(t, "ssm", "AmazonSSM.GetParametersByPath", map[string]any{"Path": "/orgbucket/dev", "Recursive": true, "MaxResults": 10}, &parameters)
	found := map[string]string{}
	for _, name := range []string{"queue-url", "queue-arn", "dead-letter-queue-arn", "outcome-topic-arn", "function-name", "role-arn", "log-group-name", "homes-bucket"} {
		var one struct{ Parameter struct{ Value string } }
		m.json(t, "ssm", "AmazonSSM.GetParameter", map[string]any{"Name": "/orgbucket/dev/" + name}, &one)
		found[name] = one.Parameter.Value
	}
	if len(parameters.Parameters) < len(found) {
		t.Errorf("%d parameters are under the path", len(parameters.Parameters))
	}
	var queue struct{ Attributes map[string]string }
	m.json(t, "sqs", "AmazonSQS.GetQueueAttributes", map[string]any{"QueueUrl": found["queue-url"], "AttributeNames": []string{"All"}}, &queue)
	var function struct {
		Configuration struct {
			Timeout     int
			Role        string
			Environment struct{ Variables map[string]string }
		}
	}
	m.get(t, "lambda", "/2015-03-31/functions/"+found["function-name"], &function)
	var sources struct {
		EventSourceMappings []struct {
			EventSourceArn, FunctionArn string
			BatchSize                   int
		}
	}
	m.get(t, "lambda", "/2015-03-31/event-source-mappings/", &sources)
	variables := function.Configuration.Environment.Variables
	for what, pair := range map[string][2]string{
		"queue's ARN":             {queue.Attributes["QueueArn"], found["queue-arn"]},
		"queue's visibility":      {queue.Attributes["VisibilityTimeout"], fmt.Sprint(6 * function.Configuration.Timeout)},
		"queue's dead letters":    {queue.Attributes["RedrivePolicy"], fmt.Sprintf(`{"deadLetterTargetArn": %q, "maxReceiveCount": %d}`, found["dead-letter-queue-arn"], stack.MaxReceiveCount)},
		"function's queue":        {variables["QUEUE_URL"], found["queue-url"]},
		"function's topic":        {variables["OUTCOME_TOPIC_ARN"], found["outcome-topic-arn"]},
		"function's claims":       {variables["HOMES_BUCKET"], found["homes-bucket"]},
		"function's receives":     {variables["MAX_RECEIVE_COUNT"], fmt.Sprint(stack.MaxReceiveCount)},
		"function's account":      {variables["ACCOUNT_ID"], motoAccount},
		"function's role":         {function.Configuration.Role, found["role-arn"]},
		"number of event sources": {fmt.Sprint(len(sources.EventSourceMappings)), "1"},
	} {
		if compact(pair[0]) != compact(pair[1]) {
			t.Errorf("the %s: %s, not %s", what, pair[0], pair[1])
		}
	}
	for _, s := range sources.EventSourceMappings {
		if s.EventSourceArn != found["queue-arn"] || !strings.HasSuffix(s.FunctionArn, found["function-name"]+":live") && !strings.HasSuffix(s.FunctionArn, found["function-name"]+":1") || s.BatchSize != 10 {
			t.Errorf("the event source is %+v", s)
		}
	}
}

func compact(text string) string { return strings.ReplaceAll(text, " ", "") }
