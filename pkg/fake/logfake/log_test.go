package logfake

import "testing"

func TestPatternsMatchAsCloudWatchs(t *testing.T) {
	const line = `{"message":"record","orgId":"xmsqa1","code":"AccessDenied","durationMs":12.5}`
	for pattern, want := range map[string]bool{
		``:                         true,
		`{ $.message = "record" }`: true,
		`{ $.message = "record" && $.code = "Access*" }`:   true,
		`{ $.message = "record" && $.code = "Throttled" }`: false,
		`{ $.code != "AccessDenied" }`:                     false,
		`{ $.bucket = "*" }`:                               false,
		`{ $.durationMs > 10 }`:                            true,
		`{ $.durationMs < 10 }`:                            false,
		`{ $.orgId = "xmsqa" }`:                            false,
	} {
		matches, err := parse(pattern)
		if err != nil || matches(line) != want {
			t.Errorf("%s: %v", pattern, err)
		}
	}
	for _, pattern := range []string{`record`, `{ record }`, `{ $.a = "b" || $.c = "d" }`} {
		if _, err := parse(pattern); err == nil {
			t.Errorf("%s is taken", pattern)
		}
	}
}
