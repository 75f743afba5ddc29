package doctor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
	"github.com/fusionpos/orgbucket/pkg/operator/doctor"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// prod is the stage that the fake has.
func prod() *stage.Stage {
	return &stage.Stage{
		Name:        awsfake.Stage,
		HomesBucket: awsfake.HomesBucket,
		Naming:      bucket.Naming{Account: awsfake.Account, Region: awsfake.Region, BucketPrefix: "fusion-rms-", ClientAccount: awsfake.Account, ClientUserPrefix: "rms_"},
		QueueURL:    awsfake.QueueURL, QueueARN: awsfake.QueueARN, DeadLetterURL: awsfake.DeadLetterURL, DeadLetterARN: awsfake.DeadLetterARN,
		TopicARN: awsfake.TopicARN, FunctionName: awsfake.Function, LogGroup: "/orgbucket/prod",
	}
}

func newDoctor(w *awsfake.World, d *stage.Stage) *doctor.Doctor { return doctorWith(w.Config(), d) }

func doctorWith(cfg aws.Config, d *stage.Stage) *doctor.Doctor {
	of := account.New(cfg, s3.NewFromConfig(cfg), d.Naming.Account, d.Naming.Region)
	return doctor.New(d, of, cfg, s3.NewFromConfig(cfg))
}

func statuses(results []doctor.Result) map[string]doctor.Status {
	all := map[string]doctor.Status{}
	for _, r := range results {
		all[r.Check] = r.Status
	}
	return all
}

func TestAHealthyStageIsAllRightAndAskedOnce(t *testing.T) {
	w := awsfake.New()
	results := newDoctor(w, prod()).Examine(context.Background())
	for _, r := range results {
		if r.Status != doctor.OK || r.Seen == "" || r.Advice != "" || r.Permission != "" {
			t.Errorf("%+v", r)
		}
	}
	if len(w.Seen()) != len(w.Actions())+4 { // there are two queues, two topics with their keys, and all buckets are counted, those of the prefix listed
		t.Errorf("asked %v", w.Seen())
	}
}

func TestTheResultsStayAsScriptsKnowThem(t *testing.T) {
	denied := awsfake.New()
	denied.OnAll(func(r awsfake.Request) awsfake.Answer { return awsfake.Denied(r.Action) })
	unpermitted := awsfake.New()
	unpermitted.OnAll(func(r awsfake.Request) awsfake.Answer { return awsfake.Denied(r.Action) })
	unpermitted.On("sts:GetCallerIdentity", awsfake.Caller(awsfake.Account, "arn:aws:iam::935799716578:user/a")) // a policy can't leave it out
	for name, results := range map[string][]doctor.Result{
		"healthy":       newDoctor(awsfake.New(), prod()).Examine(context.Background()),
		"broken":        newDoctor(broken(), prod()).Examine(context.Background()),
		"denied":        newDoctor(denied, prod()).Examine(context.Background()),
		"unpermitted":   newDoctor(unpermitted, prod()).Examine(context.Background()),
		"without-stage": newDoctor(awsfake.New(), &stage.Stage{}).Examine(context.Background()),
	} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			for _, r := range results {
				line, err := json.Marshal(r)
				if err != nil {
					t.Fatal(err)
				}
				got.Write(append(line, '\n'))
			}
			file := filepath.Join("testdata", name+".jsonl")
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != string(want) {
				t.Errorf("the results are\n%s\nand were (-update if that's meant)\n%s", got.String(), want)
			}
		})
	}
}

