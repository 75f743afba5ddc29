package s3store_test

import (
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/bucketstest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

const (
	account  = "935799716578"
	stranger = "111122223333"
	role     = "function" // the access key id of the function's role
)

func naming(region string) bucket.Naming {
	return bucket.Naming{Account: account, Region: region, BucketPrefix: "fusion-rms-", ClientAccount: account, ClientUserPrefix: "rms_"}
}

func TestStoreConformsToThePort(t *testing.T) {
	for _, region := range []string{"us-east-1", "eu-central-1"} {
		t.Run(region, func(t *testing.T) {
			bucketstest.Run(t, func(*testing.T) bucketstest.World { return newWorld(region) })
		})
	}
}

// TestTheFakeAnswersAsS3 holds the fake to what S3 was seen to answer, once it was
// (`make accept`), and until then to its documentation.
func TestTheFakeAnswersAsS3(t *testing.T) {
	recording, err := bucketstest.ReadRecording("../../docs/aws-answers.json")
	if err != nil {
		t.Fatal(err)
	}
	regions := []string{"us-east-1", "eu-central-1"}
	if recording.Region != "" {
		regions = []string{recording.Region}
	}
	for _, region := range regions {
		t.Run(region, func(t *testing.T) {
			bucketstest.RunQuestions(t, func(*testing.T) bucketstest.World { return newWorld(region) }, recording, nil)
		})
	}
}

// newWorld is the store on an empty fake. Like the deployed role, its caller may
// not list buckets, so absent objects are 403.
func newWorld(region string) bucketstest.World {
	fake := s3fake.New(account)
	fake.SetIdentity(role, s3fake.Identity{Lacks: []string{"s3:ListBucket", "s3:PutBucketTagging", "s3:DeleteBucket"}})
	fake.Put("orgbucket-homes", s3fake.Bucket{Owner: account, Region: region})
	client := fake.Client(s3fake.ClientOptions{AccessKeyID: role, Region: region})
	store := s3store.New(client, account, "orgbucket-homes")
	return bucketstest.World{
		Buckets: store, Claims: store, HomesBucket: "orgbucket-homes",
		WithoutHomes: s3store.New(client, account, "nosuch-homes"),
		Naming:       naming(region),
		Backdoor: backdoor{
			Operator: bucketstest.Operator{
				S3:        fake.Client(s3fake.ClientOptions{Region: region}),
				S3Control: fake.Control(s3fake.ClientOptions{Region: region}), Region: region,
			},
			fake: fake,
		},
	}
}

// backdoor does what others do to the fake.
type backdoor struct {
	bucketstest.Operator
	fake *s3fake.Server
}

func (b backdoor) GiveAway(_ context.Context, name string) error { return b.setOwner(name, stranger) }
func (b backdoor) TakeBack(_ context.Context, name string) error { return b.setOwner(name, account) }

func (b backdoor) setOwner(name, owner string) error {
	state, _ := b.fake.Bucket(name)
	state.Owner = owner
	b.fake.Put(name, state)
	return nil
}

func (b backdoor) Move(_ context.Context, name, region string) error {
	state, _ := b.fake.Bucket(name)
	state.Region = region
	b.fake.Put(name, state)
	return nil
}

func (b backdoor) BlockAccount(_ context.Context, on bool) error {
	b.fake.SetAccountBlock(account, s3fake.AccessBlock{BlockPublicAcls: on, IgnorePublicAcls: on, BlockPublicPolicy: on, RestrictPublicBuckets: on})
	return nil
}

func (b backdoor) CreateUser(_ context.Context, name string) error {
	b.fake.AddUser(userARN(name))
	return nil
}

func (b backdoor) DeleteUser(_ context.Context, name string) error {
	b.fake.RemoveUser(userARN(name))
	return nil
}

func (b backdoor) ClientOf(_ context.Context, user string) (*s3.Client, error) {
	b.fake.SetIdentity(user, s3fake.Identity{ARN: userARN(user), Unprivileged: true})
	return b.fake.Client(s3fake.ClientOptions{AccessKeyID: user, Region: b.Region}), nil
}

func userARN(name string) string { return "arn:aws:iam::" + account + ":user/" + name }

func (b backdoor) ReadAnonymously(ctx context.Context, name, key string) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://s3.fake.invalid/"+name+"/"+key, nil)
	if err != nil {
		return 0, nil, err
	}
	response, err := (&http.Client{Transport: b.fake.RoundTripper()}).Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, body, err
}
