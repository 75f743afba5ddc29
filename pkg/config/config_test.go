package config_test

import (
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/config"
)

// The credentials of the tests; none of them may ever be seen in a text.
const keyID, secret, token = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "IQoJb3JpZ2luX2VjEXAMPLETOKEN"

// required is the least that the function is deployed with.
func required() map[string]string {
	return map[string]string{
		"OUTCOME_TOPIC_ARN":     "arn:aws:sns:us-east-1:935799716578:outcomes",
		"QUEUE_URL":             "https://sqs.us-east-1.amazonaws.com/935799716578/organizations",
		"MAX_RECEIVE_COUNT":     "5",
		"ACCOUNT_ID":            "935799716578",
		"HOMES_BUCKET":          "orgbucket-homes",
		"AWS_REGION":            "us-east-1",
		"AWS_ACCESS_KEY_ID":     keyID,
		"AWS_SECRET_ACCESS_KEY": secret,
		"AWS_SESSION_TOKEN":     token,
	}
}

// load loads the required settings with changes; an empty value is as if unset.
func load(changes map[string]string) (config.Settings, error) {
	env := required()
	maps.Copy(env, changes)
	return config.Load(func(name string) string { return env[name] })
}

// defaults is what the required settings give.
func defaults() config.Settings {
	return config.Settings{
		OutcomeTopicARN: "arn:aws:sns:us-east-1:935799716578:outcomes",
		QueueURL:        "https://sqs.us-east-1.amazonaws.com/935799716578/organizations",
		MaxReceiveCount: 5,
		HomesBucket:     "orgbucket-homes",
		Naming: bucket.Naming{
			Account: "935799716578", Region: "us-east-1", BucketPrefix: "fusion-rms-",
			ClientAccount: "935799716578", ClientUserPrefix: "rms_",
		},
		RedeliveryMinDelay: 10 * time.Second,
		RedeliveryMaxDelay: 15 * time.Minute,
		S3UsePathStyle:     true,
		Credentials:        config.Credentials{AccessKeyID: keyID, SecretAccessKey: secret, SessionToken: token},
	}
}

func TestEachSettingIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		want func(*config.Settings)
	}{
		"the required ones give the defaults of the others": {nil, func(*config.Settings) {}},
		"OUTCOME_TOPIC_ARN in China":                        {map[string]string{"OUTCOME_TOPIC_ARN": "arn:aws-cn:sns:cn-north-1:935799716578:o"}, func(s *config.Settings) { s.OutcomeTopicARN = "arn:aws-cn:sns:cn-north-1:935799716578:o" }},
		"QUEUE_URL on this machine":                         {map[string]string{"QUEUE_URL": "http://127.0.0.1:4566/000000000000/q"}, func(s *config.Settings) { s.QueueURL = "http://127.0.0.1:4566/000000000000/q" }},
		"HOMES_BUCKET of the account":                       {map[string]string{"HOMES_BUCKET": "h-935799716578-us-east-1-an"}, func(s *config.Settings) { s.HomesBucket = "h-935799716578-us-east-1-an" }},
		"MAX_RECEIVE_COUNT of 1":                            {map[string]string{"MAX_RECEIVE_COUNT": "1"}, func(s *config.Settings) { s.MaxReceiveCount = 1 }},
		"MAX_RECEIVE_COUNT of 1000":                         {map[string]string{"MAX_RECEIVE_COUNT": "1000"}, func(s *config.Settings) { s.MaxReceiveCount = 1000 }},
		"ACCOUNT_ID is also the clients'":                   {map[string]string{"ACCOUNT_ID": "000000000000"}, func(s *config.Settings) { s.Naming.Account, s.Naming.ClientAccount = "000000000000", "000000000000" }},
		"CLIENT_ACCOUNT_ID":                                 {map[string]string{"CLIENT_ACCOUNT_ID": "111122223333"}, func(s *config.Settings) { s.Naming.ClientAccount = "111122223333" }},
		"AWS_REGION":                                        {map[string]string{"AWS_REGION": "eu-west-1"}, func(s *config.Settings) { s.Naming.Region = "eu-west-1" }},
		"BUCKET_PREFIX":                                     {map[string]string{"BUCKET_PREFIX": "acme-"}, func(s *config.Settings) { s.Naming.BucketPrefix = "acme-" }},
		"CLIENT_USER_PREFIX":                                {map[string]string{"CLIENT_USER_PREFIX": "u."}, func(s *config.Settings) { s.Naming.ClientUserPrefix = "u." }},
		"BUCKET_NAMESPACE":                                  {map[string]string{"BUCKET_NAMESPACE": "account-regional"}, func(s *config.Settings) { s.Naming.Namespace = "account-regional" }},
		"BUCKET_TAGS":                                       {map[string]string{"BUCKET_TAGS": "CostCenter=media,Owner=a=b"}, func(s *config.Settings) { s.Naming.Tags = map[string]string{"CostCenter": "media", "Owner": "a=b"} }},
		"BUCKET_OWNERSHIP":                                  {map[string]string{"BUCKET_OWNERSHIP": "BucketOwnerEnforced"}, func(s *config.Settings) { s.Naming.Ownership = "BucketOwnerEnforced" }},
		"SIBLING_PREFIXES":                                  {map[string]string{"SIBLING_PREFIXES": "a-,b-"}, func(s *config.Settings) { s.Naming.SiblingPrefixes = "a-,b-" }},
		"S3_USE_PATH_STYLE":                                 {map[string]string{"S3_USE_PATH_STYLE": "true"}, func(*config.Settings) {}},
		"S3_USE_PATH_STYLE off":                             {map[string]string{"S3_USE_PATH_STYLE": "false"}, func(s *config.Settings) { s.S3UsePathStyle = false }},
		"REDELIVERY_MIN_DELAY":                              {map[string]string{"REDELIVERY_MIN_DELAY": "0s"}, func(s *config.Settings) { s.RedeliveryMinDelay = 0 }},
		"REDELIVERY_MAX_DELAY of SQS's longest":             {map[string]string{"REDELIVERY_MAX_DELAY": "11h45m"}, func(s *config.Settings) { s.RedeliveryMaxDelay = 11*time.Hour + 45*time.Minute }},
		"both delays the same":                              {map[string]string{"REDELIVERY_MIN_DELAY": "1m", "REDELIVERY_MAX_DELAY": "60s"}, func(s *config.Settings) { s.RedeliveryMinDelay, s.RedeliveryMaxDelay = time.Minute, time.Minute }},
		"AWS_USE_FIPS_ENDPOINT":                             {map[string]string{"AWS_USE_FIPS_ENDPOINT": "true"}, func(s *config.Settings) { s.FIPS = true }},
		"settings of the SDK that are off":                  {map[string]string{"AWS_USE_FIPS_ENDPOINT": "false", "AWS_USE_DUALSTACK_ENDPOINT": "False"}, func(*config.Settings) {}},
		"no session token":                                  {map[string]string{"AWS_SESSION_TOKEN": ""}, func(s *config.Settings) { s.Credentials.SessionToken = "" }},
		"one endpoint for all": {map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, func(s *config.Settings) {
			s.Endpoints = config.Endpoints{S3: "http://127.0.0.1:1", S3Control: "http://127.0.0.1:1", SNS: "http://127.0.0.1:1", SQS: "http://127.0.0.1:1", Tagging: "http://127.0.0.1:1"}
		}},
		"an own endpoint for each": {
			map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:2", "AWS_ENDPOINT_URL_S3_CONTROL": "http://127.0.0.1:6", "AWS_ENDPOINT_URL_SNS": "https://127.0.0.1:3", "AWS_ENDPOINT_URL_SQS": "http://localhost:4", "AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API": "http://localhost:5"},
			func(s *config.Settings) {
				s.Endpoints = config.Endpoints{S3: "http://127.0.0.1:2", S3Control: "http://127.0.0.1:6", SNS: "https://127.0.0.1:3", SQS: "http://localhost:4", Tagging: "http://localhost:5"}
			},
		},
		"no files of the SDK's":            {map[string]string{"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true", "AWS_USE_DUALSTACK_ENDPOINT": "False"}, func(*config.Settings) {}},
		"endpoints that are to be ignored": {map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, func(*config.Settings) {}},
	} {
		t.Run(name, func(t *testing.T) {
			want := defaults()
			c.want(&want)
			if got, err := load(c.env); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%v: settings differ in %s", err, differences(got, want))
			}
		})
	}
}

// differences names the fields that differ; their values may be secret.
func differences(a, b config.Settings) (fields []string) {
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range va.NumField() {
		if !reflect.DeepEqual(va.Field(i).Interface(), vb.Field(i).Interface()) {
			fields = append(fields, va.Type().Field(i).Name)
		}
	}
	return fields
}

