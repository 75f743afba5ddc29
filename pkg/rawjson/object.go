// Package rawjson reads a JSON object as it was written: keys in their order,
// duplicates included, and values untouched. encoding/json takes the last value of a
// duplicate key and matches keys in any case, so that two readers of a document could
// understand it differently.
package rawjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Member is one key of an object with its value's JSON.
type Member struct {
	Key   string
	Value json.RawMessage
}

// Object is the members of an object in the order in which they were written.
type Object []Member

// Parse reads data as exactly one JSON object. The error is a predicate that
// follows the input's name ("isn't JSON: …").
func Parse(data []byte) (Object, error) {
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		return nil, errors.New("isn't JSON: it starts with a byte order mark")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	first, err := dec.Token()
	if err != nil {
		return nil, notJSON(err)
	}
	if first != json.Delim('{') {
		return nil, fmt.Errorf("isn't a JSON object but %s", shape(first))
	}
	var o Object
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, notJSON(err)
		}
		name, _ := key.(string) // the decoder takes nothing else for a key
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, notJSON(err)
		}
		o = append(o, Member{name, value})
	}
	if _, err := dec.Token(); err != nil {
		return nil, notJSON(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("has something after the JSON object")
	}
	return o, nil
}

// Get returns the value of key's last occurrence.
func (o Object) Get(key string) (json.RawMessage, bool) {
	for i := len(o) - 1; i >= 0; i-- {
		if o[i].Key == key {
			return o[i].Value, true
		}
	}
	return nil, false
}

// Duplicate returns a key that occurs more than once.
func (o Object) Duplicate() (key string, found bool) {
	seen := make(map[string]bool, len(o))
	for _, m := range o {
		if seen[m.Key] {
			return m.Key, true
		}
		seen[m.Key] = true
	}
	return "", false
}

// Text returns the string of a value, if that is a JSON string.
func Text(value json.RawMessage) (s string, ok bool) {
	ok = bytes.HasPrefix(value, []byte(`"`)) && json.Unmarshal(value, &s) == nil
	return s, ok
}

func notJSON(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("isn't JSON: it ends too early")
	}
	return fmt.Errorf("isn't JSON: %w", err)
}

func shape(t json.Token) string {
	switch t.(type) {
	case json.Delim:
		return "an array"
	case string:
		return "a string"
	case nil:
		return "null"
	}
	return "a number or boolean"
}
