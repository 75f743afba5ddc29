package s3server

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

const mayAll = `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`

// TestAChangeOfAUserShowsInTheNextRequest makes each change that IAM knows to a user who
// has just sent a request.
func TestAChangeOfAUserShowsInTheNextRequest(t *testing.T) {
	type user struct {
		Credentials
		*iam.Client
	}
	for name, c := range map[string]struct {
		change func(context.Context, user) error
		code   string // of the next request; empty if it succeeds
	}{
		"its policy is deleted": {func(ctx context.Context, u user) error {
			_, err := u.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: &u.User, PolicyName: aws.String("p")})
			return err
		}, "AccessDenied"},
		"its policy is replaced": {func(ctx context.Context, u user) error {
			return server.PutUserPolicy(ctx, u.User, "p", document(strings.Replace(mayAll, "Allow", "Deny", 1)))
		}, "AccessDenied"},
		"its key is switched off": {func(ctx context.Context, u user) error {
			_, err := u.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: &u.User, AccessKeyId: &u.AccessKeyID, Status: types.StatusTypeInactive})
			return err
		}, "InvalidAccessKeyId"},
		"its key is deleted": {func(ctx context.Context, u user) error {
			_, err := u.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: &u.User, AccessKeyId: &u.AccessKeyID})
			return err
		}, "InvalidAccessKeyId"},
		"it is deleted": {func(ctx context.Context, u user) error { return server.DeleteUser(ctx, u.User) }, "InvalidAccessKeyId"},
		"it is renamed": {func(ctx context.Context, u user) error {
			_, err := u.UpdateUser(ctx, &iam.UpdateUserInput{UserName: &u.User, NewUserName: aws.String(u.User + "-renamed")})
			return err
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			bucket, who := newBucket(t), newUser(t, mayAll)
			list := func() error {
				_, err := server.Client(who).ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket})
				return err
			}
			must(t, list())
			must(t, c.change(t.Context(), user{who, server.iamClient()}))
			if err := list(); c.code != "" {
				wantCode(t, err, 403, c.code)
			} else {
				must(t, err)
			}
		})
	}
}

func TestANameIsTakenInAnyCase(t *testing.T) {
	client, first, second := server.iamClient(), newUser(t), newUser(t)
	upper := strings.ToUpper(first.User)
	_, err := client.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &upper})
	wantCode(t, err, 409, "EntityAlreadyExists")
	_, err = client.UpdateUser(t.Context(), &iam.UpdateUserInput{UserName: &second.User, NewUserName: &upper})
	wantCode(t, err, 409, "EntityAlreadyExists")
	found, err := client.GetUser(t.Context(), &iam.GetUserInput{UserName: &upper})
	must(t, err)
	if *found.User.UserName != first.User {
		t.Errorf("%s is %s", upper, *found.User.UserName)
	}

	renamed := first.User + "-renamed"
	_, err = client.UpdateUser(t.Context(), &iam.UpdateUserInput{UserName: &first.User, NewUserName: &renamed})
	must(t, err)
	_, err = client.GetUser(t.Context(), &iam.GetUserInput{UserName: &first.User})
	wantCode(t, err, 404, "NoSuchEntity")
	_, err = client.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &upper}) // the old name is free
	must(t, err)
}

func TestUsersThatDoNotExist(t *testing.T) {
	client, nobody := server.iamClient(), aws.String("rms_nobody")
	_, err := client.GetUser(t.Context(), &iam.GetUserInput{UserName: nobody})
	wantCode(t, err, 404, "NoSuchEntity")
	_, err = client.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: nobody})
	wantCode(t, err, 404, "NoSuchEntity")
	_, err = client.DeleteUser(t.Context(), &iam.DeleteUserInput{UserName: nobody})
	wantCode(t, err, 404, "NoSuchEntity")
	_, err = client.UpdateUser(t.Context(), &iam.UpdateUserInput{UserName: nobody, NewPath: aws.String("/x/")})
	wantCode(t, err, 404, "NoSuchEntity")
	_, err = client.GetAccessKeyLastUsed(t.Context(), &iam.GetAccessKeyLastUsedInput{AccessKeyId: aws.String("AKIA0123456789012345")})
	wantCode(t, err, 404, "NoSuchEntity")
}

// TestUsersAreListedByNameAndPathInPages lists among all the users of other tests.
func TestUsersAreListedByNameAndPathInPages(t *testing.T) {
	client, path := server.iamClient(), aws.String("/"+newName("paged")+"/")
	var want []string
	for range 5 {
		name := newName("rms_paged")
		_, err := client.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name, Path: path})
		must(t, err)
		want = append(want, name)
	}
	slices.Sort(want)
	var got, pages []string
	for marker := (*string)(nil); ; {
		out, err := client.ListUsers(t.Context(), &iam.ListUsersInput{PathPrefix: path, MaxItems: aws.Int32(2), Marker: marker})
		must(t, err)
		for _, user := range out.Users {
			got = append(got, *user.UserName)
		}
		pages = append(pages, fmt.Sprint(len(out.Users)))
		if marker = out.Marker; !out.IsTruncated {
			break
		}
	}
	if !slices.Equal(got, want) || strings.Join(pages, " ") != "2 2 1" {
		t.Errorf("got %v in pages of %v, want %v", got, pages, want)
	}
}

// TestARequestTakesAsLongAmongManyUsers compares medians, since the machine may be busy:
// with one file for all users a put among 500 takes thirty times as long.
func TestARequestTakesAsLongAmongManyUsers(t *testing.T) {
	bucket, who := newBucket(t), newUser(t, mayAll)
	median := func() time.Duration {
		took := make([]time.Duration, 31)
		for i := range took {
			began := time.Now()
			_, err := server.Client(who).PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("x"), Body: strings.NewReader("x")})
			must(t, err)
			took[i] = time.Since(began)
		}
		slices.Sort(took)
		return took[len(took)/2]
	}
	before := median()
	for range 500 {
		newUser(t)
	}
	after := median()
	t.Logf("a put takes %s, among 500 users more %s", before, after)
	if after > 10*before {
		t.Errorf("a put takes %s, among 500 users more %s", before, after)
	}
}
