package function

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/sqsbatch"
)

var update = flag.Bool("update", false, "write docs/examples/outcomes anew")

const (
	examples     = "../../docs/examples/outcomes"
	conventional = "fusion-rms-xmsqa1"
	alternative  = "fusion-rms-xmsqa1-935799716578-us-east-1-an"
	clientUser   = "arn:aws:iam::" + account + ":user/rms_xmsqa1"
	signup       = `{"type":"OrganizationCreated","orgId":"xmsqa1","correlationId":"signup-4711"}`
)

// example is how one outcome comes about. The zero value is a first run that succeeds.
type example struct {
	body    string // of the message, by default signup
	region  string // by default us-east-1
	prepare func(*place)
}

// place is where an example plays: an AWS with the client's user and the stage's bucket
// of claims, and the whole function.
type place struct {
	*cloud
	handler *sqsbatch.Batch
	refuse  int // so many requests to SNS
}

func (p *place) RoundTrip(r *http.Request) (*http.Response, error) {
	if functiontest.ServiceOf(r) == functiontest.SNS && p.refuse > 0 {
		p.refuse--
		return functiontest.Refuse(r, http.StatusForbidden, "AuthorizationError", "User: arn:aws:sts::"+account+":assumed-role/orgbucket-prod-provision-bucket is not authorized to perform: SNS:Publish"), nil
	}
	return p.cloud.RoundTrip(r)
}

// deliver hands the function a message on a receive.
func (p *place) deliver(ctx context.Context, body, receive string) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	p.handler.Handle(ctx, events.SQSEvent{Records: []events.SQSMessage{{
		MessageId: "2f1e0c2e-9a3b-4c1d-8e7f-0123456789ab", ReceiptHandle: "h", Body: body,
		Attributes: map[string]string{"ApproximateReceiveCount": receive},
	}}})
}

// outcome plays an example and returns what was published last.
func (e example) outcome(t *testing.T, receive string) (published functiontest.Publication) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		region := e.region
		if region == "" {
			region = "us-east-1"
		}
		p := &place{cloud: &cloud{s3: s3fake.New(account)}}
		p.handler = New(functiontest.Settings(region, map[string]string{"SIBLING_PREFIXES": "fusion-rmsdev-"}), p, silent)
		p.s3.SetIdentity(functiontest.AccessKeyID, s3fake.Identity{ARN: "arn:aws:sts::" + account + ":assumed-role/orgbucket-prod-provision-bucket/function"})
		p.s3.Put(functiontest.HomesBucket, s3fake.Bucket{Region: region})
		p.s3.AddUser(clientUser)
		if e.prepare != nil {
			e.prepare(p)
		}
		body := e.body
		if body == "" {
			body = signup
		}
		p.deliver(t.Context(), body, receive)
		all := p.messaging.Published()
		if len(all) == 0 {
			t.Fatal("nothing was published")
		}
		published = all[len(all)-1]
	})
	return published
}

// TestTheExamplesAreWhatTheFunctionPublishes has the function publish one outcome for
// every status and every code, and holds docs/examples/outcomes to them.
func TestTheExamplesAreWhatTheFunctionPublishes(t *testing.T) {
	contract, err := jsonschema.NewCompiler().Compile("../../docs/outcome.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for name, e := range provisionedExamples {
		want[name] = true
		t.Run(name, func(t *testing.T) {
			status, _, _ := strings.Cut(name, "-")
			checkExample(t, contract, name, e.outcome(t, "1"), status)
		})
	}
	for code, e := range failedExamples {
		name := "failed-" + string(code)
		want[name] = true
		t.Run(name, func(t *testing.T) {
			published := e.outcome(t, "5")
			checkExample(t, contract, name, published, "failed")
			if !strings.Contains(published.Message, `"code":"`+string(code)+`"`) {
				t.Errorf("it isn't %s: %s", code, published.Message)
			}
		})
	}
	for _, status := range []provision.Status{provision.StatusCreated, provision.StatusRepaired, provision.StatusUnchanged} {
		if !want[string(status)] {
			t.Errorf("no example is %s", status)
		}
	}
	for _, code := range fault.Codes() {
		if !want["failed-"+string(code)] {
			t.Errorf("no example has the code %s", code)
		}
	}
	for _, path := range must(filepath.Glob(examples + "/*")) {
		if name := strings.TrimSuffix(filepath.Base(path), ".json"); !want[name] {
			t.Errorf("%s is nobody's example", path)
		}
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func checkExample(t *testing.T, contract *jsonschema.Schema, name string, published functiontest.Publication, status string) {
	t.Helper()
	var outcome map[string]any
	if err := json.Unmarshal([]byte(published.Message), &outcome); err != nil {
		t.Fatalf("%s: %v", published.Message, err)
	}
	if err := contract.Validate(outcome); err != nil {
		t.Errorf("it breaks the contract: %v", err)
	}
	checkAttributes(t, published.Attributes, outcome)
	if outcome["status"] != status {
		t.Errorf("its status is %v, want %s", outcome["status"], status)
	}
	// Pauses have a random part, so the time isn't the same each time.
	when, _ := outcome["occurredAt"].(string)
	text := strings.Replace(published.Message, when, "2026-11-28T12:00:00.12Z", 1)
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, []byte(text+"\n"), "", "  "); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(examples, name+".json")
	if *update {
		if err := os.WriteFile(path, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if file, err := os.ReadFile(path); err != nil || !bytes.Equal(file, pretty.Bytes()) {
		t.Errorf("%s differs (%v); go test ./pkg/function -run Examples -update writes it anew:\n%s", path, err, pretty.Bytes())
	}
}

// checkAttributes holds the message attributes to the rule that consumers are told: they
// repeat four of the outcome's values, those that it has.
func checkAttributes(t *testing.T, got map[string]string, outcome map[string]any) {
	t.Helper()
	want := map[string]any{"type": outcome["type"], "status": outcome["status"], "orgId": outcome["orgId"]}
	if source, ok := outcome["source"].(map[string]any); ok {
		want["correlationId"] = source["correlationId"]
	}
	var names []string
	for name, value := range want {
		if value != nil && got[name] != value {
			t.Errorf("the attribute %s is %q, want %v", name, got[name], value)
		}
		if value != nil {
			names = append(names, name)
		}
	}
	for name := range got {
		if !slices.Contains(names, name) {
			t.Errorf("there is an attribute %s", name)
		}
	}
}
