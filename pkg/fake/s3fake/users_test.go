package s3fake_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// grant lets user get the objects of a-bucket.
const grant = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + user + `"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::a-bucket/*"}]}`

// rms is a client of user, whom no policy of IAM allows anything.
func rms(s *s3fake.Server) *s3.Client {
	s.SetIdentity("rms", s3fake.Identity{ARN: user, Unprivileged: true})
	return once(s, s3fake.ClientOptions{AccessKeyID: "rms"})
}

func TestANewUserCantBeNamedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFake()
		s.Put(name, s3fake.Bucket{})
		s.SetLag(s3fake.Lag{Users: time.Minute})
		c := once(s, s3fake.ClientOptions{})
		s.AddUser(user)
		time.Sleep(30 * time.Second)
		s.AddUser(user) // who is there already gets no younger
		refused(t, putPolicy(t.Context(), c, name, grant), 400, "MalformedPolicy")
		time.Sleep(30 * time.Second)
		must(t, putPolicy(t.Context(), c, name, grant))
	})
}

func TestAnUnprivilegedUserMayDoWhatThePolicySaysAndNothingElse(t *testing.T) {
	s := newFake()
	s.AddUser(user)
	s.Put(name, s3fake.Bucket{Policy: grant, AccessBlock: &s3fake.AccessBlock{RestrictPublicBuckets: true}, Objects: map[string]s3fake.Object{"k": {}}})
	c := rms(s)
	_, err := get(t, c, "k")
	must(t, err)
	_, err = c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(name), Key: aws.String("k")})
	refused(t, err, 403, "AccessDenied")
	refused(t, getTags(t.Context(), c, name), 403, "AccessDenied")
}

func TestTheGrantOfAUserWhoWasMadeAgainIsDeadUntilItIsPutAgain(t *testing.T) {
	s := newFake()
	s.AddUser(user)
	s.Put(name, s3fake.Bucket{Objects: map[string]s3fake.Object{"k": {}}})
	operator := once(s, s3fake.ClientOptions{})
	must(t, putPolicy(t.Context(), operator, name, grant))
	c := rms(s)
	_, err := get(t, c, "k")
	must(t, err)
	s.RemoveUser(user)
	s.AddUser(user)
	_, err = get(t, c, "k")
	refused(t, err, 403, "AccessDenied")
	must(t, putPolicy(t.Context(), operator, name, grant))
	_, err = get(t, c, "k")
	must(t, err)
}

func TestADeletedBucketsNameIsFreeAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFake()
		s.SetQuota(1)
		s.SetLag(s3fake.Lag{Names: time.Minute})
		theirs, ours := once(s, s3fake.ClientOptions{AccessKeyID: "stranger"}), once(s, s3fake.ClientOptions{})
		must(t, create(t.Context(), theirs, name, ""))
		_, err := theirs.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: aws.String(name)})
		must(t, err)
		refused(t, create(t.Context(), ours, name, ""), 409, "OperationAborted")
		time.Sleep(time.Minute)
		must(t, create(t.Context(), ours, name, ""))
		must(t, create(t.Context(), theirs, "another", "")) // the deleted one doesn't count
	})
}
