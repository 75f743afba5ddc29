package stage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

// Parameters reads the stack's parameters; *ssm.Client is one. Its caller follows
// the pages; retries are the client's own.
type Parameters interface {
	GetParametersByPath(ctx context.Context, in *ssm.GetParametersByPathInput, opts ...func(*ssm.Options)) (*ssm.GetParametersByPathOutput, error)
}

// Identity tells whose credentials are used; *sts.Client is one.
type Identity interface {
	GetCallerIdentity(ctx context.Context, in *sts.GetCallerIdentityInput, opts ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error)
}

// root is where the stacks write their parameters: <root>/<stage>/<setting>.
const root = "/orgbucket"

func path(stage string) string { return root + "/" + stage }

// maxPages ends a walk that a broken service would keep going round. A page has up
// to ten parameters.
const maxPages = 500

// stage reads what the stage's stack says of itself.
func (from Sources) stage(ctx context.Context) (map[setting]string, error) {
	name := from.Name
	if !arn.IsStage(name) {
		return nil, &Error{Usage: true, Message: fmt.Sprintf("stage %q isn't a stage's name: at most %d lower-case letters, digits and inner single hyphens, with a letter first", name, arn.MaxStageLength)}
	}
	if from.Region == "" {
		return nil, &Error{Usage: true, Message: fmt.Sprintf("find stage %s: no Region is set", name),
			Advice: "Name the stage's Region in AWS_REGION or in the profile."}
	}
	if from.Parameters == nil {
		return nil, &Error{Usage: true, Message: fmt.Sprintf("find stage %s: %v", name, account.NotServed("AWS SSM")),
			Advice: "Leave --stage out for that system, or unset AWS_ENDPOINT_URL and its likes for AWS."}
	}
	found := map[setting]string{}
	err := from.walk(ctx, path(name), false, func(parameter, text string) {
		found[setting(strings.TrimPrefix(parameter, path(name)+"/"))] = text
	})
	if err != nil {
		return nil, from.unread(err, name)
	}
	if len(found) == 0 {
		return nil, from.absent(ctx, name)
	}
	return found, nil
}

// walk gives every parameter below a path.
func (from Sources) walk(ctx context.Context, below string, deep bool, each func(name, text string)) error {
	in := &ssm.GetParametersByPathInput{Path: aws.String(below), Recursive: aws.Bool(deep), MaxResults: aws.Int32(10)}
	for range maxPages {
		page, err := from.Parameters.GetParametersByPath(ctx, in)
		if err != nil {
			return err
		}
		for _, p := range page.Parameters {
			each(aws.ToString(p.Name), aws.ToString(p.Value))
		}
		if aws.ToString(page.NextToken) == "" {
			return nil
		}
		in.NextToken = page.NextToken
	}
	return fmt.Errorf("the parameters below %s don't end", below)
}

// stages lists the stages that are there, sorted.
func (from Sources) stages(ctx context.Context) ([]string, error) {
	var all []string
	err := from.walk(ctx, root, true, func(name, _ string) {
		if stage, _, ok := strings.Cut(strings.TrimPrefix(name, root+"/"), "/"); ok && arn.IsStage(stage) {
			all = append(all, stage)
		}
	})
	slices.Sort(all)
	return slices.Compact(all), err
}
