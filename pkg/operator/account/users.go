package account

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// UserExists tells whether there's an IAM user with exactly this ARN: a user of
// that name with a path, or in other letters' case, is another principal to S3. Only
// credentials of the user's account can tell.
func (a *Account) UserExists(ctx context.Context, arn string) (bool, error) {
	account, name, err := userOf(arn)
	if err != nil {
		return false, err
	}
	if a.clients.Users == nil {
		return false, NotServed("IAM")
	}
	if err := a.only(ctx, account); err != nil {
		return false, err
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	out, err := a.clients.Users.GetUser(ctx, &iam.GetUserInput{UserName: aws.String(name)})
	if _, absent := errors.AsType[*iamtypes.NoSuchEntityException](err); absent {
		return false, nil
	}
	if err != nil {
		return false, Unanswered(err, "iam:GetUser on "+arn)
	}
	if out.User == nil || aws.ToString(out.User.Arn) == "" {
		return false, cant("IAM answered without a user")
	}
	return *out.User.Arn == arn, nil
}

// userOf takes arn:<partition>:iam::<account>:user/<name> apart.
func userOf(arn string) (account, name string, err error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) == 6 && parts[2] == "iam" {
		if path, ok := strings.CutPrefix(parts[5], "user/"); ok {
			return parts[4], path[strings.LastIndex(path, "/")+1:], nil
		}
	}
	return "", "", cant("%q isn't an IAM user's ARN", arn)
}

// maxUserPages bounds the search for a user, to 20,000 users.
const maxUserPages = 20

// UserWithPrefix gives the name of an IAM user of the account whose name begins
// with prefix, without a path; empty if there's none. IAM can't be asked for that,
// so the users are gone through; with too many of them it can't be told.
func (a *Account) UserWithPrefix(ctx context.Context, account, prefix string) (string, error) {
	if a.clients.Users == nil {
		return "", NotServed("IAM")
	}
	if err := a.only(ctx, account); err != nil {
		return "", err
	}
	ctx, stop := context.WithTimeout(ctx, walkPatience)
	defer stop()
	in := &iam.ListUsersInput{PathPrefix: aws.String("/"), MaxItems: aws.Int32(1000)}
	for range maxUserPages {
		out, err := a.clients.Users.ListUsers(ctx, in)
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

// Partition is the first part of the ARNs of a Region
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
func Partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}
