package bucket

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/rawjson"
)

// Document is a bucket policy. Everything that others wrote in it is kept as it
// was written. The zero value is "no policy".
type Document struct {
	members    rawjson.Object // Version, Id, …; Statement's value is a placeholder
	Statements []Statement
}

// The policy language's versions. A document without one is of the old.
const (
	versionOld = "2008-10-17"
	versionNew = "2012-10-17"
)

// ParseDocument reads a stored policy. It fails on what can't be kept apart into
// statements; a statement that can't be understood is no failure.
func ParseDocument(data []byte) (Document, error) {
	o, err := rawjson.Parse(data)
	if err != nil {
		return Document{}, fmt.Errorf("bucket policy %w", err)
	}
	if key, twice := o.Duplicate(); twice {
		return Document{}, fmt.Errorf("bucket policy has the key %q more than once", key)
	}
	raw, ok := o.Get("Statement")
	if !ok {
		return Document{}, errors.New(`bucket policy has no "Statement"`)
	}
	for _, m := range o {
		for _, known := range []string{"Version", "Id", "Statement"} {
			if m.Key != known && strings.EqualFold(m.Key, known) {
				return Document{}, fmt.Errorf("bucket policy has the key %q, which may or may not mean %q", m.Key, known)
			}
		}
	}
	items, ok := readList(raw)
	if !ok {
		return Document{}, errors.New("bucket policy's statements are no list")
	}
	d := Document{members: o}
	for _, item := range items {
		d.Statements = append(d.Statements, parseStatement(item))
	}
	return d, nil
}

// IsZero tells whether there is no policy.
func (d Document) IsZero() bool { return d.members == nil }

// version is the document's policy language version.
func (d Document) version() string {
	raw, _ := d.members.Get("Version")
	if v, ok := rawjson.Text(raw); ok {
		return v
	}
	return versionOld
}

// JSON is the document as it is sent to S3: compact, members in their order.
func (d Document) JSON() []byte {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, m := range d.members {
		if i > 0 {
			out.WriteByte(',')
		}
		writeJSON(&out, m.Key)
		out.WriteByte(':')
		if m.Key == "Statement" {
			d.writeStatements(&out)
		} else {
			compact(&out, m.Value)
		}
	}
	out.WriteByte('}')
	return out.Bytes()
}

func (d Document) writeStatements(out *bytes.Buffer) {
	out.WriteByte('[')
	for i, s := range d.Statements {
		if i > 0 {
			out.WriteByte(',')
		}
		compact(out, s.raw)
	}
	out.WriteByte(']')
}

// compact writes JSON that was parsed before without its white space.
func compact(out *bytes.Buffer, raw json.RawMessage) {
	if err := json.Compact(out, raw); err != nil {
		panic("bucket: a parsed policy isn't JSON: " + err.Error())
	}
}

// writeJSON writes v without HTML escapes, which would make the policy longer.
func writeJSON(out *bytes.Buffer, v any) {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("bucket: encode policy: " + err.Error())
	}
	out.Truncate(out.Len() - 1) // the encoder's newline
}

// SameMeaning tells whether two policies mean the same: the order of statements
// and sets, Sid, Id, string or list, "*" or {"AWS":"*"} and the case of actions
// make no difference. What can't be understood is never the same.
func SameMeaning(a, b Document) bool {
	variables := func(s Statement) bool { return s.hasVariables() }
	if a.version() != b.version() && (slices.ContainsFunc(a.Statements, variables) || slices.ContainsFunc(b.Statements, variables)) {
		return false
	}
	return a.within(b) && b.within(a)
}

// within tells whether each of a's statements is also one of b's.
func (d Document) within(other Document) bool {
	for _, s := range d.Statements {
		if !slices.ContainsFunc(other.Statements, s.equal) {
			return false
		}
	}
	return true
}
