package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
)

// engine is a policy engine that isn't ours, behind IAM's request.
type engine struct {
	t     *testing.T
	lines *bufio.Reader
	in    *json.Encoder
	asked int
}

func startEngine(t *testing.T) *engine {
	t.Helper()
	command := exec.CommandContext(t.Context(), "node", "../testdata/simulate.mjs")
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()     // which ends it
		_ = command.Wait() // its answers have told whatever was wrong
	})
	return &engine{t: t, lines: bufio.NewReader(out), in: json.NewEncoder(in)}
}

// answer answers iam:SimulateCustomPolicy.
func (e *engine) answer(r awsfake.Request) awsfake.Answer {
	e.asked++
	keys := map[string]any{}
	for n := 1; r.Fields[fmt.Sprintf("ContextEntries.member.%d.ContextKeyName", n)] != ""; n++ {
		of := func(field string) string { return r.Fields[fmt.Sprintf("ContextEntries.member.%d.%s", n, field)] }
		var values []string
		for m := 1; of(fmt.Sprintf("ContextKeyValues.member.%d", m)) != ""; m++ {
			values = append(values, of(fmt.Sprintf("ContextKeyValues.member.%d", m)))
		}
		keys[of("ContextKeyName")] = values
		if of("ContextKeyType") == "string" {
			keys[of("ContextKeyName")] = values[0]
		}
	}
	document := func(text string) (v any) {
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			e.t.Errorf("the policy %q: %v", text, err)
		}
		return v
	}
	owner := keys["aws:PrincipalAccount"]
	if arn := strings.Split(r.Fields["ResourceOwner"], ":"); len(arn) > 4 {
		owner = arn[4]
	}
	simulation := map[string]any{
		"request": map[string]any{
			"principal": keys["aws:PrincipalArn"], "action": r.Fields["ActionNames.member.1"], "contextVariables": keys,
			"resource": map[string]any{"resource": r.Fields["ResourceArns.member.1"], "accountId": owner},
		},
		"identityPolicies":       []any{map[string]any{"name": "identity", "policy": document(r.Fields["PolicyInputList.member.1"])}},
		"serviceControlPolicies": []any{}, "resourceControlPolicies": []any{},
	}
	if text := r.Fields["ResourcePolicy"]; text != "" {
		simulation["resourcePolicy"] = document(text)
		if r.Fields["CallerArn"] == "" {
			e.t.Errorf("a resource's policy without a caller: IAM refuses that")
		}
	}
	if err := e.in.Encode([]any{simulation}); err != nil {
		e.t.Error(err)
	}
	line, err := e.lines.ReadBytes('\n')
	var verdicts []struct{ Result, Errors string }
	if err == nil {
		err = json.Unmarshal(line, &verdicts)
	}
	if err != nil || len(verdicts) != 1 {
		e.t.Errorf("the policy engine's answer %q: %v", line, err)
		return awsfake.Answer{Status: 500}
	}
	decision := map[string]string{"Allowed": "allowed", "ImplicitlyDenied": "implicitDeny", "ExplicitlyDenied": "explicitDeny"}[verdicts[0].Result]
	return awsfake.Answer{Body: `<SimulateCustomPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulateCustomPolicyResult><EvaluationResults><member>` +
		`<EvalActionName>` + r.Fields["ActionNames.member.1"] + `</EvalActionName><EvalDecision>` + decision + `</EvalDecision>` +
		`</member></EvaluationResults></SimulateCustomPolicyResult></SimulateCustomPolicyResponse>`}
}

// against is a run against a fake of AWS, whose report is in out.
func against(t *testing.T, w *awsfake.World) (r *run, out *bytes.Buffer) {
	t.Helper()
	out = &bytes.Buffer{}
	t.Cleanup(func() { t.Logf("%s", out) })
	c := newCloudOf(w.Config())
	c.real = true
	return &run{
		settings: settings{account: "123456789012", region: awsfake.Region, root: "../.."}, cloud: c, id: "abcdefgh",
		report: &report{out: out, shown: map[string]bool{}}, users: map[string]user{"abcdefgh-function": {}},
	}, out
}

// TestTheTablesAreDecidedBySimulation puts all tables to a policy engine behind IAM's wire.
func TestTheTablesAreDecidedBySimulation(t *testing.T) {
	w, engine := awsfake.New(), startEngine(t)
	w.OnEach("iam:SimulateCustomPolicy", engine.answer)
	r, _ := against(t, w)
	if err := r.simulate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(r.failed) > 0 || r.held != 5 || engine.asked < 200 {
		t.Errorf("%d calls, %d tables are decided as in the tests, not: %v", engine.asked, r.held, r.failed)
	}
}

// TestASimulatorThatAllowsAllIsNoticed, and one that denies all.
func TestASimulatorThatAllowsAllIsNoticed(t *testing.T) {
	for decision, failed := range map[string]int{"allowed": 2, "implicitDeny": 3} {
		w := awsfake.New()
		w.On("iam:SimulateCustomPolicy", awsfake.Answer{Body: `<R><SimulateCustomPolicyResult><EvaluationResults><member><EvalDecision>` + decision + `</EvalDecision></member></EvaluationResults></SimulateCustomPolicyResult></R>`})
		r, _ := against(t, w)
		if err := r.simulate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(r.failed) != failed {
			t.Errorf("all is %s: %v failed", decision, r.failed)
		}
	}
}
