package audit_test

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// statement is a policy's statement as tests edit it.
type statement = map[string]any

// editPolicy changes a bucket's stored policy.
func (w *world) editPolicy(name string, edit func([]statement) []statement) {
	w.t.Helper()
	w.s3.Change(name, func(b *s3fake.Bucket) {
		doc := map[string]any{"Version": "2012-10-17"}
		var statements []statement
		if b.Policy != "" {
			var stored struct{ Statement []statement }
			if err := json.Unmarshal([]byte(b.Policy), &stored); err != nil {
				w.t.Fatal(err)
			}
			statements = stored.Statement
		}
		doc["Statement"] = edit(statements)
		data, err := json.Marshal(doc)
		if err != nil {
			w.t.Fatal(err)
		}
		b.Policy = string(data)
	})
}

// add appends a statement to a bucket's policy.
func (w *world) add(name string, s statement) {
	w.t.Helper()
	w.editPolicy(name, func(all []statement) []statement { return append(all, s) })
}

// without takes a statement out.
func without(sid string) func([]statement) []statement {
	return func(all []statement) []statement {
		return slices.DeleteFunc(all, func(s statement) bool { return s["Sid"] == sid })
	}
}

// with sets an element of a statement.
func with(sid, element string, value any) func([]statement) []statement {
	return func(all []statement) []statement {
		for _, s := range all {
			if s["Sid"] == sid {
				s[element] = value
			}
		}
		return all
	}
}

func everything(name string) statement {
	return statement{"Sid": "Theirs", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::" + name + "/*"}
}

func deadRole(name string) statement {
	return statement{"Sid": "Theirs", "Effect": "Allow", "Principal": map[string]any{"AWS": "AROAEXAMPLE123456789"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::" + name + "/private/*"}
}

func deny(name string) statement {
	return statement{"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::" + name + "/*"}
}

// huge is a harmless statement of nearly 20 KB.
func huge(name string) statement {
	return statement{"Sid": "Theirs", "Effect": "Allow", "Principal": map[string]any{"AWS": account}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::" + name + "/" + strings.Repeat("x", 20_000)}
}