func TestEachBadSettingIsRefusedByName(t *testing.T) {
	for name, value := range map[string][]string{
		// SNS refuses to publish to a FIFO topic without a MessageGroupId, so every outcome would fail.
		"OUTCOME_TOPIC_ARN":     {"arn:aws:sns:us-east-1:935799716578:outcomes.fifo", "", "outcomes", "arn:aws:sqs:us-east-1:935799716578:outcomes", "arn:aws:sns:us-east-1:935799716578:", "arn:aws:sns:us-east-1:1:o", "arn:aws:sns:us-east-1:935799716578:o\n", "arn:aws:sns:us-east-1:935799716578:*"},
		"QUEUE_URL":             {"https://sqs.us-east-1.amazonaws.com/935799716578/organizations.fifo", "", "organizations", "arn:aws:sqs:us-east-1:935799716578:q", "ftp://x/q", "https://", "//host/q", "http://a b/", "%zz"},
		"AWS_USE_FIPS_ENDPOINT": {"yes", "2"},
		// Nobody reads these here, and whoever sets one expects that it holds.
		"AWS_USE_DUALSTACK_ENDPOINT": {"true"}, "AWS_CA_BUNDLE": {"/etc/corporate.pem"}, "AWS_MAX_ATTEMPTS": {"7"}, "AWS_RETRY_MODE": {"adaptive"},
		"AWS_PROFILE": {"prod"}, "AWS_ROLE_ARN": {"arn:aws:iam::935799716578:role/r"}, "AWS_CONFIG_FILE": {"/etc/aws/config"}, "AWS_SHARED_CREDENTIALS_FILE": {"/etc/aws/credentials"},
		"AWS_WEB_IDENTITY_TOKEN_FILE": {"/var/run/token"}, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": {"/v2/credentials"}, "AWS_CONTAINER_CREDENTIALS_FULL_URI": {"http://169.254.170.2/v2"},
		"AWS_DEFAULTS_MODE": {"in-region"}, "AWS_REQUEST_CHECKSUM_CALCULATION": {"when_required"}, "AWS_RESPONSE_CHECKSUM_VALIDATION": {"when_required"},
		"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": {"legacy"}, "AWS_ACCOUNT_ID_ENDPOINT_MODE": {"required"}, "AWS_SIGV4A_SIGNING_REGION_SET": {"*"},
		"SIBLING_PREFIXES":            {"fusion-rmsdev", "fusion-rmsdev-,B-"},
		"HOMES_BUCKET":                {"", "x", "Homes", "a_b", "fusion-rms-homes", "x--x-s3", "10.0.0.1"},
		"MAX_RECEIVE_COUNT":           {"", "0", "-1", "1001", "five", "5.0", " 5", "5 ", "0x5", "99999999999999999999", "５"},
		"ACCOUNT_ID":                  {"", "12345678901", "1234567890123", "935799716578 ", "９３５７９９７１６５７８", "xxxxxxxxxxxx"},
		"CLIENT_ACCOUNT_ID":           {"1", "*", "9357-9971-6578"},
		"AWS_REGION":                  {"", "us", "US-EAST-1", "us-east-1\n", "us-iso-east-1"},
		"BUCKET_PREFIX":               {"fusion", "Fusion-", "a*-", "xn--", "sthree-", "-", strings.Repeat("x", 40) + "-"},
		"CLIENT_USER_PREFIX":          {"a/", "*", "a b", "é", strings.Repeat("x", 64)},
		"S3_USE_PATH_STYLE":           {"yes", "on", "2"},
		"REDELIVERY_MIN_DELAY":        {"10", "-1s", "ten", "13h", "1d"},
		"REDELIVERY_MAX_DELAY":        {"900", "-1s", "11h46m", "12h", "∞"},
		"AWS_ENDPOINT_URL":            {"localhost:4566", "127.0.0.1", "unix:///x", "http://"},
		"AWS_ENDPOINT_URL_S3":         {"localhost"},
		"AWS_ENDPOINT_URL_SNS":        {"ftp://x"},
		"AWS_ENDPOINT_URL_SQS":        {"x"},
		"AWS_ACCESS_KEY_ID":           {""},
		"AWS_SECRET_ACCESS_KEY":       {""},
		"BUCKET_NAMESPACE":            {"Global", "account", "regional"},
		"BUCKET_TAGS":                 {"a", "a=b,a=c", "a=b,", "OrgId=x", "aws:x=y", "a=*", "a=b;c"},
		"BUCKET_OWNERSHIP":            {"ObjectWriter", "true"},
		"AWS_ENDPOINT_URL_S3_CONTROL": {"localhost"},
	} {
		for _, v := range value {
			t.Run(name+"="+v, func(t *testing.T) {
				_, err := load(map[string]string{name: v})
				if err == nil {
					t.Fatal("it's taken")
				}
				if text := err.Error(); !strings.Contains(text, name+" ") && !strings.Contains(text, name+":") {
					t.Errorf("the error doesn't name %s: %v", name, err)
				}
			})
		}
	}
}

func TestFIPSEndpointsAndOwnOnesExcludeEachOther(t *testing.T) {
	for _, service := range []string{"S3", "SNS", "SQS"} {
		_, err := load(map[string]string{"AWS_USE_FIPS_ENDPOINT": "true", "AWS_ENDPOINT_URL_" + service: "http://127.0.0.1:1"})
		if err == nil || !strings.Contains(err.Error(), "AWS_USE_FIPS_ENDPOINT") {
			t.Errorf("%s: %v", service, err)
		}
	}
	if _, err := load(map[string]string{"AWS_USE_FIPS_ENDPOINT": "true", "AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API": "https://tagging.example.com"}); err != nil {
		t.Errorf("the search, which has no FIPS endpoint, can't be sent elsewhere: %v", err)
	}
}
