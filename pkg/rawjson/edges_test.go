package rawjson_test

import (
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/rawjson"
)

// TestWhatIsNoObjectIsSaidHow: a message's sender and a policy's author read it.
func TestWhatIsNoObjectIsSaidHow(t *testing.T) {
	for text, says := range map[string]string{
		"": "ends too early", `{"a"`: "ends too early", `{"a":1`: "ends too early", "\ufeff{}": "byte order mark", `{1:2}`: "isn't JSON", `{"a":}`: "isn't JSON", `{} {}`: "something after", `null`: "null", `x`: "isn't JSON",
	} {
		if _, err := rawjson.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), says) {
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
