// Package conformance holds the S3 adapter against a real server that no one
// here wrote, with the rights that the function will have.
package conformance

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/s3control/types"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/infra/local/system"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/bucketstest"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

const bucketPrefix = "fusion-rms-"

// TestTheStoreConformsOnVersitygw runs the suite that the fake passes, too. What
// versitygw can't show is listed in the test's log (-v).
func TestTheStoreConformsOnVersitygw(t *testing.T) {
	recording, err := bucketstest.ReadRecording("../../../docs/aws-answers.json")
	if err != nil {
		t.Fatal(err)
	}
	server, err := s3server.Start(t.Context(), s3server.Options{Log: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	homes := "orgbucket-homes"
	if _, err := server.RootClient().CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &homes}); err != nil {
		t.Fatal(err)
	}
	identity, differences, err := system.CreateFunctionUser(t.Context(), server, bucketPrefix, homes)
	if err != nil {
		t.Fatal(err)
	}
	for _, difference := range differences {
		t.Log("the function's rights here:", difference)
	}
	store := s3store.New(server.Client(identity), server.Account(), homes)
	world := bucketstest.World{
		Buckets: store, Claims: store, HomesBucket: homes,
		WithoutHomes: s3store.New(server.Client(identity), server.Account(), bucketPrefix+"nosuch-homes"),
		Naming:       naming(server),
		Backdoor: backdoor{bucketstest.Operator{
			S3: server.RootClient(), S3Control: server.ControlClient(server.RootCredentials()), Region: server.Region(),
		}, server, map[string]s3server.Credentials{}},
		Lacks: []bucketstest.Capability{bucketstest.OtherRegions, bucketstest.UniquePrincipals},
	}
	bucketstest.Run(t, func(*testing.T) bucketstest.World { return world })
	bucketstest.RunQuestions(t, func(*testing.T) bucketstest.World { return world }, recording, otherAnswers)
}

// otherAnswers are versitygw's answers that docs/proof.md has, too.
var otherAnswers = map[string]string{
	"create our own bucket again, without tags": "409 BucketAlreadyOwnedByYou",
}

func naming(server *s3server.Server) bucket.Naming {
	return bucket.Naming{
		Account: server.Account(), Region: server.Region(), BucketPrefix: bucketPrefix,
		ClientAccount: server.Account(), ClientUserPrefix: "rms_",
	}
}

// backdoor does what others do, by requests of the account's root where there is one for it.
type backdoor struct {
	bucketstest.Operator
	server *s3server.Server
	users  map[string]s3server.Credentials
}

func (b backdoor) GiveAway(_ context.Context, name string) error {
	return b.server.GiveAway(name, "111122223333")
}

func (b backdoor) TakeBack(_ context.Context, name string) error {
	return b.server.GiveAway(name, b.server.Account())
}

func (b backdoor) Move(context.Context, string, string) error {
	return errors.New("move a bucket: versitygw has one Region")
}

func (b backdoor) BlockAccount(ctx context.Context, on bool) error {
	_, err := b.server.ControlClient(b.server.RootCredentials()).PutPublicAccessBlock(ctx, &s3control.PutPublicAccessBlockInput{
		AccountId: aws.String(b.server.Account()),
		PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
			BlockPublicAcls: &on, IgnorePublicAcls: &on, BlockPublicPolicy: &on, RestrictPublicBuckets: &on,
		},
	})
	return err
}

func (b backdoor) CreateUser(ctx context.Context, name string) error {
	credentials, err := b.server.CreateUser(ctx, name)
	b.users[name] = credentials
	return err
}

func (b backdoor) ClientOf(_ context.Context, user string) (*s3.Client, error) {
	return b.server.Client(b.users[user]), nil
}

func (b backdoor) DeleteUser(ctx context.Context, name string) error {
	return b.server.DeleteUser(ctx, name)
}

func (b backdoor) ReadAnonymously(ctx context.Context, name, key string) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, b.server.ObjectURL(name, key), nil)
	if err != nil {
		return 0, nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, body, err
}
