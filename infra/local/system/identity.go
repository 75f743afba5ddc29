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
	user, err := s3.CreateUser(ctx, FunctionUser)
	if err != nil {
		return s3server.Credentials{}, nil, fmt.Errorf("make the function's identity: %w", err)
	}
	scope := permissions.Scope{Partition: "aws", Account: s3.Account(), BucketPrefix: bucketPrefix, HomesBucket: homesBucket}
	if differences, err = permit(ctx, s3, user, scope); err != nil {
		return s3server.Credentials{}, nil, err
	}
	return user, append(differences, otherDifferences...), nil
}

// permit gives the function's identity the deployed role's rights in S3.
func permit(ctx context.Context, s3 *s3server.Server, user s3server.Credentials, scope permissions.Scope) (differences []string, err error) {
	local, differences := localize(permissions.S3(scope))
	document, err := permissions.Document(local)
	if err != nil {
		return nil, err
	}
	if err := s3.PutUserPolicy(ctx, user.User, "s3", string(document)); err != nil {
		return nil, fmt.Errorf("give the function's identity its rights: %w", err)
	}
	return differences, nil
}
