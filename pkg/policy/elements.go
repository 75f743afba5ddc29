package policy

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/rawjson"
)

// readSet reads a string or a list of strings.
func readSet(raw json.RawMessage, normalize func(string) string) ([]string, bool) {
	items := readList(raw)
	set := make([]string, 0, len(items))
	for _, item := range items {
		text, ok := rawjson.Text(item)
		if !ok {
			return nil, false
		}
		if normalize != nil {
			text = normalize(text)
		}
		set = append(set, text)
	}
	slices.Sort(set)
	return slices.Compact(set), true
}

// readList reads a list; another value is read as a list of one.
func readList(raw json.RawMessage) (items []json.RawMessage) {
	if !bytes.HasPrefix(raw, []byte("[")) || json.Unmarshal(raw, &items) != nil {
		return []json.RawMessage{raw}
	}
	return items
}

// lower folds ASCII only. Some letters of other scripts, such as the Kelvin sign,
// fold into ASCII, and AWS doesn't say how it treats them.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// readPrincipals reads "*" or principals by type. "*" means {"AWS": "*"}, and
// an account's number means its root
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
func readPrincipals(raw json.RawMessage) (Principals, bool) {
	if text, ok := rawjson.Text(raw); ok {
		return Principals{"AWS": {Anyone}}, text == Anyone
	}
	o, ok := readObject(raw)
	if !ok {
		return nil, false
	}
	p := Principals{}
	for _, m := range o {
		set, ok := readSet(m.Value, rootToAccount)
		if !ok {
			return nil, false
		}
		if m.Key == "AWS" && slices.Contains(set, Anyone) {
			set = []string{Anyone} // which includes whoever else is named
		}
		p[m.Key] = set
	}
	return p, true
}

// rootToAccount returns the account's number for the ARN of an account's root.
func rootToAccount(principal string) string {
	if account, ok := arn.RootAccount(principal); ok {
		return account
	}
	return principal
}

// readCondition reads conditions. Keys ignore case, values don't; an absent and an
// empty condition mean the same.
func readCondition(raw json.RawMessage) ([]Condition, bool) {
	operators, ok := readObject(raw)
	if !ok {
		return nil, false
	}
	var all []Condition
	for _, operator := range operators {
		keys, ok := readObject(operator.Value)
		if !ok {
			return nil, false
		}
		for _, key := range keys {
			values, ok := readValues(key.Value)
			if !ok {
				return nil, false
			}
			all = append(all, Condition{operator.Key, lower(key.Key), values})
		}
	}
	slices.SortFunc(all, Condition.compare)
	return all, true
}

// readObject reads an object; it fails if a key comes twice.
func readObject(raw json.RawMessage) (rawjson.Object, bool) {
	o, err := rawjson.Parse(raw)
	if err != nil {
		return nil, false
	}
	_, twice := o.Duplicate()
	return o, !twice
}

// readValues reads condition values: strings, booleans or numbers, one or a list.
func readValues(raw json.RawMessage) ([]string, bool) {
	var values []string
	for _, item := range readList(raw) {
		text, isText := rawjson.Text(item)
		switch {
		case isText:
			values = append(values, text)
		case bytes.IndexAny(item, "{[n") == 0: // an object, a list or null
			return nil, false
		default:
			values = append(values, string(item))
		}
	}
	slices.Sort(values)
	return slices.Compact(values), true
}
