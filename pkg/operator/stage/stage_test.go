package stage_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

func TestAnOlderStackIsToldByWhatItLacks(t *testing.T) {
	w := withParameters(map[string]string{"dead-letter-queue-url": "", "client-user-prefix": "", "client-account-id": "", "function-name": ""})
	got, err := resolve(w, "prod", local(), everything)
	e := failed(t, got, err)
	for _, part := range []string{"stage prod lacks", "/orgbucket/prod/dead-letter-queue-url", "/orgbucket/prod/client-user-prefix", "/orgbucket/prod/client-account-id"} {
		if !strings.Contains(e.Message, part) {
			t.Errorf("%q isn't in %q", part, e.Message)
		}
	}
	if strings.Contains(e.Message, "/queue-url") || !strings.Contains(e.Advice, "older") || e.Usage {
		t.Errorf("usage %v: %q, %q", e.Usage, e.Message, e.Advice)
	}
	// A command that needs less isn't kept from it.
	if _, err := resolve(w, "prod", nil, stage.Needs{Queue: true}); err != nil {
		t.Error(err)
	}
}

func TestWithoutTheQueuesARNTheAccountIsMissing(t *testing.T) {
	got, err := resolve(withParameters(map[string]string{"queue-arn": ""}), "prod", nil, everything)
	if e := failed(t, got, err); e.Message != "stage prod lacks parameters: /orgbucket/prod/queue-arn" {
		t.Errorf("%q", e.Message)
	}
}

func TestAStageThatIsntThereIsSaidWithWhatIs(t *testing.T) {
	for name, c := range map[string]struct {
		world  func(*awsfake.World)
		says   []string
		advice string
	}{
		"others are there": {
			func(*awsfake.World) {},
			[]string{"no stage staging", "in eu-west-1", "account 935799716578", "/orgbucket/staging"}, "Stages that are there: prod.",
		},
		"many are there, in any order": {
			func(w *awsfake.World) {
				w.OnEach("ssm:GetParametersByPath", func(r awsfake.Request) awsfake.Answer {
					if r.Fields["Path"] != "/orgbucket" {
						return awsfake.Parameters("", nil)
					}
					if r.Fields["Recursive"] != "true" {
						return awsfake.Refuse("ssm:GetParametersByPath", 400, "ValidationException", "not recursive")
					}
					return awsfake.Parameters("", map[string]string{"/orgbucket/qa-2/queue-url": "x", "/orgbucket/dev/queue-url": "x", "/orgbucket/dev/queue-arn": "x", "/orgbucket/\x1b[2J/queue-arn": "x", "/orgbucket/loose": "x"})
				})
			},
			[]string{"no stage staging"}, "Stages that are there: dev, qa-2.",
		},
		"none is there": {
			func(w *awsfake.World) { w.On("ssm:GetParametersByPath", awsfake.Parameters("", nil)) },
			[]string{"no stage staging"}, "No stage at all is there: check AWS_REGION and AWS_PROFILE.",
		},
		"others may not be listed": {
			func(w *awsfake.World) {
				w.OnEach("ssm:GetParametersByPath", func(r awsfake.Request) awsfake.Answer {
					if r.Fields["Path"] == "/orgbucket" {
						return awsfake.Denied("ssm:GetParametersByPath")
					}
					return awsfake.Parameters("", nil)
				})
			},
			[]string{"no stage staging"}, "Which stages there are can't be told: needs permission ssm:GetParametersByPath on arn:aws:ssm:eu-west-1:*:parameter/orgbucket.",
		},
		"whose the credentials are can't be told": {
			func(w *awsfake.World) { w.On("sts:GetCallerIdentity", awsfake.Unreachable("")) },
			[]string{"an account that can't be told"}, "Stages that are there: prod.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := awsfake.New()
			c.world(w)
			got, err := resolve(w, "staging", local(), everything)
			e := failed(t, got, err)
			for _, part := range c.says {
				if !strings.Contains(e.Message, part) {
					t.Errorf("%q isn't in %q", part, e.Message)
				}
			}
			if !strings.Contains(e.Advice, c.advice) || e.Usage {
				t.Errorf("usage %v, advice %q", e.Usage, e.Advice)
			}
		})
	}
}

