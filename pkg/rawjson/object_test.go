package rawjson_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/rawjson"
)

func TestParseKeepsKeysOrderAndValues(t *testing.T) {
	o, err := rawjson.Parse([]byte(" { \"b\" : 1.50 , \"\\u0061\" : [ 1, {\"x\":null} ] ,\"b\":\"\\u0041<&>\" } \n"))
	if err != nil {
		t.Fatal(err)
	}
	want := rawjson.Object{
		{Key: "b", Value: json.RawMessage(`1.50`)},
		{Key: "a", Value: json.RawMessage(`[ 1, {"x":null} ]`)},
		{Key: "b", Value: json.RawMessage(`"\u0041<&>"`)},
	}
	if len(o) != len(want) {
		t.Fatalf("got %d members, want %d", len(o), len(want))
	}
	for i := range want {
		if o[i].Key != want[i].Key || !bytes.Equal(o[i].Value, want[i].Value) {
			t.Errorf("member %d is %q: %s, want %q: %s", i, o[i].Key, o[i].Value, want[i].Key, want[i].Value)
		}
	}
	if v, ok := o.Get("b"); !ok || string(v) != `"\u0041<&>"` {
		t.Errorf("Get gives %s, not the last one's value", v)
	}
	if _, ok := o.Get("B"); ok {
		t.Error("Get ignores case")
	}
	if key, ok := o.Duplicate(); !ok || key != "b" {
		t.Errorf("Duplicate = %q, %v", key, ok)
	}
}

func TestParseRefusesWhatIsNotOneObject(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"nothing":                     {"", "ends too early"},
		"white space":                 {" \n\t", "ends too early"},
		"half an object":              {`{"a":1`, "ends too early"},
		"half a key":                  {`{"a`, "ends too early"},
		"a list":                      {`[{}]`, "but an array"},
		"a string":                    {`"{}"`, "but a string"},
		"null":                        {`null`, "but null"},
		"a number":                    {`12`, "a number or boolean"},
		"two objects":                 {`{}{}`, "something after"},
		"an object and a brace":       {`{}}`, "something after"},
		"an object and a word":        {`{} x`, "something after"},
		"an object and a NUL":         {"{}\x00", "something after"},
		"a trailing comma":            {`{"a":1,}`, "isn't JSON"},
		"a leading comma":             {`{,"a":1}`, "isn't JSON"},
		"two commas":                  {`{"a":1,,"b":2}`, "isn't JSON"},
		"no comma":                    {`{"a":1 "b":2}`, "isn't JSON"},
		"no colon":                    {`{"a" 1}`, "isn't JSON"},
		"two colons":                  {`{"a"::1}`, "isn't JSON"},
		"no value":                    {`{"a":}`, "isn't JSON"},
		"a number as a key":           {`{1:2}`, "isn't JSON"},
		"a list as a key":             {`{[]:2}`, "isn't JSON"},
		"the wrong end":               {`{"a":1]`, "isn't JSON"},
		"single quotes":               {`{'a':1}`, "isn't JSON"},
		"a comment":                   {`{/**/"a":1}`, "isn't JSON"},
		"a byte order mark":           {"\ufeff{}", "isn't JSON"},
		"NaN":                         {`{"a":NaN}`, "isn't JSON"},
		"a number with leading zero":  {`{"a":01}`, "isn't JSON"},
		"a raw newline in a string":   {"{\"a\":\"\n\"}", "isn't JSON"},
		"a bad escape":                {`{"a":"\x"}`, "isn't JSON"},
		"more nesting than is sane":   {`{"a":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, "isn't JSON"},
		"more nested objects, no end": {strings.Repeat(`{"a":`, 150000), "isn't JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := rawjson.Parse([]byte(c.in))
			if err == nil {
				t.Fatalf("got %v", o)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q, want it to say %q", err, c.want)
			}
		})
	}
}

func TestTextReadsJSONStringsOnly(t *testing.T) {
	for in, want := range map[string]string{`"x"`: "x", `""`: "", `"\u0078"`: "x", `"\ud83d\ude00"`: "😀"} {
		if got, ok := rawjson.Text(json.RawMessage(in)); !ok || got != want {
			t.Errorf("Text(%s) = %q, %v", in, got, ok)
		}
	}
	for _, in := range []string{``, `null`, `1`, `true`, `["x"]`, `{"x":"y"}`, `"x`} {
		if got, ok := rawjson.Text(json.RawMessage(in)); ok {
			t.Errorf("Text(%s) = %q", in, got)
		}
	}
}

// FuzzParse holds Parse against encoding/json: exactly the valid objects are
// read, and nothing is lost or made up on the way.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":1,"A":[{"a":null}],"a":"\u0061"}`, `{"a":1,}`, `[1]`, `{"a" "b"}`, "{\"\xff\":1}", `{"":{}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := rawjson.Parse(data)
		isObject := json.Valid(data) && bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{"))
		if (err == nil) != isObject {
			t.Fatalf("Parse(%q): %v; encoding/json says object: %v", data, err, isObject)
		}
		if err != nil {
			return
		}
		var std map[string]json.RawMessage
		if err := json.Unmarshal(data, &std); err != nil {
			t.Fatal(err)
		}
		for key, want := range std {
			if got, ok := o.Get(key); !ok || !bytes.Equal(got, want) {
				t.Fatalf("%q of %q is %s, want %s", key, data, got, want)
			}
		}
		if _, twice := o.Duplicate(); twice != (len(o) != len(std)) {
			t.Fatalf("%q: %d members, %d different keys, Duplicate says %v", data, len(o), len(std), twice)
		}
	})
}
