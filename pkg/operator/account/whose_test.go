package account_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

const other = "111122223333"

// TestTheWrongAccountIsntAsked: with another account's credentials the answers would
// be good ones, about somebody else's users and buckets; and if neither a stage
// nor the environment names it, the account isn't known.
func TestTheWrongAccountIsntAsked(t *testing.T) {
	ofAccounts := []string{"the quota", "the number of buckets", "how many more buckets"}
	for name, c := range map[string]struct {
		account   string
		questions []string
		says      string
		asked     string
	}{
		"another's credentials": {awsfake.Account, append(ofAccounts, "is there a user", "are there users"), awsfake.Account + ", and the credentials are of account " + other, "sts:GetCallerIdentity"},
		"no account":            {"", append(ofAccounts, "the account's block", "the organization's block"), "ACCOUNT_ID", ""},
	} {
		for _, q := range c.questions {
			t.Run(name+", "+q, func(t *testing.T) {
				w := awsfake.New()
				w.On("sts:GetCallerIdentity", awsfake.Caller(other, "arn:aws:iam::111122223333:user/a"))
				got, err := questions[q].ask(ofAccount(w, c.account, awsfake.Region))
				if e, ok := errors.AsType[*account.CantTell](err); !ok || !strings.Contains(e.Why, c.says) || e.Permission != "" {
					t.Errorf("the answer is %v, %v", got, err)
				}
				if got := strings.Join(w.Actions(), " "); got != c.asked {
					t.Errorf("asked %q", got)
				}
			})
		}
	}
}

// TestTheOrganizationIsAskedAboutTheRightAccount: the management account's
// credentials can ask about a member.
func TestTheOrganizationIsAskedAboutTheRightAccount(t *testing.T) {
	for caller, target := range map[string]string{awsfake.Account: "", other: awsfake.Account} {
		w := awsfake.New()
		w.On("sts:GetCallerIdentity", awsfake.Caller(caller, "arn:aws:iam::"+caller+":user/a"))
		if _, err := of(w).OrganizationAccessBlock(context.Background()); err != nil {
			t.Fatal(err)
		}
		seen := w.Seen()
		last := seen[len(seen)-1]
		if last.Fields["TargetId"] != target || last.Fields["PolicyType"] != "S3_POLICY" {
			t.Errorf("with credentials of %s it's asked for %v", caller, last.Fields)
		}
	}
}

func TestOfTheClientsUsersTheirOwnAccountDecides(t *testing.T) {
	w := awsfake.New()
	w.On("sts:GetCallerIdentity", awsfake.Caller(other, "arn:aws:iam::111122223333:user/a"))
	arn := "arn:aws:iam::" + other + ":user/rms_x"
	w.On("iam:GetUser", awsfake.User(arn))
	if exists, err := of(w).UserExists(context.Background(), arn); err != nil || !exists {
		t.Errorf("%v, %v", exists, err)
	}
}

func TestWhoseTheCredentialsAreIsAskedOnce(t *testing.T) {
	w := awsfake.New()
	w.On("sts:GetCallerIdentity", awsfake.Throttled("sts:GetCallerIdentity"))
	a := of(w)
	if _, err := a.UserExists(context.Background(), xmsqa1); err == nil {
		t.Fatal("it can't be told")
	}
	w.On("sts:GetCallerIdentity", awsfake.Caller(awsfake.Account, "arn:aws:iam::935799716578:user/a"))
	before := len(w.Seen())
	for range 3 {
		if exists, err := a.UserExists(context.Background(), xmsqa1); err != nil || !exists {
			t.Fatalf("%v, %v: a failure is kept", exists, err)
		}
	}
	if asked := len(w.Seen()) - before; asked != 4 {
		t.Errorf("%d requests, want one for the identity and three for the user", asked)
	}
}

func TestAnARNThatIsNoUsersIsntAskedFor(t *testing.T) {
	for _, arn := range []string{"", "rms_x", "arn:aws:iam::935799716578:role/rms_x", "arn:aws:s3:::user/rms_x", "AIDAEXAMPLE"} {
		w := awsfake.New()
		if exists, err := of(w).UserExists(context.Background(), arn); err == nil {
			t.Errorf("%q exists: %v", arn, exists)
		}
		if len(w.Seen()) > 0 {
			t.Errorf("%q: asked %v", arn, w.Actions())
		}
	}
}

