package account_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

// of is the account of the fake's stage.
func of(w *awsfake.World) *account.Account { return ofAccount(w, awsfake.Account, awsfake.Region) }

func ofAccount(w *awsfake.World, id, region string) *account.Account {
	cfg := w.Config()
	return account.New(cfg, s3.NewFromConfig(cfg), id, region)
}

// question is one of the account's, with its answer as text.
type question struct {
	action, permission string
	ask                func(*account.Account) (any, error)
}

const xmsqa1 = "arn:aws:iam::935799716578:user/rms_xmsqa1"

// questions are all, by name.
var questions = map[string]question{
	"whose credentials": {"sts:GetCallerIdentity", "sts:GetCallerIdentity", func(a *account.Account) (any, error) {
		c, err := a.Caller(context.Background())
		return c.Account, err
	}},
	"is there a user": {"iam:GetUser", "iam:GetUser on " + xmsqa1, func(a *account.Account) (any, error) {
		return a.UserExists(context.Background(), xmsqa1)
	}},
	"are there users": {"iam:ListUsers", "iam:ListUsers on *", func(a *account.Account) (any, error) {
		return a.UserWithPrefix(context.Background(), awsfake.Account, "rms_")
	}},
	"the account's block": {"s3:GetAccountPublicAccessBlock", "s3:GetAccountPublicAccessBlock on *", func(a *account.Account) (any, error) {
		return a.AccountAccessBlock(context.Background())
	}},
	"the organization's block": {"organizations:DescribeEffectivePolicy", "organizations:DescribeEffectivePolicy on arn:aws:organizations::*:account/o-*/935799716578", func(a *account.Account) (any, error) {
		return a.OrganizationAccessBlock(context.Background())
	}},
	"the quota": {"servicequotas:GetServiceQuota", "servicequotas:GetServiceQuota on arn:aws:servicequotas:us-east-1:935799716578:s3/L-DC2B2D3D", func(a *account.Account) (any, error) {
		return a.BucketQuota(context.Background())
	}},
	"the number of buckets": {"s3:ListAllMyBuckets", "s3:ListAllMyBuckets on *", func(a *account.Account) (any, error) {
		return a.BucketCount(context.Background())
	}},
	"how many more buckets": {"servicequotas:GetServiceQuota", "servicequotas:GetServiceQuota on arn:aws:servicequotas:us-east-1:935799716578:s3/L-DC2B2D3D", func(a *account.Account) (any, error) {
		return a.BucketHeadroom(context.Background())
	}},
}

var (
	allOff = bucket.AccessBlock{}
	allOn  = bucket.AccessBlock{BlockPublicACLs: true, IgnorePublicACLs: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}
)

func TestEachAnswerIsUnderstood(t *testing.T) {
	for name, c := range map[string]struct {
		question string
		answer   awsfake.Answer
		want     any
	}{
		"the credentials' account":                        {"whose credentials", awsfake.Caller("111122223333", "arn:aws:iam::111122223333:user/a"), "111122223333"},
		"the user is there":                               {"is there a user", awsfake.User(xmsqa1), true},
		"the user isn't there":                            {"is there a user", awsfake.Refuse("iam:GetUser", 404, "NoSuchEntity", "The user with name rms_xmsqa1 cannot be found."), false},
		"a user with a path is another principal":         {"is there a user", awsfake.User("arn:aws:iam::935799716578:user/clients/rms_xmsqa1"), false},
		"a user in other letters is another principal":    {"is there a user", awsfake.User("arn:aws:iam::935799716578:user/RMS_xmsqa1"), false},
		"a user begins with the prefix":                   {"are there users", awsfake.Users("", "arn:aws:iam::935799716578:user/arms_x", "arn:aws:iam::935799716578:user/rms_2"), "rms_2"},
		"no user begins with the prefix":                  {"are there users", awsfake.Users("", "arn:aws:iam::935799716578:user/arms_x", "arn:aws:iam::935799716578:user/RMS_2"), ""},
		"a user with a path doesn't count":                {"are there users", awsfake.Users("", "arn:aws:iam::935799716578:user/clients/rms_2"), ""},
		"no user at all":                                  {"are there users", awsfake.Users(""), ""},
		"the account has no block":                        {"the account's block", awsfake.Refuse("s3:GetAccountPublicAccessBlock", 404, "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found"), allOff},
		"the account blocks public policies":              {"the account's block", awsfake.Block("BlockPublicPolicy"), bucket.AccessBlock{BlockPublicPolicy: true}},
		"the account restricts public buckets":            {"the account's block", awsfake.Block("RestrictPublicBuckets"), bucket.AccessBlock{RestrictPublicBuckets: true}},
		"the account blocks ACLs":                         {"the account's block", awsfake.Block("BlockPublicAcls"), bucket.AccessBlock{BlockPublicACLs: true}},
		"the account ignores ACLs":                        {"the account's block", awsfake.Block("IgnorePublicAcls"), bucket.AccessBlock{IgnorePublicACLs: true}},
		"the organization blocks all":                     {"the organization's block", awsfake.Policy(`{"s3_attributes":{"public_access_block_configuration":"all"}}`), allOn},
		"the organization blocks all, as it's written":    {"the organization's block", awsfake.Policy(`{"s3_attributes":{"public_access_block_configuration":{"@@assign":"all"}}}`), allOn},
		"the organization blocks nothing":                 {"the organization's block", awsfake.Policy(`{"s3_attributes":{"public_access_block_configuration":"none"}}`), allOff},
		"the organization says nothing about it":          {"the organization's block", awsfake.Policy(`{"s3_attributes":{}}`), allOff},
		"the organization has an empty policy":            {"the organization's block", awsfake.Policy(`{}`), allOff},
		"the organization has no policy":                  {"the organization's block", awsfake.Refuse("organizations:DescribeEffectivePolicy", 400, "EffectivePolicyNotFoundException", "none"), allOff},
		"there's no organization":                         {"the organization's block", awsfake.Refuse("organizations:DescribeEffectivePolicy", 400, "AWSOrganizationsNotInUseException", "Your account is not a member of an organization."), allOff},
		"the quota":                                       {"the quota", awsfake.Quota(1_000_000), 1_000_000},
		"the number of buckets":                           {"the number of buckets", awsfake.Buckets(17, ""), 17},
		"no bucket":                                       {"the number of buckets", awsfake.Buckets(0, ""), 0},
		"as many more as the quota leaves":                {"how many more buckets", awsfake.Quota(2_507), 7},
		"fewer than none, if the quota was lowered since": {"how many more buckets", awsfake.Quota(2_400), -100},
	} {
		t.Run(name, func(t *testing.T) {
			w, q := awsfake.New(), questions[c.question]
			w.On(q.action, c.answer)
			if got, err := q.ask(of(w)); err != nil || got != c.want {
				t.Errorf("the answer is %v, %v; want %v", got, err, c.want)
			}
		})
	}
}

