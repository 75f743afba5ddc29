package doctor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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
		TopicARN: awsfake.TopicARN, FunctionName: awsfake.Function,
	}
}

func newDoctor(w *awsfake.World, d *stage.Stage) *doctor.Doctor {
	cfg := w.Config()
	of := account.New(account.NewClients(cfg, s3.NewFromConfig(cfg)), d.Naming.Account, d.Naming.Region)
	return doctor.New(d, of, doctor.NewClients(cfg, s3.NewFromConfig(cfg)))
}

func statuses(results []doctor.Result) map[string]doctor.Status {
	all := map[string]doctor.Status{}
	for _, r := range results {
		all[r.Check] = r.Status
	}
	return all
}

func TestAHealthyStageIsAllRight(t *testing.T) {
	w := awsfake.New()
	results := newDoctor(w, prod()).Examine(context.Background())
	for i, r := range results {
		if r.Check != doctor.CheckNames()[i] {
			t.Errorf("result %d is of %s, not of %s", i, r.Check, doctor.CheckNames()[i])
		}
		if r.Status != doctor.OK || r.Seen == "" || r.Advice != "" || r.Permission != "" {
			t.Errorf("%+v", r)
		}
	}
	if doctor.Worst(results) != doctor.OK {
		t.Errorf("the worst is %s", doctor.Worst(results))
	}
	count := map[string]int{}
	for _, r := range w.Seen() {
		count[r.Action]++
	}
	for action, n := range count {
		most := map[string]int{"sqs:GetQueueAttributes": 2, "sts:GetCallerIdentity": 5}[action] // of two queues; concurrently
		if n > max(most, 1) {
			t.Errorf("%s was asked %d times", action, n)
		}
	}
}

