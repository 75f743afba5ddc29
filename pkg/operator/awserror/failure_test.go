package awserror_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

const action = "ssm:GetParametersByPath"

// ask makes a request with the SDK and gives its error.
func ask(cfg aws.Config) error {
	_, err := ssm.NewFromConfig(cfg).GetParametersByPath(context.Background(), &ssm.GetParametersByPathInput{Path: aws.String("/x")})
	return err
}

func answered(a awsfake.Answer) error {
	w := awsfake.New()
	w.On(action, a)
	return ask(w.Config())
}

func withConfig(change func(*aws.Config)) error {
	cfg := awsfake.New().Config()
	change(&cfg)
	return ask(cfg)
}

func TestEachRefusalHasItsCause(t *testing.T) {
	code := func(status int, code string) error {
		return answered(awsfake.Refuse(action, status, code, "words"))
	}
	for name, c := range map[string]struct {
		err  error
		want awserror.Cause
	}{
		"a permission is missing":       {answered(awsfake.Denied(action)), awserror.Denied},
		"a permission is missing in S3": {code(403, "AccessDenied"), awserror.Denied},
		"no credentials, as a metadata service said": {withConfig(func(c *aws.Config) {
			c.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{}, code(403, "")
			})
		}), awserror.NoCredentials},
		"a permission is missing in SNS":                {code(403, "AuthorizationError"), awserror.Denied},
		"the credentials are over":                      {answered(awsfake.Expired(action)), awserror.Expired},
		"the credentials are over in S3":                {code(400, "ExpiredToken"), awserror.Expired},
		"the key isn't known":                           {code(400, "UnrecognizedClientException"), awserror.Rejected},
		"the key isn't known in S3":                     {code(403, "InvalidAccessKeyId"), awserror.Rejected},
		"the secret is wrong":                           {code(400, "InvalidSignatureException"), awserror.Rejected},
		"the Region isn't switched on":                  {code(403, "OptInRequired"), awserror.Account},
		"the clock is wrong":                            {code(403, "RequestTimeTooSkewed"), awserror.Skewed},
		"too many requests":                             {answered(awsfake.Throttled(action)), awserror.Throttled},
		"too many requests in Lambda":                   {code(429, "TooManyRequestsException"), awserror.Throttled},
		"too many requests without a code":              {answered(awsfake.Answer{Status: 429}), awserror.Throttled},
		"a fault":                                       {code(500, "InternalServerError"), awserror.Unavailable},
		"a balancer's 503":                              {answered(awsfake.Answer{Status: 503, Body: "<html>"}), awserror.Unavailable},
		"a server of other services":                    {code(400, "UnknownOperationException"), awserror.NotServed},
		"a server that has some of S3":                  {code(501, "NotImplemented"), awserror.NotServed},
		"a server that knows nothing":                   {answered(awsfake.NotFound(action)), awserror.NotServed},
		"a proxy's page":                                {answered(awsfake.Garbage(action)), awserror.NotServed},
		"an absent queue":                               {code(400, "QueueDoesNotExist"), awserror.Other},
		"nobody listens":                                {answered(awsfake.Unreachable(action)), awserror.Unreachable},
		"no such host":                                  {answered(awsfake.Answer{Err: &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "ssm.eu-wst-1.amazonaws.com", IsNotFound: true}}}), awserror.Unreachable},
		"the connection breaks":                         {answered(awsfake.Answer{Err: errors.New("unexpected EOF")}), awserror.Unreachable},
		"the dial takes too long":                       {answered(awsfake.Answer{Err: &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}}), awserror.TimedOut},
		"the time is over":                              {answered(awsfake.Answer{Err: context.DeadlineExceeded}), awserror.TimedOut},
		"no Region":                                     {withConfig(func(c *aws.Config) { c.Region = "" }), awserror.NoRegion},
		"no credentials":                                {withConfig(func(c *aws.Config) { c.Credentials = nobody{} }), awserror.NoCredentials},
		"empty credentials":                             {withConfig(func(c *aws.Config) { c.Credentials = credentials.NewStaticCredentialsProvider("", "", "") }), awserror.NoCredentials},
		"credentials behind an endpoint that's far off": {withConfig(func(c *aws.Config) { c.Credentials = aws.NewCredentialsCache(far{}) }), awserror.NoCredentials},
		"something else":                                {errors.New("something else"), awserror.Other},
	} {
		t.Run(name, func(t *testing.T) {
			if c.err == nil {
				t.Fatal("there was no refusal")
			}
			if got := awserror.Of(c.err); got.Cause != c.want {
				t.Errorf("%v\nis taken for %q (%+v), not for %q", c.err, got.Cause, got, c.want)
			}
		})
	}
}

type nobody struct{}

