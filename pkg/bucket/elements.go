package bucket

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/rawjson"
)

// readSet reads a string or a list of strings.
func readSet(raw json.RawMessage, normalize func(string) string) ([]string, bool) {
	items, ok := readList(raw)
	if !ok {
		return nil, false
	}
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

// readList reads a list, or what isn't one as a list of itself.
func readList(raw json.RawMessage) (items []json.RawMessage, ok bool) {
	if len(raw) == 0 || raw[0] != '[' {
		return []json.RawMessage{raw}, true
	}
	ok = json.Unmarshal(raw, &items) == nil
	return items, ok
}

// lower folds ASCII only: in other scripts there are letters that fold into it,
// such as the Kelvin sign, and AWS doesn't say what it makes of them.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// readPrincipals reads "*" or principals by type. "*" means {"AWS": "*"}, an
// account's number means its root
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
func readPrincipals(raw json.RawMessage) (Principals, bool) {
	if text, ok := rawjson.Text(raw); ok {
		return Principals{"AWS": {anyone}}, text == anyone
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
		if m.Key == "AWS" && slices.Contains(set, anyone) {
			set = []string{anyone} // whoever else is named is anyone, too
		}
		p[m.Key] = set
	}
	return p, true
}

// rootToAccount gives the account's number for arn:<partition>:iam::<account>:root.
func rootToAccount(principal string) string {
	part := strings.Split(principal, ":")
	if len(part) == 6 && part[0] == "arn" && part[1] != "" && madeOf(part[1], lowerCase+"-") && part[2] == "iam" && part[3] == "" && IsAccountID(part[4]) && part[5] == "root" {
		return part[4]
	}
	return principal
}

// readCondition reads conditions into comparable strings. Keys ignore case,
// values don't; an absent and an empty condition mean the same.
func readCondition(raw json.RawMessage) ([]string, bool) {
	operators, ok := readObject(raw)
	if !ok {
		return nil, false
	}
	var all []string
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
			all = append(all, fmt.Sprintf("%q %q %q", operator.Key, lower(key.Key), values))
		}
	}
	slices.Sort(all)
	return all, true
}

// readObject reads an object none of whose keys comes twice.
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
	items, ok := readList(raw)
	if !ok {
		return nil, false
	}
	var values []string
	for _, item := range items {
		text, isText := rawjson.Text(item)
		switch {
		case isText:
			values = append(values, text)
		case len(item) > 0 && !strings.ContainsRune(`{[n`, rune(item[0])): // not an object, list or null
			values = append(values, string(item))
		default:
			return nil, false
		}
	}
	slices.Sort(values)
	return slices.Compact(values), true
}
