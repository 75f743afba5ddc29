package rawjson_test

import (
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/rawjson"
)

// TestWhatIsNoObjectIsSaidHow: a message's sender and a policy's author read it.
func TestWhatIsNoObjectIsSaidHow(t *testing.T) {
	for text, says := range map[string]string{
		"": "isn't JSON: it ends too early", `{"a"`: "isn't JSON: it ends too early", `{"a":1`: "isn't JSON: it ends too early", "\ufeff{}": "isn't JSON: it starts with a byte order mark",
		`{1:2}`: "isn't JSON: invalid character '1'", `{"a":}`: "isn't JSON: invalid character '}'", `x`: "isn't JSON: invalid character 'x'",
		`{} {}`: "has something after the JSON object", `null`: "isn't a JSON object but null", `[]`: "isn't a JSON object but an array", `""`: "isn't a JSON object but a string",
	} {
		// What follows are the decoder's own words, or nothing.
		if _, err := rawjson.Parse([]byte(text)); err == nil || err.Error() != says && !strings.HasPrefix(err.Error(), says+" ") {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
}

func TestOnlyAStringIsText(t *testing.T) {
	if text, ok := rawjson.Text([]byte(`"a"`)); text != "a" || !ok {
		t.Errorf("%q %v", text, ok)
	}
	for _, raw := range []string{"", "null", "1", `["a"]`, `{"a":"b"}`} {
		if text, ok := rawjson.Text([]byte(raw)); text != "" || ok {
			t.Errorf("%s: %q %v", raw, text, ok)
		}
	}
}