func (nobody) Retrieve(context.Context) (aws.Credentials, error) {
	return aws.Credentials{}, errors.New("no EC2 IMDS role found")
}

// sayingDenied is STS where the role's trust policy says no.
func sayingDenied() aws.Config {
	w := awsfake.New()
	w.On("sts:AssumeRoleWithWebIdentity", awsfake.Refuse("sts:AssumeRoleWithWebIdentity", 403, "AccessDenied", "Not authorized to perform it"))
	return w.Config()
}

type token struct{}

func (token) GetIdentityToken() ([]byte, error) { return []byte("token"), nil }

// far is a source of credentials that can't be reached in time.
type far struct{}

func (far) Retrieve(context.Context) (aws.Credentials, error) {
	return aws.Credentials{}, fmt.Errorf("assume role: %w", context.DeadlineExceeded)
}

// TestNoCredentialsAreToldByTheSDKsOwnConfiguration: its words are all there is to
// go by, so they are held to here.
func TestNoCredentialsAreToldByTheSDKsOwnConfiguration(t *testing.T) {
	awsfake.ClearEnvironment(t)
	cfg, err := config.LoadDefaultConfig(context.Background(), config.WithRegion("eu-west-1"))
	if err != nil {
		t.Fatal(err)
	}
	cfg.HTTPClient = &http.Client{Transport: awsfake.New()}
	missing := ask(cfg)
	got := awserror.Of(missing)
	if got.Cause != awserror.NoCredentials || got.Text != "no EC2 IMDS role found" {
		t.Errorf("it's taken for %+v", got)
	}
	missing = fmt.Errorf("find the stage: %w", missing)
	if said := awserror.Plain(missing); said.Error() != "find the stage: no credentials: no EC2 IMDS role found" || awserror.Of(said) != got {
		t.Errorf("said plainly: %v, which is taken for %+v", said, awserror.Of(said))
	}
	denied := withConfig(func(c *aws.Config) {
		c.Credentials = stscreds.NewWebIdentityRoleProvider(sts.NewFromConfig(sayingDenied()), "arn:aws:iam::1:role/r", token{})
	})
	if said := awserror.Plain(denied).Error(); said != "no credentials: failed to retrieve credentials (AccessDenied: Not authorized to perform it)" {
		t.Errorf("said plainly: %s", said)
	}
	if other := errors.New("operation error S3: something else"); awserror.Plain(other) != other {
		t.Errorf("%v", awserror.Plain(other))
	}
}

// TestEachCauseIsSaidInAShortLineWithWhatToDo also holds that nothing from
// outside reaches the terminal as it is.
func TestEachCauseIsSaidInAShortLineWithWhatToDo(t *testing.T) {
	for cause, says := range map[awserror.Cause]string{
		awserror.WrongRegion: "Region is wrong", awserror.Denied: "needs permission sqs:SendMessage on q", awserror.NoCredentials: "no credentials", awserror.Expired: "expired",
		awserror.Rejected: "doesn't accept", awserror.Account: "refuses the account", awserror.Skewed: "clock", awserror.NoRegion: "no Region", awserror.Unreachable: "reached",
		awserror.TimedOut: "no answer in time", awserror.Throttled: "throttled", awserror.Unavailable: "fault", awserror.NotServed: "what is there doesn't serve this", awserror.Other: "Oops: words",
	} {
		r := awserror.Failure{Cause: cause, Status: 400, Code: "Oops", Text: "words"}
		why := r.Why("sqs:SendMessage on q")
		if !strings.Contains(why, says) || strings.ContainsAny(why, "\n") {
			t.Errorf("%s: %q", cause, why)
		}
		if needless := cause == awserror.Throttled || cause == awserror.Unavailable || cause == awserror.Other; (r.Advice() == "") != needless {
			t.Errorf("%s: the advice is %q", cause, r.Advice())
		}
	}
}

func TestTextFromOutsideIsSafeAndShort(t *testing.T) {
	_, err := sqs.NewFromConfig(func() aws.Config {
		w := awsfake.New()
		w.On("sqs:SendMessage", awsfake.Refuse("sqs:SendMessage", 400, "Bad\x1b[31m", "\x1b]0;owned\x07 "+strings.Repeat("ü", 5_000)+"\r\n"))
		return w.Config()
	}()).SendMessage(context.Background(), &sqs.SendMessageInput{QueueUrl: aws.String("https://x/1/q"), MessageBody: aws.String("b")})
	r := awserror.Of(err)
	for _, text := range []string{r.Code, r.Text, r.Why("")} {
		if strings.ContainsAny(text, "\x1b\x07\r\n") || len([]rune(text)) > 500 {
			t.Errorf("%q", text)
		}
	}
}
