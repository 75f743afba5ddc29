package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// decisions are a group of calls with what an engine has to answer, as `make accept` asks
// AWS's own policy simulator.
type decisions struct {
	Who, Want string // Want is allowed or denied
	Calls     []decision
}

// decision is a call. Its policies are documents of the record.
type decision struct {
	Name, Action, Resource string
	Owner                  string         `json:",omitempty"` // of the resource, if it isn't the role's account
	Context                map[string]any `json:",omitempty"` // beside the record's
	Policy                 int
	ResourcePolicy         int `json:",omitempty"`
}

// record is testdata/decisions.json.
type record struct {
	Account, Role string
	Context       map[string]any
	Documents     []any // the first is none
	Groups        []decisions
}

// TestDecisionsAreRecorded holds the record to the tables that the tests here put to their
// policy engine, in the stage prod.
func TestDecisionsAreRecorded(t *testing.T) {
	tpl := shared().stacks["prod"]
	all := &record{Account: account, Role: tpl.resolved(tpl.Outputs["RoleArn"].Value).(string), Context: everyCalls, Documents: []any{nil}}
	add := func(who, want string, calls []named) {
		group := decisions{Who: who, Want: want}
		for _, c := range calls {
			group.Calls = append(group.Calls, all.decision(t, tpl, c))
		}
		all.Groups = append(all.Groups, group)
	}
	add("the function's role", "allowed", roleMay(t, tpl))
	add("the function's role", "denied", slices.Concat(roleMayNot(t, tpl), sorted(roleMayNotEvenIf())))
	add("what the role can't be kept from", "allowed", roleResidue())
	var may []named
	calls := operatorsCalls(tpl)
	for _, who := range slices.Sorted(maps.Keys(calls)) {
		may = append(may, by(t, who, calls[who])...)
	}
	add("the operators", "allowed", may)
	add("the operators", "denied", slices.Concat(by(t, everyone, operatorsMayNot(tpl)), by(t, reads, calls[replays]), by(t, adopts, calls[replays]), by(t, replays, calls[adopts])))

	sameAsFile(t, "testdata/decisions.json", all.text(t), "Decisions")
}

// everyCalls are the condition keys that every call has, beside the caller's ARN.
var everyCalls = map[string]any{"aws:SecureTransport": "true", "aws:PrincipalAccount": account}

// decision records a call with its policies.
func (all *record) decision(t *testing.T, tpl template, n named) decision {
	s := n.simulation(t, tpl)
	if len(s.IdentityPolicies) != 1 {
		t.Fatalf("%s: the caller has %d policies, and a decision has one", n.name, len(s.IdentityPolicies))
	}
	d := decision{Name: n.name, Action: n.action, Resource: n.resource, Owner: n.owner, Context: n.context, Policy: all.document(s.IdentityPolicies[0].Policy)}
	if s.ResourcePolicy != nil {
		d.ResourcePolicy = all.document(s.ResourcePolicy)
	}
	return d
}

// document returns where a document is in the record, and puts it there.
func (all *record) document(document any) int {
	if i := slices.IndexFunc(all.Documents, func(known any) bool { return cmp.Equal(known, document) }); i > 0 {
		return i
	}
	all.Documents = append(all.Documents, document)
	return len(all.Documents) - 1
}

// text is the record with a line for each document and call.
func (all *record) text(t *testing.T) []byte {
	t.Helper()
	line := func(v any) string {
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(v); err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(out.String())
	}
	lines := func(all []string) string { return "[\n" + strings.Join(all, ",\n") + "\n]" }
	var documents, groups []string
	for _, d := range all.Documents {
		documents = append(documents, line(d))
	}
	for _, g := range all.Groups {
		var calls []string
		for _, c := range g.Calls {
			calls = append(calls, line(c))
		}
		groups = append(groups, `{"Who": `+line(g.Who)+`, "Want": `+line(g.Want)+`, "Calls": `+lines(calls)+"}")
	}
	return []byte(`{"Account": ` + line(all.Account) + `, "Role": ` + line(all.Role) + `, "Context": ` + line(all.Context) +
		",\n\"Documents\": " + lines(documents) + ",\n\"Groups\": " + lines(groups) + "}\n")
}

// sorted sorts calls by name.
func sorted(all []named) []named {
	slices.SortFunc(all, func(a, b named) int { return strings.Compare(a.name, b.name) })
	return all
}