func TestPagesAreReadToTheEnd(t *testing.T) {
	w := awsfake.New()
	w.OnEach("ssm:GetParametersByPath", func(r awsfake.Request) awsfake.Answer {
		if r.Fields["NextToken"] == "" {
			return awsfake.Parameters("more", nil) // empty, but not the end
		}
		return awsfake.Parameters("", awsfake.StageParameters("prod"))
	})
	if _, err := resolve(w, "prod", nil, everything); err != nil {
		t.Error(err)
	}
	w.On("ssm:GetParametersByPath", awsfake.Parameters("again", nil))
	got, err := resolve(w, "prod", nil, everything)
	if e := failed(t, got, err); !strings.Contains(e.Message, "don't end") {
		t.Errorf("%q", e.Message)
	}
}

func TestWhyParametersCantBeReadIsClear(t *testing.T) {
	const action = "ssm:GetParametersByPath"
	for name, c := range map[string]struct {
		answer awsfake.Answer
		says   []string
		advice string
	}{
		"no permission":       {awsfake.Denied(action), []string{"stage prod in eu-west-1", "needs permission ssm:GetParametersByPath on arn:aws:ssm:eu-west-1:*:parameter/orgbucket/prod", "assumed-role/operator/anna"}, "permission"},
		"expired credentials": {awsfake.Expired(action), []string{"the credentials have expired"}, "Log in again"},
		"nobody listens":      {awsfake.Unreachable(action), []string{"nothing can be reached", "connection refused"}, "AWS_ENDPOINT_URL"},
		"a fault":             {awsfake.Refuse(action, 500, "InternalServerError", "\x1b[2J"), []string{"has a fault"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := awsfake.New()
			w.On(action, c.answer)
			got, err := resolve(w, "prod", nil, everything)
			e := failed(t, got, err)
			for _, part := range append(c.says, "read the parameters of stage prod") {
				if !strings.Contains(e.Message, part) {
					t.Errorf("%q isn't in %q", part, e.Message)
				}
			}
			if !strings.Contains(e.Advice, c.advice) || e.Usage || errors.Unwrap(e) == nil {
				t.Errorf("usage %v, cause %v, advice %q", e.Usage, errors.Unwrap(e), e.Advice)
			}
		})
	}
}

type nobody struct{}

func (nobody) Retrieve(context.Context) (aws.Credentials, error) {
	return aws.Credentials{}, errors.New("no EC2 IMDS role found")
}

func TestWhatIsAmissBeforeAnyRequestIsClear(t *testing.T) {
	elsewhere := aws.String("http://127.0.0.1:4566")
	for name, c := range map[string]struct {
		stage  string
		change func(*aws.Config)
		says   string
		advice string
		usage  bool
	}{
		"no credentials":                   {"prod", func(c *aws.Config) { c.Credentials = nobody{} }, "no credentials: ", "Log in", false},
		"no Region":                        {"prod", func(c *aws.Config) { c.Region = "" }, "no Region is set", "AWS_REGION", true},
		"a stage's name with a path in it": {"prod/../dev", func(*aws.Config) {}, `stage "prod/../dev" isn't a stage's name`, "", true},
		"a stage's name with a line's end": {"prod\n", func(*aws.Config) {}, `stage "prod\n" isn't a stage's name`, "", true},
		"S3 alone is another system's":     {"prod", func(c *aws.Config) { c.ConfigSources = []any{s3AtHome{}} }, "AWS SSM isn't served here", "--stage", true},
		"everything is another system":     {"prod", func(c *aws.Config) { c.BaseEndpoint = elsewhere }, "", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			w := awsfake.New()
			cfg := w.Config()
			c.change(&cfg)
			got, err := stage.Resolve(context.Background(), cfg, c.stage, nil, everything)
			if c.says == "" { // it's asked there
				if err != nil {
					t.Error(err)
				}
				return
			}
			if e := failed(t, got, err); !strings.Contains(e.Message, c.says) || !strings.Contains(e.Advice, c.advice) || e.Usage != c.usage {
				t.Errorf("usage %v: %q, %q", e.Usage, e.Message, e.Advice)
			}
			if len(w.Seen()) > 0 {
				t.Errorf("asked %v", w.Actions())
			}
		})
	}
}

// s3AtHome is what the environment says to the SDK.
type s3AtHome struct{}

func (s3AtHome) GetServiceBaseEndpoint(_ context.Context, service string) (string, bool, error) {
	return "http://127.0.0.1:4566", service == "S3", nil
}
