package stages

import (
	"maps"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/arn"
)

func only(settings map[string]any) map[string]any {
	return map[string]any{stagesKey: map[string]any{"test": settings}}
}

// choosing is a context with -c stage=….
func choosing(context map[string]any, stage string) func(string) any {
	return func(key string) any {
		if key == Key {
			return stage
		}
		return context[key]
	}
}

func TestABadSettingIsAnErrorThatNamesIt(t *testing.T) {
	good := map[string]any{"region": "eu-central-1"}
	with := func(key string, value any) map[string]any {
		return only(map[string]any{"region": "eu-central-1", key: value})
	}
	for _, c := range []struct {
		name    string
		context map[string]any
		stage   string
		want    string
	}{
		{"no stage chosen", only(good), "", "no stage is chosen: -c stage=NAME, one of test"},
		{"an unknown stage", only(good), "prd", `stage "prd" isn't in cdk.json, which has test`},
		{"no stages at all", map[string]any{}, "test", `no object "stages"`},
		{"stages that are a list", map[string]any{stagesKey: []any{"test"}}, "test", `no object "stages"`},
		{"a misspelt setting", with("memoryMb2", 512), "test", `stage "test" of cdk.json: json: unknown field "memoryMb2" (docs/deploy.md#stages lists the settings)`},
		{"a text for a number", with("maxConcurrency", "ten"), "test", "maxConcurrency: a string, but has to be a whole number"},
		{"a number for a text", with("account", 111122223333), "test", "account: a number, but has to be a text in quotes"},
		{"an address without a list", with("alarmEmails", "op@example.com"), "test", "alarmEmails: a string, but has to be a list"},
		{"a topic without its ARN", with("sourceTopic", "arn:aws:sns:x"), "test", "sourceTopic: a string, but has to be an object"},
		{"a text for yes or no", with("protected", "true"), "test", "protected: a string, but has to be true or false"},
		{"no Region", only(map[string]any{}), "test", `stage "test": region: "" isn't an AWS Region`},
		{"a Region of an unknown partition", with("region", "us-isob-east-1"), "test", "us-isob-east-1"},
		{"a qualifier that's too long", with("qualifier", "orgbucket-prod"), "test", `qualifier "orgbucket-prod"`},
		{"a tag of the stack's own", with("tags", map[string]any{"stage": "x"}), "test", `tags: "stage"`},
		{"a tag of AWS's", with("tags", map[string]any{"aws:x": "x"}), "test", `tags: "aws:x"`},
		{"a tag's key that AWS refuses", with("tags", map[string]any{"cost;center": "x"}), "test", `tags: "cost;center"`},
		{"a tag's value that AWS refuses", with("tags", map[string]any{"team": "a&b"}), "test", `tags: the value "a&b" of "team"`},
		{"a tag's value that's too long", with("tags", map[string]any{"team": strings.Repeat("é", 257)}), "test", `of "team" isn't at most 256`},
		{"a boundary's name", with("permissionsBoundary", "developers"), "test", `permissionsBoundary "developers"`},
		{"a protected stage of no account", only(map[string]any{"region": "eu-central-1", "protected": true, "alarms": "elsewhere"}), "test", "isn't pinned to an account"},
		{"a short account", with("account", "12345"), "test", `account "12345" isn't 12 digits`},
		{"a short account of the clients", with("clientAccount", "12345"), "test", `clientAccount "12345" isn't 12 digits`},
		{"a bucket prefix in capitals", with("bucketPrefix", "Fusion-"), "test", `bucketPrefix: bucket prefix "Fusion-"`},
		{"a bucket prefix that reaches the claims", with("bucketPrefix", "orgbucket-test-"), "test", `bucketPrefix "orgbucket-test-" begins with "orgbucket-"`},
		{"a bucket prefix that's too long", with("bucketPrefix", strings.Repeat("a", 40)+"-"), "test", "too long"},
		{"an audit every week", with("auditHours", 168), "test", "auditHours 168 isn't from 1 to 24"},
		{"no audit at all", with("auditHours", 0), "test", "auditHours 0 isn't from 1 to 24"},
		{"another namespace", with("namespace", "regional"), "test", `namespace "regional" isn't global or account-regional`},
		{"a Region without the account's own namespace", only(map[string]any{"region": "me-south-1", "namespace": "account-regional"}), "test", "Region me-south-1 doesn't have it"},
		{"our own tag on buckets", with("bucketTags", map[string]any{"OrgId": "x"}), "test", `bucketTags: tag "OrgId" for new buckets`},
		{"an ownership that lets ACLs", with("bucketOwnership", "ObjectWriter"), "test", `bucketOwnership: ownership "ObjectWriter" isn't BucketOwnerEnforced`},
		{"a user prefix with a slash", with("clientUserPrefix", "rms/"), "test", `client user prefix "rms/"`},
		{"too little concurrency", with("maxConcurrency", 1), "test", "maxConcurrency 1 isn't from 2 to 1000"},
		{"too much concurrency", with("maxConcurrency", 1001), "test", "maxConcurrency 1001"},
		{"too little memory", with("memoryMB", 64), "test", "memoryMB 64"},
		{"another processor", with("architecture", "amd64"), "test", `architecture "amd64" isn't one of [arm64 x86_64]`},
		{"a retention that CloudWatch doesn't know", with("logRetentionDays", 45), "test", "logRetentionDays 45 isn't one of [1 3 5"},
		{"everyone as a sender", with("senders", []any{"*"}), "test", `senders: "*"`},
		{"a wildcard in a sender", with("senders", []any{"arn:aws:iam::111122223333:role/*"}), "test", "senders: "},
		{"a service as a subscriber", with("outcomeSubscribers", []any{"lambda.amazonaws.com"}), "test", `outcomeSubscribers: "lambda.amazonaws.com"`},
		{"a topic's name instead of its ARN", with("sourceTopic", map[string]any{"arn": "signup"}), "test", `sourceTopic: arn "signup"`},
		{"a topic of another Region", with("sourceTopic", map[string]any{"arn": "arn:aws:sns:ap-south-1:111122223333:signup"}), "test", "isn't in the stage's Region"},
		{"a bus's ARN instead of its name", with("eventBus", map[string]any{"name": "arn:aws:events:x"}), "test", "eventBus: name"},
		{"a queue to let in", with("letIn", []any{"arn:aws:sqs:eu-central-1:111122223333:signup"}), "test", "letIn: "},
		{"something that's no address", with("alarmEmails", []any{"operators"}), "test", `alarmEmails: "operators"`},
		{"nobody to hear a protected stage's alarms", with("protected", true), "test", "nobody is told of its alarms: set alarmEmails, alarmTopics"},
		{"alarms somewhere", with("alarms", "somewhere"), "test", `alarms "somewhere" isn't "elsewhere"`},
		{"alarms elsewhere and here", only(map[string]any{"region": "eu-central-1", "alarms": "elsewhere", "alarmEmails": []any{"op@example.com"}}), "test", "but alarmEmails or alarmTopics are set"},
		{"a topic of another Region for alarms", with("alarmTopics", []any{"arn:aws:sns:eu-west-1:111122223333:chat"}), "test", "alarmTopics: "},
		{"an address with a name", with("alarmEmails", []any{"Op <op@example.com>"}), "test", "alarmEmails"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(choosing(c.context, c.stage))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, not one with %q", err, c.want)
			}
		})
	}
}

