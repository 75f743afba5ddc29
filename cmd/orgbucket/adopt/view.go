package adopt

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/adoption"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// adoptLine is an adoption, or the proposal of one, as JSON. Scripts rely on the names.
type adoptLine struct {
	OrgID       org.ID `json:"orgId"`
	Bucket      string `json:"bucket"`
	Region      string `json:"region"`
	Adopted     bool   `json:"adopted"` // by this run
	AlreadyOurs bool   `json:"alreadyOurs"`
	// Claim is the one that was there before.
	Claim        *cli.ClaimView      `json:"claim,omitempty"`
	Created      string              `json:"created,omitempty"`
	Tags         []adoption.Tag      `json:"tags,omitempty"`
	TagsThen     []adoption.Tag      `json:"tagsThen,omitempty"`
	AccessBlock  string              `json:"publicAccessBlock,omitempty"`
	Policy       []adoption.Line     `json:"policy,omitempty"`
	Objects      []string            `json:"objects,omitempty"`
	MoreObjects  bool                `json:"moreObjects,omitempty"`
	AfterMessage diagnosis.Diagnosis `json:"afterwards"`
	Unread       []string            `json:"unread,omitempty"`
}

// refusedLine is an adoption that was refused.
type refusedLine struct {
	OrgID   org.ID          `json:"orgId"`
	Bucket  string          `json:"bucket,omitempty"`
	Adopted bool            `json:"adopted"`
	Refused adoption.Reason `json:"refused"`
	Message string          `json:"message"`
	Advice  string          `json:"advice,omitempty"`
}

// showProposal shows a person what the bucket is. As JSON it comes with the result.
func (d *command) showProposal(p *adoption.Proposal) {
	var page bytes.Buffer
	d.writeProposal(&page, p)
	d.showPage(&page)
}

// showPage shows a page, beside the result if that is JSON.
func (d *command) showPage(page *bytes.Buffer) {
	if d.JSON() {
		d.Notice("%s", strings.TrimSuffix(page.String(), "\n"))
		return
	}
	_ = d.Show(d.WrapPage(page.String())) // the result follows
}

// adopted tells the result, and what comes next.
func (d *command) adopted(p *adoption.Proposal, now bool) error {
	if d.JSON() {
		return cli.JSONLine(d.Out, adoptLineOf(p, now))
	}
	if !now {
		return nil
	}
	if err := d.Showf("Bucket %s is tagged %s=%s, and claimed.\n", p.Name, bucket.TagKey, p.Spec.OrgID); err != nil {
		return err
	}
	// The commands are ready to paste, so they aren't wrapped.
	return d.Show(fmt.Sprintf("Next: %s\nor, if its message is a dead letter:\n      %s\n",
		d.Command("send "+string(p.Spec.OrgID)), d.Command("dead-letters replay --org "+string(p.Spec.OrgID))))
}

func adoptLineOf(p *adoption.Proposal, now bool) adoptLine {
	line := adoptLine{
		OrgID: p.Spec.OrgID, Bucket: p.Name, Region: p.Spec.Region, Adopted: now, AlreadyOurs: p.Already, Claim: cli.NewClaimView(p.Claim),
		Tags: p.Tags, TagsThen: p.Adopted, Policy: p.Policy, Objects: p.Objects, MoreObjects: p.More,
		AfterMessage: p.Outlook.Diagnosis, Unread: p.Unread,
	}
	if !p.Already {
		line.AccessBlock = diagnosis.BlockText(p.AccessBlock)
	}
	if !p.Created.IsZero() {
		line.Created = p.Created.UTC().Format(time.RFC3339)
	}
	return line
}

// writeProposal writes for a person what the bucket is and what would follow. w is memory.
func (d *command) writeProposal(w io.Writer, p *adoption.Proposal) {
	if p.Already {
		fmt.Fprintf(w, "Bucket %s is %s's already.\n\n", p.Name, p.Spec.OrgID)
		d.WritePage(w, cli.NewPlanLine(p.Outlook))
		return
	}
	fmt.Fprintf(w, "%s\n", p.Name)
	t := cli.Table(w)
	cli.Row(t, "  region", p.Spec.Region)
	if !p.Created.IsZero() {
		cli.Row(t, "  created", p.Created.UTC().Format(time.DateTime)+" UTC")
	}
	if !p.Tagged {
		cli.Row(t, "  unproved, since", safetext.Line(p.Seen, 200))
	}
	cli.Row(t, "  public access block", diagnosis.BlockText(p.AccessBlock))
	cli.Row(t, "  objects", objectsText(p))
	cli.Row(t, "  policy", policyText(p.Policy))
	_ = t.Flush() // into memory
	writePolicy(w, p.Policy)
	writeTags(w, p)
	writeClaim(w, p)
	for _, unread := range p.Unread {
		fmt.Fprintf(w, "  ? %s\n", safetext.Line(unread, 300))
	}
	fmt.Fprintf(w, "A message for %s after that: %s\n", p.Spec.OrgID, cli.VerdictText(p.Outlook.Diagnosis))
	d.WriteOutlook(w, p.Outlook)
}

// writeClaim shows the claim that would come, and the one that it replaces.
func writeClaim(w io.Writer, p *adoption.Proposal) {
	switch {
	case p.Claim.Bucket == p.Name:
		fmt.Fprintf(w, "  claim: %s\n", cli.NewClaimView(p.Claim))
	case p.Claim.Bucket == "":
		fmt.Fprintf(w, "~ claim: none → %s\n", p.Name)
	default:
		fmt.Fprintf(w, "~ claim: %s → %s\n", cli.NewClaimView(p.Claim), p.Name)
		fmt.Fprintf(w, "  ! %s claims %s now; its files stay there and would have to be moved\n", p.Spec.OrgID, safetext.Line(p.ClaimSeen, 300))
	}
}

func objectsText(p *adoption.Proposal) string {
	if len(p.Objects) == 0 {
		return "none seen"
	}
	text := ""
	for i, key := range p.Objects {
		if i > 0 {
			text += ", "
		}
		text += safetext.Line(key, 60)
	}
	if p.More {
		text += " and more"
	}
	return text
}

func policyText(lines []adoption.Line) string {
	public := 0
	for _, l := range lines {
		if l.Public {
			public++
		}
	}
	if len(lines) == 0 {
		return "none seen"
	}
	return fmt.Sprintf("statements: %d, for everyone: %d", len(lines), public)
}

func writePolicy(w io.Writer, lines []adoption.Line) {
	t := cli.Table(w)
	for _, l := range lines {
		when := ""
		if l.Conditions > 0 {
			when = fmt.Sprintf("conditions: %d", l.Conditions)
		}
		cli.Row(t, "    "+safetext.Line(l.Effect, 10), safetext.Line(l.Who, 80), safetext.Line(l.What, 60), safetext.Line(l.Where, 80), when, safetext.Line(l.Sid, 40))
	}
	_ = t.Flush()
}

// writeTags shows every tag, and the one that would come.
func writeTags(w io.Writer, p *adoption.Proposal) {
	fmt.Fprintln(w, "  tags")
	for _, t := range p.Adopted {
		mark, was := " ", ""
		if !slices.Contains(p.Tags, t) {
			mark = "~"
			if i := slices.IndexFunc(p.Tags, func(old adoption.Tag) bool { return old.Key == t.Key }); i >= 0 {
				was = fmt.Sprintf("   (was %q)", safetext.Line(p.Tags[i].Value, 80))
			}
		}
		fmt.Fprintf(w, "  %s %s=%s%s\n", mark, safetext.Line(t.Key, 128), safetext.Line(t.Value, 256), was)
	}
}
