package outcome_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/outcome"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	noon = time.Date(2026, 11, 23, 13, 0, 0, 120_000_000, time.FixedZone("CET", 3600))
	from = provision.Source{MessageID: "2f1e0c2e-9a3b-4c1d-8e7f-0123456789ab", ReceiveCount: 1, CorrelationID: "signup-4711"}
)

func spec(t testing.TB, region, prefix, id string) bucket.Spec {
	t.Helper()
	n := bucket.Naming{Account: "935799716578", Region: region, BucketPrefix: prefix, ClientAccount: "935799716578", ClientUserPrefix: "rms_"}
	s, err := n.Spec(org.ID(id))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// result is a run's on one of the organization's candidates.
func result(t testing.TB, candidate int, status provision.Status, changes []bucket.Facet, warnings ...string) provision.Result {
	t.Helper()
	s := spec(t, "us-east-1", "fusion-rms-", "xmsqa1")
	return provision.Result{Spec: s, Bucket: s.Candidates[candidate].Name, Status: status, Changes: changes, Warnings: warned(warnings)}
}

func warned(texts []string) []fault.Warning {
	all := make([]fault.Warning, len(texts))
	for i, text := range texts {
		all[i].Text = text
	}
	return all
}

func published(t testing.TB, e outcome.Event) []byte {
	t.Helper()
	data, err := e.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// schema is the published contract.
func schema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile("../../docs/outcome.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func checkContract(t testing.TB, s *jsonschema.Schema, data []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	if err := s.Validate(doc); err != nil {
		t.Errorf("%s breaks the contract: %v", data, err)
	}
}

func TestOutcomesAreAsConsumersKnowThem(t *testing.T) {
	contract := schema(t)
	later := from
	later.ReceiveCount, later.CorrelationID = 5, ""
	blocked := fault.At(fault.StepPolicy, fault.New(fault.ClientUserNotFound, "put the policy of fusion-rms-xmsqa1: no user %q", "rms_xmsqa1"))
	for name, e := range map[string]outcome.Event{
		"created":              outcome.Provisioned(result(t, 0, provision.StatusCreated, bucket.Facets()), from, noon),
		"created-alternative":  outcome.Provisioned(result(t, 1, provision.StatusCreated, bucket.Facets(), "correlationId isn't a string and was left out"), later, noon),
		"repaired":             outcome.Provisioned(result(t, 0, provision.StatusRepaired, []bucket.Facet{bucket.FacetPolicy}), from, noon),
		"unchanged":            outcome.Provisioned(result(t, 0, provision.StatusUnchanged, nil), from, noon),
		"failed":               outcome.Failed("xmsqa1", fault.Of(blocked), later, noon),
		"failed-without-orgid": outcome.Failed("", &fault.Error{Code: fault.InvalidOrganizationID, Step: fault.StepParse, Message: `organization id "Xmsqa1" has the upper-case letter 'X' at position 1`}, from, noon),
	} {
		t.Run(name, func(t *testing.T) {
			data := published(t, e)
			checkContract(t, contract, data)
			golden(t, name+".json", data)
		})
	}
}

// TestAnOutcomeIsOfOneTypeOnly holds the schema to what it says by "not".
func TestAnOutcomeIsOfOneTypeOnly(t *testing.T) {
	contract := schema(t)
	for _, c := range []struct{ example, of, field string }{
		{"created", "failed-Internal", "error"}, {"failed-Internal", "created", "bucket"}, {"failed-Internal", "created", "changes"},
	} {
		read := func(name string) (outcome map[string]any) {
			data, err := os.ReadFile("../../docs/examples/outcomes/" + name + ".json")
			if err == nil {
				err = json.Unmarshal(data, &outcome)
			}
			if err != nil {
				t.Fatal(err)
			}
			return outcome
		}
		mixed := read(c.example)
		mixed[c.field] = read(c.of)[c.field]
		if mixed[c.field] == nil || contract.Validate(mixed) == nil {
			t.Errorf("%s may have a %s, %v", c.example, c.field, mixed[c.field])
		}
	}
}

func golden(t *testing.T, name string, data []byte) {
	t.Helper()
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, data, "", "  "); err != nil {
		t.Fatal(err)
	}
	pretty.WriteByte('\n')
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(pretty.Bytes(), want) {
		t.Errorf("%s differs (go test -update writes it anew)\ngot:\n%s\nwant:\n%s", path, pretty.Bytes(), want)
	}
}

func TestEveryFailureKeepsTheContract(t *testing.T) {
	contract := schema(t)
	steps := []fault.Step{fault.StepParse, fault.StepObserve, fault.StepCreate, fault.StepAccessBlock, fault.StepFolder, fault.StepPolicy, fault.StepPublish, fault.StepHandle}
	for _, code := range fault.Codes() {
		for _, step := range steps {
			checkContract(t, contract, published(t, outcome.Failed("xmsqa1", &fault.Error{Code: code, Step: step, Message: "m"}, from, noon)))
		}
	}
}

func TestEveryPartitionKeepsTheContract(t *testing.T) {
	contract := schema(t)
	for _, region := range []string{"us-east-1", "me-south-1", "cn-north-1", "us-gov-west-1"} {
		s := spec(t, region, "fusion-rms-", "xmsqa1")
		for _, c := range s.Candidates {
			r := provision.Result{Spec: s, Bucket: c.Name, Status: provision.StatusRepaired, Changes: []bucket.Facet{bucket.FacetFolder}}
			checkContract(t, contract, published(t, outcome.Provisioned(r, from, noon)))
		}
	}
}

func TestAnIDIsTheSameForEveryDeliveryAndDifferentForEachType(t *testing.T) {
	later := provision.Source{MessageID: from.MessageID, ReceiveCount: 5}
	good := outcome.Provisioned(result(t, 0, provision.StatusCreated, nil), from, noon).ID
	again := outcome.Provisioned(result(t, 1, provision.StatusUnchanged, nil), later, noon.Add(time.Hour)).ID
	failed := outcome.Failed("", fault.New(fault.Internal, "x"), from, noon).ID
	failedAgain := outcome.Failed("xmsqa1", fault.New(fault.Throttled, "y"), later, noon.Add(time.Hour)).ID
	other := outcome.Failed("", fault.New(fault.Internal, "x"), provision.Source{MessageID: "other"}, noon).ID
	if good != again || failed != failedAgain || good == failed || failed == other {
		t.Errorf("ids %s %s (provisioned), %s %s (failed), %s (another message)", good, again, failed, failedAgain, other)
	}
}

// TestListsAreNeverNull: a consumer may loop over them without looking.
func TestListsAreNeverNull(t *testing.T) {
	data := published(t, outcome.Provisioned(result(t, 0, provision.StatusUnchanged, nil), from, noon))
	if !bytes.Contains(data, []byte(`"changes":[]`)) || !bytes.Contains(data, []byte(`"warnings":[]`)) {
		t.Errorf("got %s", data)
	}
}
