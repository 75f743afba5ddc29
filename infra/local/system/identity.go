package system

import (
	"context"
	"fmt"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/infra/permissions"
)

// FunctionUser is the IAM user that stands for the function's role: versitygw
// has no roles that a process could assume.
const FunctionUser = "orgbucket-function"

// otherDifferences are those that don't follow from a statement.
var otherDifferences = []string{
	"an IAM user stands for the role, since versitygw has no AssumeRole",
	"rights on the queue and the topic aren't checked: fauxqs knows no permissions",
}

// CreateFunctionUser makes the function's identity, which may do in S3 what the
// deployed role may, and describes the differences, a line of text each.
func CreateFunctionUser(ctx context.Context, s3 *s3server.Server, bucketPrefix, homesBucket string) (identity s3server.Credentials, differences []string, err error) {
	identity, differences, err = createUser(ctx, s3, FunctionUser, permissions.S3(scope(s3, bucketPrefix, homesBucket)))
	return identity, append(differences, otherDifferences...), err
}

func scope(s3 *s3server.Server, bucketPrefix, homesBucket string) permissions.Scope {
	return permissions.Scope{Partition: "aws", Account: s3.Account(), BucketPrefix: bucketPrefix, HomesBucket: homesBucket}
}

// createUser makes an IAM user that may do what a role may.
func createUser(ctx context.Context, s3 *s3server.Server, name string, role []permissions.Statement) (s3server.Credentials, []string, error) {
	user, err := s3.CreateUser(ctx, name)
	if err != nil {
		return s3server.Credentials{}, nil, fmt.Errorf("make the identity %s: %w", name, err)
	}
	differences, err := permit(ctx, s3, user, role)
	return user, differences, err
}

// permit gives an IAM user a role's rights in S3.
func permit(ctx context.Context, s3 *s3server.Server, user s3server.Credentials, role []permissions.Statement) (differences []string, err error) {
	local, differences := localize(role)
	document, err := permissions.Document(local)
	if err != nil {
		return nil, err
	}
	if err := s3.PutUserPolicy(ctx, user.User, "s3", string(document)); err != nil {
		return nil, fmt.Errorf("give %s its rights: %w", user.User, err)
	}
	return differences, nil
}
