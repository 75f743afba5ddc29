package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/fusionpos/orgbucket/pkg/operator/audit"
)

// auditCSV writes a line for each finding, as RFC 4180 has it.
type auditCSV struct {
	out *csv.Writer
	err io.Writer
	// begun: the header was written.
	begun bool
}

func newAuditCSV(out, err io.Writer) *auditCSV {
	w := csv.NewWriter(out)
	w.UseCRLF = true
	return &auditCSV{out: w, err: err}
}

var auditColumns = []string{"bucket", "region", "organization", "by", "status", "severity", "code", "facets", "text", "hint", "permission", "see"}

func (c *auditCSV) row(r audit.Row) error {
	c.header()
	head := []string{r.Bucket, r.Region, string(r.OrgID), string(r.By), string(r.Status)}
	for _, f := range r.Findings {
		c.line(head, string(f.Severity), string(f.Code), strings.Trim(fmt.Sprint(f.Facets), "[]"), f.Text, f.Hint, "", "")
	}
	for _, u := range r.Unread {
		c.line(head, "unread", string(u.Code), "", u.Text, "", u.Permission, "")
	}
	if len(r.Findings)+len(r.Unread) == 0 {
		c.line(head, "", strings.Trim(fmt.Sprint(r.Ignored), "[]"), "", "", "", "", r.See)
	}
	return c.flush()
}

func (c *auditCSV) end(s audit.Summary, _ int, _ error) error {
	c.header()
	if err := c.flush(); err != nil {
		return err
	}
	return writeAuditSummary(c.err, s)
}

func (c *auditCSV) header() {
	if !c.begun {
		c.begun = true
		_ = c.out.Write(auditColumns) // flush tells
	}
}

func (c *auditCSV) line(head []string, rest ...string) {
	var cells []string
	for _, text := range append(head[:len(head):len(head)], rest...) {
		cells = append(cells, defused(cell(text, 0)))
	}
	_ = c.out.Write(cells) // flush tells
}

func (c *auditCSV) flush() error {
	c.out.Flush()
	if err := c.out.Error(); err != nil {
		return fmt.Errorf("write the CSV: %w", err)
	}
	return nil
}

// defused keeps a spreadsheet from taking a cell for a formula
// (https://owasp.org/www-community/attacks/CSV_Injection). Tabs and line breaks,
// which would do it, too, are escaped already.
func defused(text string) string {
	if first, size := utf8.DecodeRuneInString(text); size > 0 && strings.ContainsRune("=+-@\uff1d\uff0b\uff0d\uff20", first) {
		return "'" + text
	}
	return text
}
