package stage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

// root is where the stacks write their parameters: <root>/<stage>/<setting>.
const root = "/orgbucket"

func path(stage string) string { return root + "/" + stage }

// maxPages bounds a walk through a list that doesn't end. A page has up to ten
// parameters.
const maxPages = 500

// stage reads the parameters of the stage's stack.
func (from sources) stage(ctx context.Context) (map[string]string, error) {
	name := from.name
	if !arn.IsStage(name) {
		return nil, &Error{Usage: true, Message: fmt.Sprintf("stage %q isn't a stage's name: at most %d lower-case letters, digits and inner single hyphens, with a letter first", name, arn.MaxStageLength)}
	}
	if from.region == "" {
		return nil, &Error{Usage: true, Message: fmt.Sprintf("find stage %s: no Region is set", name),
			Advice: "Name the stage's Region in AWS_REGION or in the profile."}
	}
	found := map[string]string{}
	err := from.walk(ctx, path(name), false, func(parameter, text string) {
		found[strings.TrimPrefix(parameter, path(name)+"/")] = text
	})
	if err != nil {
		return nil, from.unread(err, name)
	}
	if len(found) == 0 {
		return nil, from.absent(ctx, name)
	}
	return found, nil
}

// walk calls each with every parameter below a path.
func (from sources) walk(ctx context.Context, below string, deep bool, each func(name, text string)) error {
	in := &ssm.GetParametersByPathInput{Path: aws.String(below), Recursive: aws.Bool(deep), MaxResults: aws.Int32(10)}
	for range maxPages {
		page, err := from.parameters.GetParametersByPath(ctx, in)
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

// Names returns the names of the stages in the Region of cfg, sorted.
func Names(ctx context.Context, cfg aws.Config) ([]string, error) {
	return sources{parameters: ssm.NewFromConfig(account.Fenced(cfg))}.stages(ctx)
}

// stages returns the names of the stages in the Region, sorted.
func (from sources) stages(ctx context.Context) ([]string, error) {
	var all []string
	err := from.walk(ctx, root, true, func(name, _ string) {
		if stage, _, ok := strings.Cut(strings.TrimPrefix(name, root+"/"), "/"); ok && arn.IsStage(stage) {
			all = append(all, stage)
		}
	})
	slices.Sort(all)
	return slices.Compact(all), err
}
