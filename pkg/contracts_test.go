package pkg_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestContractsSuitTheToolsOfConsumers has ajv's strict mode and quicktype take the
// schemas, AsyncAPI's own validator the document made of both, and the Go code that
// quicktype generates read every example of an outcome.
func TestContractsSuitTheToolsOfConsumers(t *testing.T) {
	if _, err := os.Stat("../node_modules/@asyncapi/parser"); err != nil {
		t.Fatalf("the tools aren't installed, which `make test` does (or `npm ci` at the top level): %v", err)
	}
	command := exec.Command("node", "testdata/contracts.mjs", "../docs")
	var trouble bytes.Buffer
	command.Stderr = &trouble
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, trouble.Bytes())
	}
	var found struct {
		Problems  []string
		Document  string
		Generated map[string]string
	}
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatal(err)
	}
	for _, problem := range found.Problems {
		t.Error(problem)
	}
	const document = "../docs/asyncapi.json"
	if *update {
		if err := os.WriteFile(document, []byte(found.Document), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if file, err := os.ReadFile(document); err != nil || string(file) != found.Document {
		t.Errorf("%s isn't what the schemas and examples make (%v): go test ./pkg -run Contracts -update", document, err)
	}
	readWithGenerated(t, found.Generated["outcome.go"])
}

// reader prints the status of each outcome and the bucket or code, by generated code.
const reader = `package main

import ("fmt"; "os")

func main() {
	for _, path := range os.Args[1:] {
		data, err := os.ReadFile(path)
		o, bad := UnmarshalOutcome(data)
		switch {
		case err != nil || bad != nil:
			fmt.Println(path, err, bad)
			os.Exit(1)
		case o.Bucket != nil && o.Failure() == "":
			fmt.Println(o.Status, o.Bucket.Name)
		default:
			fmt.Println(o.Status, o.Failure())
		}
	}
}

func (o Outcome) Failure() string {
	if o.Error == nil { return "" }
	return o.Error.Code
}
`

func readWithGenerated(t *testing.T, code string) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"go.mod": "module reader\n\ngo 1.26\n", "outcome.go": code, "main.go": reader} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	examples, err := filepath.Abs("../docs/examples/outcomes")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"created": "created fusion-rms-xmsqa1\n", "unchanged-with-warnings": "unchanged fusion-rms-xmsqa1\n",
		"created-alternative-name":  "created fusion-rms-xmsqa1-935799716578-us-east-1-an\n",
		"failed-ClientUserNotFound": "failed ClientUserNotFound\n", "failed-MalformedMessage": "failed MalformedMessage\n",
	}
	args, all := []string{"run", "."}, ""
	for name, line := range want {
		args, all = append(args, filepath.Join(examples, name+".json")), all+line
	}
	command := exec.Command("go", args...)
	command.Dir = dir
	if said, err := command.CombinedOutput(); err != nil || string(said) != all {
		t.Errorf("the generated code reads (%v)\n%swant\n%s", err, said, all)
	}
}
