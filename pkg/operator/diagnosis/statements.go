package diagnosis

import (
	"fmt"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// StatementView is what is so of one of the policy's statements.
type StatementView struct {
	Sid   string         `json:"sid"`
	State StatementState `json:"state"`
}

// StatementState is what is so of one of the three statements that the policy
// shall have.
type StatementState string

// The states. If the policy changes, an absent one is added and a damaged one is
// put right; a right one is kept.
const (
	Right    StatementState = "right"    // it is there
	Absent   StatementState = "absent"   // it isn't
	Damaged  StatementState = "damaged"  // it is there, but names another principal or resource
	Conflict StatementState = "conflict" // somebody's statement has its Sid and says something else
)

// policyView tells what is so of the three statements and how many others there are.
func (f Finding) policyView(o bucket.Observed) FacetView {
	if f.Diagnosis.Code == fault.PolicyConflict && o.Policy.IsZero() {
		return FacetView{Facet: bucket.FacetPolicy, Now: "can't be read"}
	}
	spec := f.Examination.Spec
	v := FacetView{Facet: bucket.FacetPolicy, Now: count(len(o.Policy.Statements)), Others: len(o.Policy.Statements)}
	merged, _, err := spec.Merge(o.Name, o.Policy)
	if err == nil {
		v.Then = count(len(merged.Statements))
	}
	for _, want := range spec.Statements(o.Name) {
		state, mine := stateOf(want, o.Policy)
		v.Statements = append(v.Statements, StatementView{want.Sid, state})
		v.Others -= mine
	}
	return v
}

func count(statements int) string {
	switch statements {
	case 0:
		return "none"
	case 1:
		return "1 statement"
	}
	return fmt.Sprintf("%d statements", statements)
}

// stateOf tells what is so of a statement that shall be, and how many of the
// stored ones are it, damaged or not.
func stateOf(want bucket.Statement, stored bucket.Document) (state StatementState, mine int) {
	state = Absent
	for _, have := range stored.Statements {
		switch {
		case means(have, want):
			state, mine = Right, mine+1
		case have.Sid != want.Sid:
		case !differsInWhoAndWhere(have, want):
			return Conflict, mine
		default:
			mine++
			if state == Absent {
				state = Damaged
			}
		}
	}
	return state, mine
}

// means tells whether two statements mean the same.
func means(a, b bucket.Statement) bool {
	return bucket.SameMeaning(bucket.Document{Statements: []bucket.Statement{a}}, bucket.Document{Statements: []bucket.Statement{b}})
}

// differsInWhoAndWhere tells whether principal and resource are all that two
// statements differ in.
func differsInWhoAndWhere(have, want bucket.Statement) bool {
	have.Principal, have.Resource = want.Principal, want.Resource
	return means(have, want)
}
