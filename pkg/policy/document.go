// Package policy reads bucket policies for their meaning, compares them, and
// judges what a statement may open to the public or deny. What it can't
// understand it keeps as it was written and treats as undecidable.
package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/rawjson"
)

// Document is a bucket policy. The text of each part that was read is kept. The
// zero value is "no policy".
type Document struct {
	members    rawjson.Object // Version, Id, …; Statements stand for Statement's value
	Statements []Statement
}

// New returns a policy without statements.
func New() Document {
	return Document{members: rawjson.Object{{Key: "Version", Value: json.RawMessage(`"2012-10-17"`)}, {Key: "Statement"}}}
}

// Parse reads a stored policy. It fails if the text can't be split into
// statements; a statement that can't be understood is no failure.
func Parse(data []byte) (Document, error) {
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
	d := Document{members: o}
	for _, item := range readList(raw) {
		d.Statements = append(d.Statements, parseStatement(item))
	}
	return d, nil
}

// IsZero reports whether there is no policy.
func (d Document) IsZero() bool { return d.members == nil }

// StatementName returns the number of a statement, from 1, and its Sid if it has
// one, for messages.
func (d Document) StatementName(i int) string {
	if sid := d.Statements[i].Sid; sid != "" {
		return fmt.Sprintf("%d (%+.60q)", i+1, sid)
	}
	return fmt.Sprint(i + 1)
}

// JSON returns the document as it is sent to S3: compact, members in their order.
func (d Document) JSON() []byte {
	o := slices.Clone(d.members)
	for i, m := range o {
		var out bytes.Buffer
		if m.Key == "Statement" {
			d.writeStatements(&out)
		} else {
			compact(&out, m.Value)
		}
		o[i].Value = out.Bytes()
	}
	return writeObject(o)
}

// writeObject returns the object's JSON, with its values as they were written.
func writeObject(o rawjson.Object) json.RawMessage {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			out.WriteByte(',')
		}
		writeJSON(&out, m.Key)
		out.WriteByte(':')
		out.Write(m.Value)
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

// compact writes JSON that was parsed before, without white space.
func compact(out *bytes.Buffer, raw json.RawMessage) {
	if err := json.Compact(out, raw); err != nil {
		panic("policy: a parsed policy isn't JSON: " + err.Error())
	}
}

// writeJSON writes v without HTML escapes, which would make the policy longer.
func writeJSON(out *bytes.Buffer, v any) {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("policy: encode: " + err.Error())
	}
	out.Truncate(out.Len() - 1) // the encoder's newline
}

// Same reports whether two policies have the same text, white space aside. No policy's
// text is {}, which no policy has.
func (d Document) Same(other Document) bool { return bytes.Equal(d.JSON(), other.JSON()) }

// Names reports whether a statement's principal is the one with this ARN.
func (d Document) Names(arn string) bool {
	return slices.ContainsFunc(d.Statements, func(s Statement) bool { return slices.Contains(s.Principal["AWS"], arn) })
}
