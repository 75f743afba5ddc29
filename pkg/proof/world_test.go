package proof

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/outcome"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
	"github.com/fusionpos/orgbucket/pkg/sqsbatch"
)

const (
	account  = "935799716578"
	stranger = "111111111111"
	virginia = "us-east-1"
	// bahrain has no account-regional namespace: every name can be a stranger's.
	bahrain = "me-south-1"
)

// As deployed (infra/stack).
const (
	timeout         = 30 * time.Second
	visibility      = 180 * time.Second
	maxReceives     = 5
	firstRedelivery = 10 * time.Second
	lastRedelivery  = 15 * time.Minute
)

// world is everything around the function in one run, and the function.
type world struct {
	region  string
	keep    string        // which bucket a person keeps, if there's a choice
	timeout time.Duration // of the function; 0 is none
	many    bool          // deliveries run at once, each in its lane
	s3      *s3fake.Server
	wire    *wire
	queue   *queue
	topic   *topic
	check   *checker
	batch   *sqsbatch.Batch
	orgs    map[org.ID]bucket.Spec
}

// newWorld makes a world for some organizations, whose users exist. It has to be
// made within a synctest bubble.
func newWorld(region string, pace pacer, ids ...org.ID) *world {
	w := &world{region: region, timeout: timeout, s3: s3fake.New(account), queue: &queue{}, topic: &topic{}, orgs: map[org.ID]bucket.Spec{}}
	// What the function's role doesn't have.
	w.s3.SetIdentity("function", s3fake.Identity{Lacks: []string{
		"s3:ListAllMyBuckets", "s3:ListBucket", "s3:DeleteBucket", "s3:PutBucketTagging", "s3:DeleteBucketPolicy", "s3:DeleteObject",
	}})
	naming := bucket.Naming{Account: account, Region: region, BucketPrefix: "fusion-rms-", ClientAccount: account, ClientUserPrefix: "rms_"}
	for _, id := range ids {
		spec, err := naming.Spec(id)
		if err != nil {
			panic(err) // the tests' own ids
		}
		w.orgs[id] = spec
		w.s3.AddUser(spec.ClientUserARN)
	}
	w.wire = newWire(w, pace)
	w.check = newChecker(w)
	w.batch = w.function(naming)
	return w
}

// function wires the function as functions/provision-bucket does.
func (w *world) function(naming bucket.Naming) *sqsbatch.Batch {
	client := &http.Client{Transport: w.wire, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	cfg := aws.Config{Region: w.region, HTTPClient: client, Retryer: newRetryer, Credentials: aws.CredentialsProviderFunc(key)}
	s3 := w.s3.Client(s3fake.ClientOptions{AccessKeyID: "function", Region: w.region, Retryer: newRetryer(), HTTPClient: client})
	topic := sns.NewFromConfig(cfg, func(o *sns.Options) { o.BaseEndpoint = aws.String("https://" + topicHost) })
	queue := sqs.NewFromConfig(cfg, func(o *sqs.Options) { o.BaseEndpoint = aws.String("https://" + queueHost) })
	store := s3store.New(s3, account, homes)
	service := provision.NewService(naming, store, store)
	handler := provision.NewHandler(service, outcome.NewPublisher(topic, "arn:aws:sns:us-east-1:935799716578:outcomes"))
	return sqsbatch.New(handler, queue, slog.New(slog.NewJSONHandler(io.Discard, nil)), sqsbatch.Options{
		QueueURL:        "https://" + queueHost + "/signups",
		MaxReceiveCount: maxReceives,
		Redelivery:      sqsbatch.Redelivery{Min: firstRedelivery, Max: lastRedelivery},
	})
}

func key(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "function", SecretAccessKey: "secret"}, nil
}

// newRetryer is the function's.
func newRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff, o.RateLimiter = 4, 2*time.Second, ratelimit.None
	})
}

// others lets somebody else change the world between two calls.
func (w *world) others(act func(*world)) {
	act(w)
	w.check.rebase()
}

// end lets the goroutines of killed deliveries go: the bubble ends with its last.
func (w *world) end() {
	close(w.wire.grave)
	time.Sleep(time.Hour) // nothing that they still wait for takes longer
}