func TestTheLastPartOfAPathIsAUsersName(t *testing.T) {
	w := awsfake.New()
	arn := "arn:aws:iam::935799716578:user/clients/eu/rms_x"
	w.OnEach("iam:GetUser", func(r awsfake.Request) awsfake.Answer {
		if r.Fields["UserName"] != "rms_x" {
			return awsfake.Refuse("iam:GetUser", 404, "NoSuchEntity", "no")
		}
		return awsfake.User(arn)
	})
	if exists, err := of(w).UserExists(context.Background(), arn); err != nil || !exists {
		t.Errorf("%v, %v", exists, err)
	}
}

func TestAllPagesAreRead(t *testing.T) {
	t.Run("of buckets", func(t *testing.T) {
		w := awsfake.New()
		w.OnEach("s3:ListAllMyBuckets", func(r awsfake.Request) awsfake.Answer {
			if r.Fields["max-buckets"] != "10000" {
				return awsfake.Refuse("s3:ListAllMyBuckets", 400, "InvalidRequest", "unpaginated")
			}
			return map[string]awsfake.Answer{"": awsfake.Buckets(10, "b"), "b": awsfake.Buckets(0, "c"), "c": awsfake.Buckets(5, "")}[r.Fields["continuation-token"]]
		})
		if n, err := of(w).BucketCount(context.Background()); err != nil || n != 15 {
			t.Errorf("%d, %v", n, err)
		}
	})
	t.Run("of users", func(t *testing.T) {
		w := awsfake.New()
		w.OnEach("iam:ListUsers", func(r awsfake.Request) awsfake.Answer {
			return map[string]awsfake.Answer{"": awsfake.Users("b", "arn:aws:iam::1:user/x"), "b": awsfake.Users("", "arn:aws:iam::1:user/rms_z")}[r.Fields["Marker"]]
		})
		if name, err := of(w).UserWithPrefix(context.Background(), awsfake.Account, "rms_"); err != nil || name != "rms_z" {
			t.Errorf("%q, %v", name, err)
		}
	})
}

// TestAListThatHasNoEndIsntTakenForTheWhole: it goes on and on, or breaks off.
func TestAListThatHasNoEndIsntTakenForTheWhole(t *testing.T) {
	endless := awsfake.Users("again", "arn:aws:iam::935799716578:user/x")
	broken := endless
	broken.Body = strings.Replace(broken.Body, "<Marker>again</Marker>", "", 1)
	for name, answer := range map[string]map[string]awsfake.Answer{
		"endless": {"the number of buckets": awsfake.Buckets(1, "again"), "are there users": endless},
		"broken":  {"are there users": broken},
	} {
		for question, a := range answer {
			w := awsfake.New()
			w.On(questions[question].action, a)
			if got, err := questions[question].ask(of(w)); err == nil || len(w.Seen()) > 120 {
				t.Errorf("%s, %s: %v after %d requests", name, question, got, len(w.Seen()))
			}
		}
	}
}

func TestEachPartitionIsAskedWhereItAnswers(t *testing.T) {
	for region, want := range map[string]struct{ host, arn string }{
		"eu-west-1":     {"servicequotas.us-east-1.amazonaws.com", "arn:aws:servicequotas:us-east-1:"},
		"cn-north-1":    {"servicequotas.cn-north-1.amazonaws.com.cn", "arn:aws-cn:servicequotas:cn-north-1:"},
		"us-gov-east-1": {"servicequotas.us-gov-west-1.amazonaws.com", "arn:aws-us-gov:servicequotas:us-gov-west-1:"},
	} {
		t.Run(region, func(t *testing.T) {
			w := awsfake.New()
			a := ofAccount(w, awsfake.Account, region)
			if _, err := a.BucketQuota(context.Background()); err != nil {
				t.Fatal(err)
			}
			seen := w.Seen()
			if r := seen[len(seen)-1]; r.Host != want.host || r.Fields["QuotaCode"] != "L-DC2B2D3D" || r.Fields["ServiceCode"] != "s3" {
				t.Errorf("asked %s for %v", r.Host, r.Fields)
			}
			w.On("servicequotas:GetServiceQuota", awsfake.Denied("servicequotas:GetServiceQuota"))
			if _, err := a.BucketQuota(context.Background()); err == nil || !strings.Contains(err.Error(), want.arn) {
				t.Errorf("%v", err)
			}
		})
	}
}
