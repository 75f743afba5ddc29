package stage_test

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

var everything = stage.Needs{Naming: true, Queue: true, DeadLetters: true}

// local is the environment that the system on one machine prints.
func local() map[string]string {
	return map[string]string{
		"QUEUE_URL": "http://127.0.0.1:4566/000000000000/organizations", "DEAD_LETTER_QUEUE_URL": "http://127.0.0.1:4566/000000000000/dead",
		"OUTCOME_TOPIC_ARN": "arn:aws:sns:us-east-1:000000000000:outcomes", "ACCOUNT_ID": "000000000000", "HOMES_BUCKET": "orgbucket-homes",
	}
}

// resolve resolves against the fake AWS with this stage and this environment.
func resolve(w *awsfake.World, name string, env map[string]string, needs stage.Needs) (*stage.Stage, error) {
	cfg := w.Config()
	return stage.Resolve(context.Background(), cfg, name, func(name string) string { return env[name] }, needs)
}

// prod is the fake's stage as its parameters have it.
func prod() stage.Stage {
	return stage.Stage{
		Name:        "prod",
		Naming:      bucket.Naming{Account: awsfake.Account, Region: awsfake.Region, BucketPrefix: "fusion-rms-", ClientAccount: awsfake.Account, ClientUserPrefix: "rms_"},
		HomesBucket: awsfake.HomesBucket,
		QueueURL:    awsfake.QueueURL, QueueARN: awsfake.QueueARN, DeadLetterURL: awsfake.DeadLetterURL, DeadLetterARN: awsfake.DeadLetterARN,
		TopicARN: awsfake.TopicARN, FunctionName: awsfake.Function, LogGroup: "/orgbucket/prod",
	}
}

// TestWhereEachValueComesFrom: of a stage the environment is never asked, since a
// variable left over from another system would send one's messages to the other.
func TestWhereEachValueComesFrom(t *testing.T) {
	otherClients := prod()
	otherClients.Naming.ClientAccount = "111122223333"
	for name, c := range map[string]struct {
		stage      string
		env        map[string]string
		parameters map[string]string // changes
		want       stage.Stage
		requests   int
	}{
		"parameters, on two pages":            {"prod", local(), nil, prod(), 2},
		"a parameter of the clients' account": {"prod", nil, map[string]string{"client-account-id": "111122223333"}, otherClients, 1},
		"the environment": {"", local(), nil, stage.Stage{
			Naming:      bucket.Naming{Account: "000000000000", Region: awsfake.Region, BucketPrefix: "fusion-rms-", ClientAccount: "000000000000", ClientUserPrefix: "rms_"},
			HomesBucket: "orgbucket-homes",
			QueueURL:    local()["QUEUE_URL"], DeadLetterURL: local()["DEAD_LETTER_QUEUE_URL"], TopicARN: local()["OUTCOME_TOPIC_ARN"],
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := awsfake.New()
			if c.parameters != nil {
				w = withParameters(c.parameters)
			}
			got, err := resolve(w, c.stage, c.env, everything)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(*got, c.want) || len(w.Seen()) != c.requests {
				t.Errorf("found %+v after %d requests\nwant  %+v", *got, len(w.Seen()), c.want)
			}
		})
	}
	w := awsfake.New()
	w.On("ssm:GetParametersByPath", awsfake.Parameters("", map[string]string{"/orgbucket/prod/queue-arn": awsfake.QueueARN}))
	if got, err := resolve(w, "prod", local(), everything); err == nil {
		t.Errorf("the environment filled in for the stage: %+v", got)
	}
}

// withParameters is a world whose stage has changed parameters; an empty one is lacking.
func withParameters(changes map[string]string) *awsfake.World {
	w, all := awsfake.New(), awsfake.StageParameters("prod")
	for name, value := range changes {
		if all["/orgbucket/prod/"+name] = value; value == "" {
			delete(all, "/orgbucket/prod/"+name)
		}
	}
	w.On("ssm:GetParametersByPath", awsfake.Parameters("", all))
	return w
}

// failed is the error of a resolution that must fail.
func failed(t *testing.T, got *stage.Stage, err error) *stage.Error {
	t.Helper()
	e, ok := errors.AsType[*stage.Error](err)
	if !ok {
		t.Fatalf("found %+v, %v; want an error", got, err)
	}
	for _, secret := range []string{awsfake.Secret, awsfake.Token, "\x1b"} {
		if strings.Contains(e.Message+e.Advice, secret) {
			t.Errorf("it shows %q: %q", secret, e.Message)
		}
	}
	return e
}