func TestTheResultsStayAsScriptsKnowThem(t *testing.T) {
	denied := awsfake.New()
	denied.OnAll(func(r awsfake.Request) awsfake.Answer { return awsfake.Denied(r.Action) })
	for name, results := range map[string][]doctor.Result{
		"healthy":       newDoctor(awsfake.New(), prod()).Examine(context.Background()),
		"broken":        newDoctor(broken(), prod()).Examine(context.Background()),
		"denied":        newDoctor(denied, prod()).Examine(context.Background()),
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
	w.OnQueue(awsfake.QueueURL, awsfake.QueueAttributes(map[string]string{
		"QueueArn": "arn:aws:sqs:eu-west-1:935799716578:another", "VisibilityTimeout": "30", "MessageRetentionPeriod": "1209600",
		"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:935799716578:elsewhere","maxReceiveCount":3}`,
	}))
	w.OnQueue(awsfake.DeadLetterURL, awsfake.DeadLetterAttributes(map[string]string{"ApproximateNumberOfMessages": "7", "ApproximateNumberOfMessagesNotVisible": "1"}))
	w.On("sns:GetTopicAttributes", awsfake.Refuse("sns:GetTopicAttributes", 404, "NotFound", "Topic does not exist"))
	w.On("lambda:GetFunctionConfiguration", awsfake.FunctionConfiguration(map[string]any{"Environment": map[string]any{"Variables": awsfake.FunctionEnvironment(map[string]string{"BUCKET_PREFIX": "acme-", "QUEUE_URL": "https://q/1/x"})}}))
	w.On("lambda:GetFunctionConcurrency", awsfake.JSON(map[string]any{"ReservedConcurrentExecutions": 0}))
	w.On("lambda:ListEventSourceMappings", awsfake.Mappings("", awsfake.Mapping(map[string]any{"State": "Disabled", "FunctionResponseTypes": nil, "ScalingConfig": nil, "MaximumBatchingWindowInSeconds": 20, "FilterCriteria": map[string]any{"Filters": []any{map[string]string{"Pattern": "{}"}}}})))
	w.On("iam:ListUsers", awsfake.Users("", "arn:aws:iam::935799716578:user/deployer"))
	return w
}

// named puts the names of the fake's stage into a documented resource.
var named = strings.NewReplacer("REGION", awsfake.Region, "ACCOUNT", awsfake.Account, "DEAD-LETTER-QUEUE", "orgbucket-prod-dead-letters",
	"QUEUE", "orgbucket-prod-organization-created", "TOPIC", "orgbucket-prod-outcomes", "FUNCTION", awsfake.Function, "HOMES-BUCKET", awsfake.HomesBucket)

// TestWithoutPermissionEachCheckSaysWhich, and none says that something is right or wrong.
func TestWithoutPermissionEachCheckSaysWhich(t *testing.T) {
	w := awsfake.New()
	w.OnAll(func(r awsfake.Request) awsfake.Answer {
		if r.Action == "sts:GetCallerIdentity" { // it can't be left out of a policy
			return awsfake.Caller(awsfake.Account, "arn:aws:iam::935799716578:user/a")
		}
		return awsfake.Denied(r.Action)
	})
	for _, r := range newDoctor(w, prod()).Examine(context.Background()) {
		if r.Check == "credentials" || r.Check == "clock" {
			if r.Status != doctor.OK {
				t.Errorf("%+v", r)
			}
			continue
		}
		if r.Status != doctor.Unknown || r.Permission == "" || !strings.Contains(r.Seen, "can't tell: needs permission "+r.Permission) {
			t.Errorf("%+v", r)
		}
		if !slices.ContainsFunc(doctor.Permissions(), func(p doctor.Permission) bool {
			return p.Check == r.Check && p.Action+" on "+named.Replace(p.Resource) == r.Permission
		}) {
			t.Errorf("%s needs %q, which isn't documented", r.Check, r.Permission)
		}
	}
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

// TestWhatOneCheckCantTellDoesntKeepTheOthers: each action denied in turn.
func TestWhatOneCheckCantTellDoesntKeepTheOthers(t *testing.T) {
	for _, p := range doctor.Permissions() {
		if p.Action == "sts:GetCallerIdentity" {
			continue
		}
		t.Run(p.Action, func(t *testing.T) {
			w := awsfake.New()
			w.On(p.Action, awsfake.Denied(p.Action))
			for check, status := range statuses(newDoctor(w, prod()).Examine(context.Background())) {
				concerned := slices.ContainsFunc(doctor.Permissions(), func(q doctor.Permission) bool { return q.Check == check && q.Action == p.Action })
				// The ARNs of a stage's queues are known without asking, and a source
				// is asked for by them.
				if check == "event-source" && p.Action == "sqs:GetQueueAttributes" {
					concerned = false
				}
				if want := map[bool]doctor.Status{true: doctor.Unknown, false: doctor.OK}[concerned]; status != want {
					t.Errorf("%s is %s, want %s", check, status, want)
				}
			}
		})
	}
}

// TestThePermissionsAreThoseOfTheRequests: what is documented is what is asked.
func TestThePermissionsAreThoseOfTheRequests(t *testing.T) {
	withoutARNs := prod()
	withoutARNs.QueueARN, withoutARNs.DeadLetterARN = "", ""
	for _, check := range doctor.CheckNames() {
		if check == "clock" {
			continue // reads the answers of others
		}
		t.Run(check, func(t *testing.T) {
			w := awsfake.New()
			if r := newDoctor(w, withoutARNs).Check(context.Background(), check); r.Status != doctor.OK {
				t.Fatalf("%+v", r)
			}
			var documented []string
			for _, p := range doctor.Permissions() {
				if p.Check == check {
					documented = append(documented, p.Action)
				}
			}
			slices.Sort(documented)
			documented = slices.Compact(documented)
			asked := slices.DeleteFunc(w.Actions(), func(action string) bool {
				return action == "sts:GetCallerIdentity" && check != "credentials" // whose account it is, which needs no permission
			})
			if !slices.Equal(asked, documented) {
				t.Errorf("it asks %v, documented are %v", asked, documented)
			}
		})
	}
}

// TestAServiceThatNeverAnswersKeepsNobodyWaiting: each action in turn, and all.
func TestAServiceThatNeverAnswersKeepsNobodyWaiting(t *testing.T) {
	silences := map[string]func(*awsfake.World){
		"all": func(w *awsfake.World) {
			w.OnAll(func(awsfake.Request) awsfake.Answer { return awsfake.Answer{Silent: true} })
		},
	}
	for _, p := range doctor.Permissions() {
		silences[p.Action] = on(p.Action, awsfake.Answer{Silent: true})
	}
	for name, silence := range silences {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := awsfake.New()
				silence(w)
				begun := time.Now()
				results := newDoctor(w, prod()).Examine(t.Context())
				if took := time.Since(begun); took > 3*time.Minute {
					t.Errorf("it took %s", took)
				}
				if got := doctor.Worst(results); got != doctor.Unknown {
					t.Errorf("the worst is %s", got)
				}
			})
		})
	}
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
