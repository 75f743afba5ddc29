package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/operator/retry"
	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// user is an IAM user of the run.
type user struct {
	name      string
	client    *s3.Client
	id        string // of the access key
	secretKey string
}

// keyTakes is how long a new access key may be unknown to S3. IAM is eventually
// consistent (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html).
const keyTakes = 2 * time.Minute

// signUp makes an IAM user with a key, and waits until S3 knows the key.
func (r *run) signUp(ctx context.Context, name string) (user, error) {
	if known, ok := r.users[name]; ok {
		return known, nil
	}
	if _, err := r.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: &name}); err != nil {
		return user{}, fmt.Errorf("create user %s: %w", name, err)
	}
	key, err := r.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &name})
	if err != nil {
		return user{}, fmt.Errorf("create a key of user %s: %w", name, err)
	}
	u := user{name: name, id: *key.AccessKey.AccessKeyId, secretKey: *key.AccessKey.SecretAccessKey}
	u.client = r.clientOf(credentials.NewStaticCredentialsProvider(u.id, u.secretKey, ""))
	err = until(ctx, keyTakes, time.Second, func() string {
		_, err := u.client.ListBuckets(ctx, &s3.ListBucketsInput{})
		if strings.HasSuffix(access.Answer(err), "InvalidAccessKeyId") {
			return "S3 doesn't know the key of user " + name
		}
		return ""
	})
	if err != nil {
		return user{}, err
	}
	r.users[name] = u
	return u, nil
}

// client makes the organization's user, as signup does.
func (r *run) client(ctx context.Context, orgID string) (user, error) {
	return r.signUp(ctx, r.stage.Naming.ClientUserPrefix+orgID)
}

func (u user) visit(ctx context.Context) access.Visitor {
	return access.Visitor{Context: ctx, Client: u.client}
}

// anyone is a visitor whose requests have no signature.
func (r *run) anyone(ctx context.Context) access.Visitor {
	return access.Visitor{Context: ctx, Client: r.clientOf(aws.AnonymousCredentials{})}
}

// removeUser deletes a user with its keys and policies, which IAM wants gone first.
func (r *run) removeUser(ctx context.Context, name string) error {
	var errs []error
	keys, err := r.iam.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: &name})
	errs = append(errs, err)
	if err == nil {
		for _, key := range keys.AccessKeyMetadata {
			_, err := r.iam.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: &name, AccessKeyId: key.AccessKeyId})
			errs = append(errs, err)
		}
	}
	if !r.here { // whose users have no policies
		policies, err := r.iam.ListAttachedUserPolicies(ctx, &iam.ListAttachedUserPoliciesInput{UserName: &name})
		errs = append(errs, err)
		if err == nil {
			for _, policy := range policies.AttachedPolicies {
				_, err := r.iam.DetachUserPolicy(ctx, &iam.DetachUserPolicyInput{UserName: &name, PolicyArn: policy.PolicyArn})
				errs = append(errs, err)
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	_, err = r.iam.DeleteUser(ctx, &iam.DeleteUserInput{UserName: &name})
	return err
}

// pause waits, or returns early with the context's error.
func pause(ctx context.Context, d time.Duration) error {
	if !retry.Pause(ctx, d) {
		return context.Cause(ctx)
	}
	return nil
}