func TestAllThatIsMissingIsSaidAtOnce(t *testing.T) {
	w := awsfake.New()
	cfg := w.Config()
	cfg.Region = ""
	got, err := stage.Resolve(context.Background(), cfg, "", func(string) string { return "" }, everything)
	e := failed(t, got, err)
	for _, name := range []string{"QUEUE_URL", "DEAD_LETTER_QUEUE_URL", "ACCOUNT_ID", "HOMES_BUCKET", "AWS_REGION"} {
		if !strings.Contains(e.Message, name) {
			t.Errorf("%s isn't named in %q", name, e.Message)
		}
	}
	for _, name := range []string{"BUCKET_PREFIX", "CLIENT_"} {
		if strings.Contains(e.Message, name) {
			t.Errorf("%s has a default: %q", name, e.Message)
		}
	}
	if !e.Usage || !strings.Contains(e.Advice, "finds all of them but the Region") {
		t.Errorf("usage %v, advice %q", e.Usage, e.Advice)
	}
}

func TestOnlyWhatACommandNeedsIsChecked(t *testing.T) {
	bad := map[string]string{"QUEUE_URL": "q", "DEAD_LETTER_QUEUE_URL": "ftp://x/q", "OUTCOME_TOPIC_ARN": "outcomes", "ACCOUNT_ID": "1", "HOMES_BUCKET": "Homes", "BUCKET_PREFIX": "A", "CLIENT_USER_PREFIX": "é", "CLIENT_ACCOUNT_ID": "x"}
	for name, c := range map[string]struct {
		needs   stage.Needs
		faults  []string // of bad values
		missing []string // of none
	}{
		"nothing":      {stage.Needs{}, nil, nil},
		"the queue":    {stage.Needs{Queue: true}, []string{"QUEUE_URL: \"q\""}, []string{"QUEUE_URL"}},
		"dead letters": {stage.Needs{DeadLetters: true}, []string{"DEAD_LETTER_QUEUE_URL: \"ftp://x/q\""}, []string{"DEAD_LETTER_QUEUE_URL"}},
		"naming":       {stage.Needs{Naming: true}, []string{"\n  BUCKET_PREFIX:", "ACCOUNT_ID:", "HOMES_BUCKET:", "CLIENT_USER_PREFIX:", "CLIENT_ACCOUNT_ID:"}, []string{"ACCOUNT_ID", "HOMES_BUCKET"}},
		"both queues":  {stage.Needs{Queue: true, DeadLetters: true}, []string{"QUEUE_URL:", "DEAD_LETTER_QUEUE_URL:"}, []string{": QUEUE_URL", ", DEAD_LETTER_QUEUE_URL"}},
	} {
		check := func(t *testing.T, env map[string]string, says []string, separator string) {
			got, err := resolve(awsfake.New(), "", env, c.needs)
			if says == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			e := failed(t, got, err)
			for _, part := range says {
				if !strings.Contains(e.Message, part) {
					t.Errorf("%q isn't in %q", part, e.Message)
				}
			}
			if n := strings.Count(e.Message, separator) + 1; n != len(says) {
				t.Errorf("%d are listed, want %d: %q", n, len(says), e.Message)
			}
		}
		t.Run(name+", bad", func(t *testing.T) { check(t, bad, c.faults, "\n") })
		t.Run(name+", missing", func(t *testing.T) { check(t, nil, c.missing, ", ") })
	}
}

func TestABadValueIsNamedByWhereItCameFrom(t *testing.T) {
	for name, c := range map[string]struct {
		stage      string
		parameters map[string]string
		env        map[string]string
		says       string
		usage      bool
	}{
		"a variable":                {"", nil, map[string]string{"QUEUE_URL": "nowhere"}, `QUEUE_URL: "nowhere" isn't`, true},
		"a parameter":               {"prod", map[string]string{"bucket-prefix": "Acme"}, nil, `parameter /orgbucket/prod/bucket-prefix: bucket prefix "Acme"`, false},
		"a parameter of the naming": {"prod", map[string]string{"client-account-id": "\x1b[2J"}, nil, `parameter /orgbucket/prod/client-account-id: client account "\x1b[2J"`, false},
		"a home for claims among the organizations'": {"prod", map[string]string{"homes-bucket": "fusion-rms-homes"}, nil, `parameter /orgbucket/prod/homes-bucket: the bucket of the claims: "fusion-rms-homes" begins with`, false},
		"an ARN that isn't one":                      {"prod", map[string]string{"queue-arn": "queue"}, nil, `parameter /orgbucket/prod/queue-arn: "queue" isn't an AWS Region`, false},
		"a URL with a control in it":                 {"prod", map[string]string{"queue-url": "https://x/\x1b[2J"}, nil, `"https://x/\x1b[2J" isn't`, false},
		"a partition that isn't ours":                {"prod", map[string]string{"queue-arn": "arn:aws-iso:sqs:us-iso-east-1:935799716578:q"}, nil, "us-iso-east-1 is a Region of a partition that isn't supported", false},
	} {
		t.Run(name, func(t *testing.T) {
			env := local()
			maps.Copy(env, c.env)
			got, err := resolve(withParameters(c.parameters), c.stage, env, everything)
			e := failed(t, got, err)
			if !strings.Contains(e.Message, c.says) || e.Usage != c.usage {
				t.Errorf("usage %v: %q doesn't say %q", e.Usage, e.Message, c.says)
			}
		})
	}
}