func TestEverythingWrongIsSaidAtOnce(t *testing.T) {
	_, err := Read(choosing(only(map[string]any{"region": "nowhere", "memoryMB": 1, "account": "x"}), "test"))
	for _, want := range []string{"nowhere", "memoryMB", `account "x"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v says nothing of %s", err, want)
		}
	}
}

func TestAProtectedStageHasSomebodyWhoHearsItsAlarms(t *testing.T) {
	for setting, value := range map[string]any{
		"alarmEmails": []any{"op@example.com"}, "alarmTopics": []any{"arn:aws:sns:eu-central-1:111122223333:chat"}, "alarms": "elsewhere",
	} {
		settings := map[string]any{"region": "eu-central-1", "account": "111122223333", "protected": true, setting: value}
		if _, err := Read(choosing(only(settings), "test")); err != nil {
			t.Errorf("with %s: %v", setting, err)
		}
	}
}

func TestAStagesNameFitsIntoTheNamesMadeFromIt(t *testing.T) {
	for name, good := range map[string]bool{
		"dev": true, "eu-prod-2": true, strings.Repeat("a", 18): true, // 63 characters of the bucket of claims
		"Dev": false, "dev_1": false, "-dev": false, "dev--x": false, "1dev": false, strings.Repeat("a", 19): false,
	} {
		context := map[string]any{stagesKey: map[string]any{name: map[string]any{"region": "eu-central-1"}}}
		if _, err := Read(choosing(context, name)); (err == nil) != good {
			t.Errorf("stage %q: %v", name, err)
		}
	}
	if longest := len("orgbucket--provision-bucket") + arn.MaxStageLength; longest > 64 {
		t.Errorf("the function's name could have %d characters", longest)
	}
}

func TestNoStageReachesAnotherStagesBuckets(t *testing.T) {
	context := map[string]any{stagesKey: map[string]any{
		"prod": map[string]any{"region": "us-east-1", "bucketPrefix": "fusion-rms-"},
		"dev":  map[string]any{"region": "us-east-1", "bucketPrefix": "fusion-rms-dev-"},
	}}
	_, err := Read(choosing(context, "prod"))
	if err == nil || !strings.Contains(err.Error(), `stage "dev": bucketPrefix "fusion-rms-dev-" begins with that of stage "prod"`) {
		t.Errorf("a role for fusion-rms-* would reach fusion-rms-dev-*: %v", err)
	}
}

func TestStagesOfDifferentAccountsMayShareAPrefix(t *testing.T) {
	for accounts, good := range map[[2]string]bool{
		{"111122223333", "222233334444"}: true, {"111122223333", "111122223333"}: false, {"111122223333", ""}: false,
	} {
		context := map[string]any{stagesKey: map[string]any{
			"prod-01": map[string]any{"region": "us-east-1", "account": accounts[0]},
			"prod-02": map[string]any{"region": "us-east-1", "account": accounts[1]},
		}}
		if _, err := Read(choosing(context, "prod-01")); (err == nil) != good {
			t.Errorf("accounts %q: %v", accounts, err)
		}
	}
}

func TestNoStagesBucketsLetAnotherStagesUsersIn(t *testing.T) {
	stage := func(bucketPrefix string, more map[string]any) map[string]any {
		all := map[string]any{"region": "us-east-1", "bucketPrefix": bucketPrefix, "clientAccount": "111122223333"}
		maps.Copy(all, more)
		return all
	}
	for name, c := range map[string]struct {
		dev  map[string]any
		good bool
	}{
		"the default of both":                 {nil, false},
		"a longer one":                        {map[string]any{"clientUserPrefix": "rms_dev"}, false},
		"one of its own":                      {map[string]any{"clientUserPrefix": "rmsdev_"}, true},
		"users of another account":            {map[string]any{"clientAccount": "222233334444"}, true},
		"users of the account that's unknown": {map[string]any{"clientAccount": ""}, false},
		"users of the stage's account":        {map[string]any{"clientAccount": "", "account": "222233334444"}, true},
	} {
		context := map[string]any{stagesKey: map[string]any{"prod": stage("fusion-rms-", nil), "dev": stage("fusion-rmsdev-", c.dev)}}
		_, err := Read(choosing(context, "prod"))
		if (err == nil) != c.good || err != nil && !strings.Contains(err.Error(), "clientUserPrefix") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatCDKJSONLeavesOutHasADefault(t *testing.T) {
	got, err := Read(choosing(only(map[string]any{"region": "eu-central-1"}), "test"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Stage != "test" || got.BucketPrefix != "fusion-rms-" || got.ClientUserPrefix != "rms_" || got.MaxConcurrency != 2 ||
		got.MemoryMB != 512 || got.LogRetentionDays != 90 || got.AuditHours != 24 || got.AuditEvents || got.Protected || got.SourceTopic != nil || got.EventBus != nil {
		t.Errorf("the defaults are %+v", got)
	}
}
