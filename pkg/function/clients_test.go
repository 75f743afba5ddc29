package function

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
)

// refusing refuses every request and keeps it.
type refusing struct {
	status   int
	location string
	sent     []*http.Request
}

// RoundTrip refuses a request.
func (f *refusing) RoundTrip(r *http.Request) (*http.Response, error) {
	f.sent = append(f.sent, r)
	answer := functiontest.Refuse(r, f.status, http.StatusText(f.status), "refused")
	if f.location != "" {
		answer.Header.Set("Location", f.location)
	}
	return answer, nil
}

// send sends a request to each service and expects all of them to be refused.
func (f *refusing) send(t *testing.T, environment map[string]string) {
	t.Helper()
	c := newClients(functiontest.Settings(region, environment), f)
	_, s3Err := c.s3.GetBucketTagging(t.Context(), &s3.GetBucketTaggingInput{Bucket: aws.String("name")})
	_, snsErr := c.sns.Publish(t.Context(), &sns.PublishInput{TopicArn: aws.String("topic"), Message: aws.String("m")})
	_, sqsErr := c.sqs.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{QueueUrl: aws.String("queue"), ReceiptHandle: aws.String("h"), VisibilityTimeout: 1})
	if s3Err == nil || snsErr == nil || sqsErr == nil {
		t.Fatalf("S3 %v, SNS %v, SQS %v", s3Err, snsErr, sqsErr)
	}
}

func TestARequestThatFailsIsSentFourTimesWithinSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &refusing{status: http.StatusServiceUnavailable}
		began := time.Now()
		f.send(t, nil)
		if len(f.sent) != 3*4 {
			t.Errorf("three services were sent %d requests, want 4 each", len(f.sent))
		}
		if took := time.Since(began); took > 3*3*MaxBackoff {
			t.Errorf("three attempts of three calls were %s apart", took)
		}
	})
}

// TestAttemptsAreNeverFurtherApartThanIsSaid: the SDK doubles the pauses, by itself up to 20 s.
func TestAttemptsAreNeverFurtherApartThanIsSaid(t *testing.T) {
	for attempt := range 10 {
		if d, err := newRetryer().RetryDelay(attempt+1, errors.New("unavailable")); err != nil || d > MaxBackoff {
			t.Errorf("after attempt %d: %s, %v", attempt+1, d, err)
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	for _, status := range []int{http.StatusMovedPermanently, http.StatusTemporaryRedirect} {
		f := &refusing{status: status, location: "https://elsewhere.invalid/"}
		f.send(t, nil)
		for _, r := range f.sent {
			if r.Host == "elsewhere.invalid" || r.URL.Host == "elsewhere.invalid" {
				t.Errorf("%d: a request went to %s", status, r.URL)
			}
		}
	}
}

func TestRequestsGoWhereTheSettingsSay(t *testing.T) {
	for name, c := range map[string]struct {
		environment map[string]string
		want        [3]string
	}{
		"AWS, bucket names in the path": {nil, [3]string{"https://s3.us-east-1.amazonaws.com/name", "https://sns.us-east-1.amazonaws.com/", "https://sqs.us-east-1.amazonaws.com/"}},
		"AWS, bucket names in the host": {map[string]string{"S3_USE_PATH_STYLE": "false"},
			[3]string{"https://name.s3.us-east-1.amazonaws.com/", "https://sns.us-east-1.amazonaws.com/", "https://sqs.us-east-1.amazonaws.com/"}},
		"AWS's FIPS endpoints": {map[string]string{"AWS_USE_FIPS_ENDPOINT": "true"},
			[3]string{"https://s3-fips.us-east-1.amazonaws.com/name", "https://sns-fips.us-east-1.amazonaws.com/", "https://sqs-fips.us-east-1.amazonaws.com/"}},
		"endpoints": {map[string]string{"AWS_ENDPOINT_URL_S3": "http://s3.local:1", "AWS_ENDPOINT_URL_SNS": "http://sns.local:2", "AWS_ENDPOINT_URL_SQS": "http://sqs.local:3"},
			[3]string{"http://s3.local:1/name", "http://sns.local:2/", "http://sqs.local:3/"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := &refusing{status: http.StatusForbidden}
			f.send(t, c.environment)
			var got [3]string
			for i, r := range f.sent {
				got[i] = r.URL.Scheme + "://" + r.URL.Host + r.URL.Path
			}
			if got != c.want {
				t.Errorf("requests went to %v, want %v", got, c.want)
			}
		})
	}
}
