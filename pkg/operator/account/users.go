package account

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// UserExists reports whether there's an IAM user with exactly this ARN: to S3 a user
// of that name with a path, or in another case, is another principal. It needs
// credentials of the user's account.
func (a *Account) UserExists(ctx context.Context, userARN string) (bool, error) {
	account, name, err := userOf(userARN)
	if err != nil {
		return false, err
	}
	if err := a.only(ctx, account); err != nil {
		return false, err
	}
	out, err := a.users.GetUser(ctx, &iam.GetUserInput{UserName: aws.String(name)})
	if _, absent := errors.AsType[*iamtypes.NoSuchEntityException](err); absent {
		return false, nil
	}
	if err != nil {
		return false, Unanswered(err, "iam:GetUser on "+userARN)
	}
	if out.User == nil || aws.ToString(out.User.Arn) == "" {
		return false, cant("IAM answered without a user")
	}
	return *out.User.Arn == userARN, nil
}

// userOf returns account and name of arn:<partition>:iam::<account>:user/<name>.
func userOf(text string) (account, name string, err error) {
	if a, ok := arn.Parse(text); ok && a.Service == "iam" {
		if path, ok := strings.CutPrefix(a.Resource, "user/"); ok {
			return a.Account, path[strings.LastIndex(path, "/")+1:], nil
		}
	}
	return "", "", cant("%q isn't an IAM user's ARN", text)
}

const maxUserPages = 20

// UserWithPrefix returns the name of an IAM user of the account, without a path,
// whose name begins with prefix; empty if there's none. IAM can't search by name, so
// it lists the users, 20,000 at most; with more it's an error.
func (a *Account) UserWithPrefix(ctx context.Context, account, prefix string) (string, error) {
	if err := a.only(ctx, account); err != nil {
		return "", err
	}
	ctx, stop := context.WithTimeout(ctx, walkPatience)
	defer stop()
	in := &iam.ListUsersInput{PathPrefix: aws.String("/"), MaxItems: aws.Int32(1000)}
	for range maxUserPages {
		out, err := a.users.ListUsers(ctx, in)
		if err != nil {
			return "", Unanswered(err, "iam:ListUsers on *")
		}
		for _, user := range out.Users {
			if strings.HasPrefix(aws.ToString(user.UserName), prefix) && (user.Path == nil || *user.Path == "/") {
				return safetext.Line(*user.UserName, 64), nil
			}
		}
		if !out.IsTruncated {
			return "", nil
		}
		if aws.ToString(out.Marker) == "" {
			return "", cant("IAM's list of users breaks off")
		}
		in.Marker = out.Marker
	}
	return "", cant("none of the first %d IAM users begins with %q, and there are more", maxUserPages*1000, prefix)
}
