package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/config"
)

func TestAllErrorsComeAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		change map[string]string
		says   []string
	}{
		"nothing is set": {
			map[string]string{"OUTCOME_TOPIC_ARN": "", "QUEUE_URL": "", "MAX_RECEIVE_COUNT": "", "ACCOUNT_ID": "", "HOMES_BUCKET": "", "AWS_REGION": "", "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
			[]string{"OUTCOME_TOPIC_ARN", "QUEUE_URL", "MAX_RECEIVE_COUNT", "ACCOUNT_ID", "HOMES_BUCKET", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"},
		},
		"everything is wrong": {
			map[string]string{
				"OUTCOME_TOPIC_ARN": "x", "QUEUE_URL": "y", "MAX_RECEIVE_COUNT": "z", "ACCOUNT_ID": "1", "CLIENT_ACCOUNT_ID": "2", "AWS_REGION": "r", "BUCKET_PREFIX": "B",
				"CLIENT_USER_PREFIX": "/", "S3_USE_PATH_STYLE": "maybe", "REDELIVERY_MIN_DELAY": "soon", "REDELIVERY_MAX_DELAY": "late", "AWS_ENDPOINT_URL_S3": "e",
			},
			[]string{"OUTCOME_TOPIC_ARN", "QUEUE_URL", "MAX_RECEIVE_COUNT", `account "1"`, `client account "2"`, `"r"`, "bucket prefix", "client user prefix", "S3_USE_PATH_STYLE", `REDELIVERY_MIN_DELAY "soon" isn't a duration from 0s to 11.75 hours`, "REDELIVERY_MAX_DELAY", "AWS_ENDPOINT_URL_S3"},
		},
		"the account is missing and the prefix is wrong":     {map[string]string{"ACCOUNT_ID": "", "BUCKET_PREFIX": "B"}, []string{"ACCOUNT_ID", "bucket prefix"}},
		"the Region is missing and the user prefix is wrong": {map[string]string{"AWS_REGION": "", "CLIENT_USER_PREFIX": "/"}, []string{"AWS_REGION", "client user prefix"}},
		"the delays are exchanged":                           {map[string]string{"REDELIVERY_MIN_DELAY": "20m"}, []string{"REDELIVERY_MIN_DELAY (1200 seconds) is longer than REDELIVERY_MAX_DELAY (900 seconds)"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(c.change)
			for _, says := range c.says {
				if err == nil || !strings.Contains(err.Error(), says) {
					t.Errorf("%q isn't mentioned in %v", says, err)
				}
			}
		})
	}
}

// TestNoSecretIsInAnyError makes every setting fail while the credentials are there.
func TestNoSecretIsInAnyError(t *testing.T) {
	for _, name := range append(slices.Collect(maps.Keys(required())), "AWS_ENDPOINT_URL") {
		for _, value := range []string{"", "x"} {
			if _, err := load(map[string]string{name: value}); err != nil {
				checkNoSecret(t, name, err.Error())
			}
		}
	}
}

func TestNoSecretIsInAnyPrintedForm(t *testing.T) {
	settings, err := load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{settings, &settings, settings.Credentials, &settings.Credentials, []config.Settings{settings}, map[string]any{"s": settings}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			checkNoSecret(t, fmt.Sprintf("%s of %T", verb, v), fmt.Sprintf(verb, v))
		}
	}
}

func TestNoSecretIsInALogLineOrInJSON(t *testing.T) {
	settings, err := load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
		"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
	} {
		var out bytes.Buffer
		slog.New(handler(&out)).Info("start", "settings", settings, "credentials", settings.Credentials)
		checkNoSecret(t, name+" log line", out.String())
	}
	data, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	checkNoSecret(t, "JSON", string(data))
}

func checkNoSecret(t *testing.T, where, text string) {
	t.Helper()
	for what, s := range map[string]string{"access key id": keyID, "secret access key": secret, "session token": token} {
		if strings.Contains(text, s) {
			t.Errorf("the %s is in %s", what, where)
		}
	}
}
