package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"testing"
)

// call is a request to AWS, by the function's role unless identity is set.
type call struct {
	action, resource string
	// identity is the policy of another caller, and principal that caller's ARN,
	// if a resource's policy names it.
	identity  any
	principal string
	// owner is the account of the resource; ours if empty.
	owner string
	// context are condition keys beside those that every call has.
	context map[string]any
	// guardrail is the service control policy of the account, if it has one.
	guardrail any
	// resourcePolicy is what a bucket's or topic's own policy says, if it has one.
	resourcePolicy any
}

// simulation is how the policy engine wants it
// (https://www.npmjs.com/package/@cloud-copilot/iam-simulate).
type simulation struct {
	Request struct {
		Principal string `json:"principal"`
		Action    string `json:"action"`
		Resource  struct {
			Resource  string `json:"resource"`
			AccountID string `json:"accountId"`
		} `json:"resource"`
		ContextVariables map[string]any `json:"contextVariables"`
	} `json:"request"`
	IdentityPolicies        []namedPolicy `json:"identityPolicies"`
	ServiceControlPolicies  []any         `json:"serviceControlPolicies"`
	ResourceControlPolicies []any         `json:"resourceControlPolicies"`
	ResourcePolicy          any           `json:"resourcePolicy,omitempty"`
}

type namedPolicy struct {
	Name   string `json:"name"`
	Policy any    `json:"policy"`
}

type verdict struct {
	Result  string   `json:"result"` // Allowed, ImplicitlyDenied, ExplicitlyDenied, error
	Errors  string   `json:"errors"`
	Ignored []string `json:"ignored"`
}

// simulate asks the policy engine about all calls at once. It runs on node,
// which CDK needs as well; make installs it.
func simulate(t *testing.T, tpl template, calls []call) []verdict {
	t.Helper()
	if _, err := os.Stat("../node_modules/@cloud-copilot/iam-simulate"); err != nil {
		t.Fatalf("the policy engine isn't installed, which `make test` does (or `npm ci` at the top level): %v", err)
	}
	var all []simulation
	for _, c := range calls {
		all = append(all, c.simulation(t, tpl))
	}
	input, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("node", "testdata/simulate.mjs")
	command.Stdin = bytes.NewReader(input)
	var problems bytes.Buffer
	command.Stderr = &problems
	output, err := command.Output()
	if err != nil {
		t.Fatalf("run the policy engine: %v\n%s", err, problems.String())
	}
	var verdicts []verdict
	if err := json.Unmarshal(output, &verdicts); err != nil || len(verdicts) != len(calls) {
		t.Fatalf("read %d verdicts of the policy engine: %v\n%s", len(calls), err, output)
	}
	return verdicts
}

func (c call) simulation(t *testing.T, tpl template) simulation {
	role := tpl.only(t, "AWS::IAM::Role", "Role")
	var s simulation
	s.Request.Principal = tpl.resolved(tpl.Outputs["RoleArn"].Value).(string)
	if c.principal != "" {
		s.Request.Principal = c.principal
	}
	s.Request.Action = c.action
	s.Request.Resource.Resource = c.resource
	s.Request.Resource.AccountID = account
	if c.owner != "" {
		s.Request.Resource.AccountID = c.owner
	}
	s.Request.ContextVariables = map[string]any{"aws:PrincipalArn": s.Request.Principal}
	maps.Copy(s.Request.ContextVariables, everyCalls)
	maps.Copy(s.Request.ContextVariables, c.context)
	s.IdentityPolicies = c.policies(role, tpl)
	s.ServiceControlPolicies, s.ResourceControlPolicies = []any{}, []any{}
	if c.guardrail != nil {
		s.ServiceControlPolicies = []any{map[string]any{"orgIdentifier": "account", "policies": []namedPolicy{{"FullAWSAccess", everythingAllowed}, {"guardrail", c.guardrail}}}}
	}
	if c.resourcePolicy != nil {
		s.ResourcePolicy = tpl.resolved(c.resourcePolicy)
	}
	return s
}

// everythingAllowed is what an administrator may do, and what a service control policy
// that is attached beside others begins with.
var everythingAllowed = map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Allow", "Action": "*", "Resource": "*"}}}

// policies are those of whoever calls.
func (c call) policies(role resource, tpl template) []namedPolicy {
	if c.identity != nil {
		return []namedPolicy{{"identity", c.identity}}
	}
	var all []namedPolicy
	for _, p := range role.Properties["Policies"].([]any) {
		all = append(all, namedPolicy{get(p, "PolicyName").(string), tpl.resolved(get(p, "PolicyDocument"))})
	}
	return all
}
