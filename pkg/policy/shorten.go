package policy

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/rawjson"
)

// Shortened returns the policy with accounts as principals by their numbers instead of
// the ARNs of their roots, which mean the same
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts).
// All else keeps its text.
func (d Document) Shortened() Document {
	d.Statements = slices.Clone(d.Statements)
	for i := range d.Statements {
		d.Statements[i].raw = shortened(d.Statements[i].raw, "Principal", "NotPrincipal")
	}
	return d
}

// shortened returns the object raw with the values of some keys shortened: objects, in
// turn, by their key "AWS", strings and lists of them by replacing roots. What can't be
// read stays.
func shortened(raw json.RawMessage, keys ...string) json.RawMessage {
	o, err := rawjson.Parse(raw)
	if err != nil {
		return raw
	}
	for i, m := range o {
		if slices.Contains(keys, m.Key) {
			o[i].Value = shortenedPrincipal(m.Value)
		}
	}
	return writeObject(o)
}

func shortenedPrincipal(raw json.RawMessage) json.RawMessage {
	switch {
	case bytes.HasPrefix(raw, []byte("{")):
		return shortened(raw, "AWS")
	case bytes.HasPrefix(raw, []byte("[")):
		items := readList(raw)
		for i := range items {
			items[i] = shortenedPrincipal(items[i])
		}
		return slices.Concat([]byte("["), bytes.Join(raws(items), []byte(",")), []byte("]"))
	}
	text, _ := rawjson.Text(raw) // what is no string is no root
	if account, ok := arn.RootAccount(text); ok {
		return json.RawMessage(`"` + account + `"`)
	}
	return raw
}

func raws(items []json.RawMessage) [][]byte {
	all := make([][]byte, len(items))
	for i, item := range items {
		all[i] = item
	}
	return all
}
