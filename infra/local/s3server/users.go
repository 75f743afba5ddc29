package s3server

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// Credentials are an IAM user's name and one access key of it.
type Credentials struct {
	User, ARN                    string
	AccessKeyID, SecretAccessKey string
}

// CreateUser makes an IAM user with an access key, as signup does. The user may
// do nothing until a policy says so. It is an error if there is one of that name.
func (s *Server) CreateUser(ctx context.Context, name string) (Credentials, error) {
	client := s.iamClient()
	user, err := client.CreateUser(ctx, &iam.CreateUserInput{UserName: &name})
	if err != nil {
		return Credentials{}, fmt.Errorf("create user %s: %w", name, err)
	}
	key, err := client.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &name})
	if err != nil {
		return Credentials{}, fmt.Errorf("create an access key of user %s: %w", name, err)
	}
	return Credentials{
		User: name, ARN: *user.User.Arn,
		AccessKeyID: *key.AccessKey.AccessKeyId, SecretAccessKey: *key.AccessKey.SecretAccessKey,
	}, nil
}

// PutUserPolicy returns a user an inline policy, or replaces the one of that name.
func (s *Server) PutUserPolicy(ctx context.Context, user, name, document string) error {
	_, err := s.iamClient().PutUserPolicy(ctx, &iam.PutUserPolicyInput{
		UserName: &user, PolicyName: &name, PolicyDocument: &document,
	})
	if err != nil {
		return fmt.Errorf("put policy %s of user %s: %w", name, user, err)
	}
	return nil
}

// DeleteUser deletes a user along with its keys and inline policies, which IAM wants gone first.
func (s *Server) DeleteUser(ctx context.Context, name string) error {
	client := s.iamClient()
	if err := stripUser(ctx, client, name); err != nil {
		return err
	}
	if _, err := client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: &name}); err != nil {
		return fmt.Errorf("delete user %s: %w", name, err)
	}
	return nil
}

func stripUser(ctx context.Context, client *iam.Client, name string) error {
	keys, err := client.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: &name})
	if err != nil {
		return fmt.Errorf("list access keys of user %s: %w", name, err)
	}
	for _, key := range keys.AccessKeyMetadata {
		in := &iam.DeleteAccessKeyInput{UserName: &name, AccessKeyId: key.AccessKeyId}
		if _, err := client.DeleteAccessKey(ctx, in); err != nil {
			return fmt.Errorf("delete access key %s of user %s: %w", *key.AccessKeyId, name, err)
		}
	}
	policies, err := client.ListUserPolicies(ctx, &iam.ListUserPoliciesInput{UserName: &name})
	if err != nil {
		return fmt.Errorf("list policies of user %s: %w", name, err)
	}
	for _, policy := range policies.PolicyNames {
		in := &iam.DeleteUserPolicyInput{UserName: &name, PolicyName: &policy}
		if _, err := client.DeleteUserPolicy(ctx, in); err != nil {
			return fmt.Errorf("delete policy %s of user %s: %w", policy, name, err)
		}
	}
	return nil
}

// newSecret makes a secret access key of 26 random characters.
func newSecret() string { return rand.Text() }