// broken is a world in which every check finds something wrong.
func broken() *awsfake.World {
	w := awsfake.New()
	w.On("sts:GetCallerIdentity", awsfake.Caller(awsfake.Account, "arn:aws:iam::935799716578:user/a"))
	w.On("s3:GetAccountPublicAccessBlock", awsfake.Block("BlockPublicPolicy", "RestrictPublicBuckets"))
	w.On("organizations:DescribeEffectivePolicy", awsfake.Policy(`{"s3_attributes":{"public_access_block_configuration":"all"}}`))
	w.On("servicequotas:GetServiceQuota", awsfake.Quota(2_500))
	w.On("ce:ListCostAllocationTags", awsfake.CostTag("Inactive"))
	w.On("logs:FilterLogEvents", awsfake.LogLines(`{"message":"record","messageId":"m","version":"v0.9.0"}`, `{"message":"record","messageId":"n","version":"v1.0.0"}`))
	w.OnQueue(awsfake.QueueURL, awsfake.QueueAttributes(map[string]string{
		"QueueArn": "arn:aws:sqs:eu-west-1:935799716578:another", "VisibilityTimeout": "30", "MessageRetentionPeriod": "1209600",
		"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:935799716578:elsewhere","maxReceiveCount":3}`,
	}))
	w.OnQueue(awsfake.DeadLetterURL, awsfake.DeadLetterAttributes(map[string]string{"ApproximateNumberOfMessages": "7", "ApproximateNumberOfMessagesNotVisible": "1"}))
	w.On("sns:GetTopicAttributes", awsfake.Refuse("sns:GetTopicAttributes", 404, "NotFound", "Topic does not exist"))
	w.On("kms:DescribeKey", awsfake.Key("Disabled"))
	w.On("cloudwatch:DescribeAlarms", awsfake.Alarms(map[string]map[string]any{"outcomes-lost": nil, "organizations-failed": {"ActionsEnabled": false}, "buckets-drifted": {"AlarmActions": []any{}}}))
	w.On("lambda:GetFunctionConfiguration", awsfake.FunctionConfiguration(map[string]any{"Environment": map[string]any{"Variables": awsfake.FunctionEnvironment(map[string]string{"BUCKET_PREFIX": "acme-", "QUEUE_URL": "https://q/1/x"})}}))
	w.On("lambda:GetFunctionConcurrency", awsfake.JSON(map[string]any{"ReservedConcurrentExecutions": 0}))
	w.On("lambda:ListEventSourceMappings", awsfake.Mappings("", awsfake.Mapping(map[string]any{"State": "Disabled", "FunctionResponseTypes": nil, "ScalingConfig": nil, "MaximumBatchingWindowInSeconds": 20, "FilterCriteria": map[string]any{"Filters": []any{map[string]string{"Pattern": "{}"}}}})))
	w.On("iam:ListUsers", awsfake.Users("", "arn:aws:iam::935799716578:user/deployer"))
	return w
}

// TestEachWayToFailIsUnknown: whatever becomes of the requests, nothing is taken
// for right or wrong, and the texts are safe.
func TestEachWayToFailIsUnknown(t *testing.T) {
	for name, answer := range map[string]func(string) awsfake.Answer{
		"denied": awsfake.Denied, "expired": awsfake.Expired, "throttled": awsfake.Throttled,
		"garbage": awsfake.Garbage, "not found": awsfake.NotFound, "unreachable": awsfake.Unreachable,
	} {
		t.Run(name, func(t *testing.T) {
			w := awsfake.New()
			w.OnAll(func(r awsfake.Request) awsfake.Answer { return answer(r.Action) })
			for _, r := range newDoctor(w, prod()).Examine(context.Background()) {
				clock := r.Check == "clock" && name != "unreachable" // a refusal has a date, too
				if want := map[bool]doctor.Status{true: doctor.OK, false: doctor.Unknown}[clock]; r.Status != want {
					t.Errorf("%+v", r)
				}
				for _, secret := range []string{awsfake.Secret, awsfake.Token, "\x1b", "\n"} {
					if strings.Contains(r.Seen+r.Advice, secret) {
						t.Errorf("it shows %q: %+v", secret, r)
					}
				}
			}
		})
	}
}

// needs are the checks that can't tell without an action's answer. The clock is told
// by any other answer, and a stage knows the ARNs of its queues without asking.
var needs = map[string][]string{
	"s3:GetAccountPublicAccessBlock":        {"account-access-block"},
	"organizations:DescribeEffectivePolicy": {"organization-access-block"},
	"servicequotas:GetServiceQuota":         {"bucket-quota"},
	"s3:ListAllMyBuckets":                   {"bucket-quota", "namespace"},
	"ce:ListCostAllocationTags":             {"cost-allocation-tag"},
	"logs:FilterLogEvents":                  {"version"},
	"sqs:GetQueueAttributes":                {"queue", "redrive", "visibility", "dead-letter-retention", "dead-letters", "function-settings"},
	"sns:GetTopicAttributes":                {"topic", "key", "alarm-receivers"},
	"kms:DescribeKey":                       {"key"},
	"cloudwatch:DescribeAlarms":             {"alarms", "alarm-receivers"},
	"lambda:GetFunctionConfiguration":       {"visibility", "function", "function-settings"},
	"lambda:GetFunctionConcurrency":         {"function"},
	"lambda:ListEventSourceMappings":        {"event-source"},
	"iam:ListUsers":                         {"client-users"},
	"sts:GetCallerIdentity":                 {"credentials", "organization-access-block", "bucket-quota", "client-users"},
}

// TestWhatOneCheckCantTellDoesntKeepTheOthers has each action denied in turn, and
// each without any answer, for which nobody waits for long.
func TestWhatOneCheckCantTellDoesntKeepTheOthers(t *testing.T) {
	for action, unknown := range needs {
		for name, answer := range map[string]awsfake.Answer{"denied": awsfake.Denied(action), "silent": {Silent: true}} {
			t.Run(action+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := awsfake.New()
					w.On(action, answer)
					for check, status := range statuses(examineSoon(t, w)) {
						if want := map[bool]doctor.Status{true: doctor.Unknown, false: doctor.OK}[slices.Contains(unknown, check)]; status != want {
							t.Errorf("%s is %s, want %s", check, status, want)
						}
					}
				})
			})
		}
	}
}

func TestServicesThatNeverAnswerKeepNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := awsfake.New()
		w.OnAll(func(awsfake.Request) awsfake.Answer { return awsfake.Answer{Silent: true} })
		for check, status := range statuses(examineSoon(t, w)) {
			if status != doctor.Unknown {
				t.Errorf("%s is %s", check, status)
			}
		}
	})
}

// examineSoon examines, which may take three minutes.
func examineSoon(t *testing.T, w *awsfake.World) []doctor.Result {
	t.Helper()
	begun := time.Now()
	results := newDoctor(w, prod()).Examine(t.Context())
	if took := time.Since(begun); took > 3*time.Minute {
		t.Errorf("it took %s", took)
	}
	return results
}

func TestTheWorstResultDecides(t *testing.T) {
	for _, c := range []struct {
		of   []doctor.Status
		want doctor.Status
	}{
		{nil, doctor.OK},
		{[]doctor.Status{doctor.OK, doctor.OK}, doctor.OK},
		{[]doctor.Status{doctor.OK, doctor.Notice, doctor.OK}, doctor.Notice},
		{[]doctor.Status{doctor.Unknown, doctor.Notice}, doctor.Unknown},
		{[]doctor.Status{doctor.Wrong, doctor.Unknown, doctor.OK}, doctor.Wrong},
	} {
		var results []doctor.Result
		for _, s := range c.of {
			results = append(results, doctor.Result{Status: s})
		}
		if got := doctor.Worst(results); got != c.want {
			t.Errorf("of %v the worst is %s", c.of, got)
		}
	}
}

// atHome is what the environment says to the SDK of a system on one machine.
type atHome struct{}

func (atHome) GetServiceBaseEndpoint(_ context.Context, service string) (string, bool, error) {
	return "http://127.0.0.1:4566", map[string]bool{"S3": true, "IAM": true, "SQS": true, "SNS": true}[service], nil
}

// TestOnOnesOwnMachineWhatIsThereIsRight, and what isn't can't be told: no request
// leaves the machine.
func TestOnOnesOwnMachineWhatIsThereIsRight(t *testing.T) {
	for name, stage := range map[string]bool{"with a stage": true, "without one": false} {
		t.Run(name, func(t *testing.T) {
			w, d := awsfake.New(), prod()
			if !stage {
				d.Name, d.FunctionName, d.QueueARN, d.DeadLetterARN = "", "", "", ""
			}
			cfg := w.Config()
			cfg.ConfigSources = []any{atHome{}}
			got := statuses(doctorWith(cfg, d).Examine(context.Background()))
			want := map[string]doctor.Status{}
			for check := range got {
				want[check] = doctor.Unknown
			}
			for _, check := range []string{"clock", "queue", "redrive", "dead-letter-retention", "dead-letters", "topic", "claims", "namespace", "client-users"} {
				want[check] = doctor.OK
			}
			if !maps.Equal(got, want) {
				t.Errorf("the results are %v\nwant %v", got, want)
			}
			for _, r := range w.Seen() {
				if !strings.HasPrefix(r.Host, "127.0.0.1") {
					t.Errorf("%s went to %s", r.Action, r.Host)
				}
			}
		})
	}
}