// TestWhatCantBeToldSaysWhy has each question fail in ways that package awserror
// tells apart.
func TestWhatCantBeToldSaysWhy(t *testing.T) {
	ways := map[string]struct {
		answer func(string) awsfake.Answer
		says   string
	}{
		"denied":      {awsfake.Denied, "needs permission "},
		"expired":     {awsfake.Expired, "the credentials have expired"},
		"garbage":     {awsfake.Garbage, ""},
		"unreachable": {awsfake.Unreachable, "nothing can be reached"},
	}
	for of, q := range questions {
		for way, c := range ways {
			t.Run(of+", "+way, func(t *testing.T) { cantTell(t, q, c.answer(q.action), c.says) })
		}
	}
}

func cantTell(t *testing.T, q question, answer awsfake.Answer, says string) {
	t.Helper()
	w := awsfake.New()
	w.On(q.action, answer)
	got, err := q.ask(of(w))
	e, ok := errors.AsType[*account.CantTell](err)
	if !ok {
		t.Fatalf("the answer is %v, %v; it can't be told", got, err)
	}
	if !strings.Contains(e.Why, says) || e.Why == "" {
		t.Errorf("it says %q, not %q", e.Why, says)
	}
	wantPermission := ""
	if says == "needs permission " {
		wantPermission = q.permission
	}
	if e.Permission != wantPermission || !strings.Contains(e.Why, wantPermission) {
		t.Errorf("the permission is %q in %q, want %q", e.Permission, e.Why, wantPermission)
	}
	for _, secret := range []string{awsfake.Secret, awsfake.Token, "\x1b"} {
		if strings.Contains(e.Why+e.Advice, secret) {
			t.Errorf("it shows %q: %q", secret, e.Why)
		}
	}
}

// TestAnEmptyAnswerIsNone: what a proxy or a broken service may send.
func TestAnEmptyAnswerIsNone(t *testing.T) {
	for name, answer := range map[string]awsfake.Answer{
		"whose credentials":        awsfake.Caller("", ""),
		"is there a user":          {Body: "<GetUserResponse><GetUserResult></GetUserResult></GetUserResponse>"},
		"the organization's block": awsfake.JSON(map[string]any{}),
		"the quota":                awsfake.JSON(map[string]any{}),
	} {
		t.Run(name, func(t *testing.T) { cantTell(t, questions[name], answer, "") })
	}
	for name, content := range map[string]string{
		"a policy that isn't JSON":         `{"s3_attributes"`,
		"a policy that says another thing": `{"s3_attributes":{"public_access_block_configuration":"some"}}`,
		"a policy of another shape":        `{"s3_attributes":{"public_access_block_configuration":["all"]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			cantTell(t, questions["the organization's block"], awsfake.Policy(content), "the organization's S3 policy")
		})
	}
}

func TestAQuestionThatNobodyAnswersEndsByItself(t *testing.T) {
	for name, q := range questions {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := awsfake.New()
				w.On(q.action, awsfake.Answer{Silent: true})
				begun := time.Now()
				_, err := q.ask(of(w))
				e, ok := errors.AsType[*account.CantTell](err)
				if !ok || !strings.Contains(e.Why, "no answer in time") {
					t.Errorf("it ends with %v", err)
				}
				if took := time.Since(begun); took > 3*time.Minute {
					t.Errorf("it took %s", took)
				}
			})
		})
	}
}
