package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
)

// planLine is an organization's plan as JSON. Scripts rely on the names.
type planLine struct {
	diagnosis.Diagnosis
	Candidates []candidateView `json:"candidates"`
	// Create are the names that would be created, one after the other until one is won.
	Create []string              `json:"create,omitempty"`
	Facets []diagnosis.FacetView `json:"facets,omitempty"`
}

type candidateView struct {
	Name  string `json:"name"`
	State string `json:"state"`
	Seen  string `json:"seen,omitempty"`
}

// candidateStates are the states of candidates as scripts know them.
var candidateStates = map[bucket.State]string{
	bucket.Unreadable: "unreadable", bucket.Absent: "absent", bucket.Ours: "ours",
	bucket.Taken: "taken", bucket.Unproved: "unproved", bucket.Elsewhere: "elsewhere",
}

func planLineOf(f diagnosis.Finding) planLine {
	line := planLine{Diagnosis: f.Diagnosis, Candidates: []candidateView{}, Facets: f.Facets()}
	for _, s := range f.Examination.Sightings {
		if s.Name != "" { // a look that failed
			line.Candidates = append(line.Candidates, candidateView{s.Name, candidateStates[s.State], s.Seen})
		}
	}
	for _, c := range f.Examination.Create {
		line.Create = append(line.Create, c.Name)
	}
	return line
}

func (a *app) writePlan(f diagnosis.Finding) error {
	if a.output == "json" {
		return jsonLine(a.out, planLineOf(f))
	}
	var page bytes.Buffer
	writePage(&page, planLineOf(f))
	if _, err := page.WriteTo(a.out); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// writePage writes an organization's plan for a person. w is memory.
func writePage(w io.Writer, p planLine) {
	fmt.Fprintf(w, "%s  %s\n", p.OrgID, verdictText(p.Diagnosis))
	writeReason(w, p.Diagnosis)
	writeCandidates(w, p)
	writeFacets(w, p.Facets)
	writeNotes(w, p.Diagnosis)
	fmt.Fprintln(w)
}

func verdictText(d diagnosis.Diagnosis) string {
	if d.Code == "" {
		return string(d.Verdict)
	}
	return fmt.Sprintf("%s: %s", d.Verdict, d.Code)
}

func writeReason(w io.Writer, d diagnosis.Diagnosis) {
	fmt.Fprintf(w, "  %s\n", cell(d.Reason, 0))
	if d.Hint != "" {
		fmt.Fprintf(w, "  → %s\n", cell(d.Hint, 0))
	}
}

func writeCandidates(w io.Writer, p planLine) {
	if len(p.Candidates) == 0 {
		return
	}
	fmt.Fprintln(w, "  names")
	t := table(w)
	for i, c := range p.Candidates {
		mark := " "
		switch {
		case c.Name == p.Bucket:
			mark = "*"
		case slices.Index(p.Create, c.Name) == 0:
			mark = "+"
		}
		row(t, fmt.Sprintf("  %s %d", mark, i+1), c.Name, c.State, cell(c.Seen, 200))
	}
	_ = t.Flush() // into memory
}

func writeFacets(w io.Writer, facets []diagnosis.FacetView) {
	if len(facets) == 0 {
		return
	}
	fmt.Fprintln(w, "  facets")
	t := table(w)
	for _, f := range facets {
		mark, text := " ", f.Now
		if f.Changes {
			mark, text = "~", f.Now+" → "+f.Then
		}
		row(t, fmt.Sprintf("  %s %s", mark, f.Facet), cell(text, 0))
	}
	_ = t.Flush()
	writeStatements(w, facets[len(facets)-1])
}

// statementTexts are the states of the policy's statements for a person, as they
// are and as they'd be changed.
var statementTexts = map[diagnosis.StatementState]struct{ stays, changes string }{
	diagnosis.Right:    {"as it shall be", "as it shall be"},
	diagnosis.Absent:   {"absent", "absent → added"},
	diagnosis.Damaged:  {"differs", "differs → put right"},
	diagnosis.Conflict: {"somebody else's", "somebody else's"},
}

func writeStatements(w io.Writer, policy diagnosis.FacetView) {
	t := table(w)
	for _, s := range policy.Statements {
		text := statementTexts[s.State].stays
		if policy.Changes {
			text = statementTexts[s.State].changes
		}
		row(t, "      "+s.Sid, text)
	}
	if policy.Others > 0 {
		row(t, "      others", fmt.Sprintf("%d, left alone", policy.Others))
	}
	_ = t.Flush()
}

func writeNotes(w io.Writer, d diagnosis.Diagnosis) {
	for _, warning := range d.Warnings {
		fmt.Fprintf(w, "  ! %s\n", cell(warning.String(), 0))
	}
	for _, unchecked := range d.Unchecked {
		fmt.Fprintf(w, "  ? %s\n", cell(unchecked, 0))
	}
}
