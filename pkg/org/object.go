package org

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/rawjson"
)

// object is a JSON object of the message, with a name for errors.
type object struct {
	where   string // its name in errors
	members rawjson.Object
}

// parseObject reads body as exactly one JSON object.
func parseObject(body []byte, where string) (object, error) {
	members, err := rawjson.Parse(body)
	if err != nil {
		return object{}, fault.New(fault.MalformedMessage, "%s %v", where, err)
	}
	return object{where, members}, nil
}

func (o object) has(key string) bool {
	_, ok := o.members.Get(key)
	return ok
}

func (o object) count(key string) (n int) {
	for _, m := range o.members {
		if m.Key == key {
			n++
		}
	}
	return n
}

func (o object) path(key string) string { return fmt.Sprintf("%q of %s", key, o.where) }

// checkKeys returns an error if one of the keys that are read from o occurs twice or
// in another case, since readers would then differ in what it means. Other keys
// aren't checked.
func (o object) checkKeys(read ...string) error {
	seen := map[string]bool{}
	for _, m := range o.members {
		want := slices.IndexFunc(read, func(r string) bool { return strings.EqualFold(r, m.Key) })
		switch {
		case want < 0:
		case read[want] != m.Key:
			return fault.New(fault.MalformedMessage, "%s has the key %s, which must be written %q", o.where, quote(m.Key), read[want])
		case seen[m.Key]:
			return fault.New(fault.MalformedMessage, "%s has the key %q more than once", o.where, m.Key)
		default:
			seen[m.Key] = true
		}
	}
	return nil
}

func (o object) raw(key string) (json.RawMessage, error) {
	value, ok := o.members.Get(key)
	if !ok {
		return nil, fault.New(fault.MalformedMessage, "%s has no %q", o.where, key)
	}
	return value, nil
}

// text reads a string.
func (o object) text(key string) (string, error) {
	value, err := o.raw(key)
	if err != nil {
		return "", err
	}
	s, ok := rawjson.Text(value)
	if !ok {
		return "", fault.New(fault.MalformedMessage, "%s isn't a string", o.path(key))
	}
	return s, nil
}
