package cli

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/adoption"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// PlanLine is an organization's plan as JSON. Scripts rely on the names.
type PlanLine struct {
	diagnosis.Diagnosis
	Claim      *ClaimView      `json:"claim,omitempty"`
	Candidates []candidateView `json:"candidates"`
	// Create are the names that would be created, one after the other until one is won.
	Create []string              `json:"create,omitempty"`
	Facets []diagnosis.FacetView `json:"facets,omitempty"`
}

// ClaimView is the organization's claim.
type ClaimView struct {
	Bucket    string    `json:"bucket"`
	ClaimedAt time.Time `json:"claimedAt"`
	MessageID string    `json:"messageId"`
}

// NewClaimView is the view of a claim, nil if there is none.
func NewClaimView(c provision.Claim) *ClaimView {
	if c.Bucket == "" {
		return nil
	}
	return &ClaimView{c.Bucket, c.At, c.MessageID}
}

// String is the claim for a person.
func (c *ClaimView) String() string {
	by := "message " + safetext.Line(c.MessageID, 80)
	if c.MessageID == adoption.ClaimedBy {
		by = "orgbucket adopt"
	}
	return fmt.Sprintf("%s, by %s at %s UTC", safetext.Line(c.Bucket, 80), by, c.ClaimedAt.UTC().Format(time.DateTime))
}

type candidateView struct {
	Name  string `json:"name"`
	State string `json:"state"`
	Seen  string `json:"seen,omitempty"`
	// TaggedFor is the other organization that has the bucket.
	TaggedFor string `json:"taggedFor,omitempty"`
}

// candidateStates are the states of candidates as scripts know them.
var candidateStates = map[bucket.State]string{
	bucket.Unreadable: "unreadable", bucket.Absent: "absent", bucket.Ours: "ours",
	bucket.Taken: "taken", bucket.Unproved: "unproved", bucket.Elsewhere: "elsewhere",
}

// NewPlanLine is the plan of an explained organization.
func NewPlanLine(f diagnosis.Explanation) PlanLine {
	line := PlanLine{Diagnosis: f.Diagnosis, Claim: NewClaimView(f.Examination.Claim), Candidates: []candidateView{}, Facets: f.Facets()}
	for _, s := range f.Examination.Sightings {
		if s.Name != "" { // a look that failed
			line.Candidates = append(line.Candidates, candidateView{s.Name, candidateStates[s.State], s.Seen, s.TaggedFor})
		}
	}
	for _, c := range f.Examination.Create {
		line.Create = append(line.Create, c.Name)
	}
	return line
}

// WritePlan writes an organization's plan as the result.
func WritePlan(a *App, f diagnosis.Explanation) error {
	if a.JSON() {
		return JSONLine(a.Out, NewPlanLine(f))
	}
	var page bytes.Buffer
	a.WritePage(&page, NewPlanLine(f))
	return a.Show(a.WrapPage(page.String()))
}

// WritePage writes an organization's plan for a person. w is memory.
func (a *App) WritePage(w io.Writer, p PlanLine) {
	fmt.Fprintf(w, "%s  %s\n", p.OrgID, VerdictText(p.Diagnosis))
	a.writeReason(w, p.Diagnosis)
	if p.Claim != nil {
		fmt.Fprintf(w, "  claim: %s\n", p.Claim)
	}
	writeCandidates(w, p)
	writeFacets(w, p.Facets)
	writeNotes(w, p.Diagnosis)
}

// WriteOutlook writes what would become of a message, without the names. w is memory.
func (a *App) WriteOutlook(w io.Writer, f diagnosis.Explanation) {
	a.writeReason(w, f.Diagnosis)
	writeFacets(w, f.Facets())
	writeNotes(w, f.Diagnosis)
}

// VerdictText is a verdict with its code.
func VerdictText(d diagnosis.Diagnosis) string {
	if d.Code == "" {
		return string(d.Verdict)
	}
	return fmt.Sprintf("%s: %s", d.Verdict, d.Code)
}

func (a *App) writeReason(w io.Writer, d diagnosis.Diagnosis) {
	fmt.Fprintf(w, "  %s\n", safetext.Line(d.Reason, 0))
	if d.Hint != "" {
		fmt.Fprintf(w, "  → %s\n", safetext.Line(a.Advice(d.Hint, d.OrgID), 0))
	}
}

func writeCandidates(w io.Writer, p PlanLine) {
	if len(p.Candidates) == 0 {
		return
	}
	fmt.Fprintln(w, "  names")
	t := Table(w)
	for i, c := range p.Candidates {
		mark := " "
		switch {
		case c.Name == p.Bucket:
			mark = "*"
		case slices.Index(p.Create, c.Name) == 0:
			mark = "+"
		}
		seen := c.Seen
		if c.TaggedFor != "" {
			seen += ": " + c.TaggedFor
		}
		Row(t, fmt.Sprintf("  %s %d", mark, i+1), c.Name, c.State, safetext.Line(seen, 200))
	}
	_ = t.Flush() // into memory
}

func writeFacets(w io.Writer, facets []diagnosis.FacetView) {
	if len(facets) == 0 {
		return
	}
	fmt.Fprintln(w, "  facets")
	t := Table(w)
	for _, f := range facets {
		mark, text := " ", f.Now
		if f.Changes {
			mark, text = "~", f.Now+" → "+f.Then
		}
		Row(t, fmt.Sprintf("  %s %s", mark, f.Facet), safetext.Line(text, 0))
	}
	_ = t.Flush()
	writeStatements(w, facets[len(facets)-1])
}

// statementTexts are the states of the policy's statements for a person, as they
// are and as they'd be changed.
var statementTexts = map[diagnosis.StatementState]struct{ stays, changes string }{
	diagnosis.Right:    {"right", "right"},
	diagnosis.Absent:   {"absent", "absent → added"},
	diagnosis.Damaged:  {"differs", "differs → repaired"},
	diagnosis.Conflict: {"somebody else's", "somebody else's"},
}

func writeStatements(w io.Writer, policy diagnosis.FacetView) {
	t := Table(w)
	for _, s := range policy.Statements {
		text := statementTexts[s.State].stays
		if policy.Changes {
			text = statementTexts[s.State].changes
		}
		Row(t, "      "+s.Sid, text)
	}
	if policy.Others > 0 {
		Row(t, "      others", fmt.Sprintf("%d, left alone", policy.Others))
	}
	_ = t.Flush()
}

func writeNotes(w io.Writer, d diagnosis.Diagnosis) {
	for _, warning := range d.Warnings {
		fmt.Fprintf(w, "  ! %s\n", safetext.Line(warning.String(), 0))
	}
	for _, unchecked := range d.Unchecked {
		fmt.Fprintf(w, "  ? %s\n", safetext.Line(unchecked.String(), 0))
	}
}
