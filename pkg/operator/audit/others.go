package audit

import (
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// others reports what others wrote in the home's policy.
func others(row *Row, e provision.Examination) {
	warnings := e.Warnings
	blocked := Code("")
	if e.Blocked != nil {
		blocked = Code(e.Blocked.Code)
	}
	if e.Blocked != nil && e.Blocked.Step == fault.StepPolicy {
		warnings = othersOf(e.Spec, e.Observed) // a plan that failed has none
	}
	for _, w := range warnings {
		switch code, text := splitWarning(w); code {
		case MultipleHomes, blocked: // reported
		case ForeignPrincipalInvalid:
			row.find(code, "%s", text).Severity = Warning // nothing has to be written now
		default:
			row.find(code, "%s", text)
		}
	}
}

// splitWarning takes a warning's code off.
func splitWarning(w string) (Code, string) {
	code, text, ok := strings.Cut(w, ": ")
	if !ok || !slices.Contains(Codes(), Code(code)) {
		return Unforeseen, w
	}
	return Code(code), text
}

// othersOf gives the warnings about others' statements as if ours were right, so
// that whatever stops the plan doesn't hide them.
func othersOf(spec bucket.Spec, o bucket.Observed) []string {
	o.Policy = oursRight(spec, o)
	plan, err := spec.Plan(o)
	if !fault.Is(err, fault.ForeignPublicStatement) {
		return plan.Warnings
	}
	// It sleeps, so the plan's warning, that it's live, would be wrong.
	all := []string{err.Error()}
	o.AccessBlock.RestrictPublicBuckets = false
	plan, _ = spec.Plan(o) // it can't fail: nothing is to be written
	for _, w := range plan.Warnings {
		if code, _ := splitWarning(w); code != ForeignPublicStatement {
			all = append(all, w)
		}
	}
	return all
}

// oursRight gives the policy with our statements right. Others' stay where they
// are, without a Sid if it's one of ours.
func oursRight(spec bucket.Spec, o bucket.Observed) bucket.Document {
	d := o.Policy
	d.Statements = slices.Clone(d.Statements)
	for _, want := range spec.Statements(o.Name) {
		there := false
		for i, s := range d.Statements {
			switch {
			case same(s, want):
				there = true
			case s.Sid != want.Sid:
			case damaged(s, want):
				d.Statements[i], there = want, true
			default:
				d.Statements[i].Sid = ""
			}
		}
		if !there {
			d.Statements = append(d.Statements, want)
		}
	}
	return d
}
