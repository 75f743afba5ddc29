package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/config"
)

// TestOneWrongSettingIsOneError, which begins with its variable: what follows from it
// isn't said as well.
func TestOneWrongSettingIsOneError(t *testing.T) {
	for variable, value := range map[string]string{
		"OUTCOME_TOPIC_ARN": "x", "QUEUE_URL": "x", "MAX_RECEIVE_COUNT": "0", "ACCOUNT_ID": "1", "HOMES_BUCKET": "UPPER", "AWS_REGION": "x", "BUCKET_PREFIX": "x",
		"CLIENT_ACCOUNT_ID": "1", "CLIENT_USER_PREFIX": "a b", "SIBLING_PREFIXES": "x", "REDELIVERY_MIN_DELAY": "-1s", "REDELIVERY_MAX_DELAY": "12h", "S3_USE_PATH_STYLE": "perhaps",
		"AWS_ENDPOINT_URL_S3": "x", "AWS_ENDPOINT_URL_SNS": "x", "AWS_ENDPOINT_URL_SQS": "ftp://x",
	} {
		changes := map[string]string{variable: value, "CLIENT_ACCOUNT_ID": "935799716578"}
		changes[variable] = value
		_, err := load(changes)
		if lines := strings.Split(fmt.Sprint(err), "\n"); err == nil || len(lines) != 1 || !strings.HasPrefix(lines[0], variable+" ") && !strings.HasPrefix(lines[0], variable+": ") {
			t.Errorf("%s=%s: %v", variable, value, err)
		}
	}
	for variable := range required() {
		if variable == "AWS_SESSION_TOKEN" {
			continue
		}
		_, err := load(map[string]string{variable: ""})
		if got := fmt.Sprint(err); got != variable+" is required" {
			t.Errorf("without %s: %s", variable, got)
		}
	}
	for _, value := range []string{"x", "1001", "-1", "1.5", "5 "} {
		if _, err := load(map[string]string{"MAX_RECEIVE_COUNT": value}); err == nil || !strings.Contains(err.Error(), "from 1 to 1000") {
			t.Errorf("%q receives: %v", value, err)
		}
	}
}

func TestTheLongestDelayIsAQuarterOfAnHourBelowSQSs(t *testing.T) {
	for delay, ok := range map[string]bool{"11h45m": true, "11h45m1ns": false} {
		if _, err := load(map[string]string{"REDELIVERY_MAX_DELAY": delay}); (err == nil) != ok {
			t.Errorf("%s: %v", delay, err)
		}
	}
}

func TestCredentialsAreWrittenAsAWord(t *testing.T) {
	c := config.Credentials{AccessKeyID: keyID, SecretAccessKey: secret, SessionToken: token}
	text, err := c.MarshalText()
	for _, got := range []string{c.String(), c.GoString(), string(text)} {
		if got != "(credentials)" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}
