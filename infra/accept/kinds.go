package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	tagtypes "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// kind is a kind of things that a run makes.
type kind struct {
	name string
	// list returns the names of the run's.
	list func(context.Context) ([]string, error)
	// remove is nil for what goes with its stack.
	remove func(ctx context.Context, name string) error
}

// kinds returns the kinds of things that the run makes, in the order in which they can be
// removed: stacks first, and then what they keep and what isn't in one.
func (r *run) kinds() []kind {
	if r.here {
		return append(r.ownKinds(), r.claims(), r.deadLetters())
	}
	return slices.Concat([]kind{{"stack", r.stageStacks, r.removeStack}, {"bootstrap", r.bootstrapStacks, r.removeBootstrap}}, r.ownKinds(), r.deployedKinds())
}

// ownKinds are what a run makes itself.
func (r *run) ownKinds() []kind {
	return []kind{
		{"subscription", r.subscriptions, func(ctx context.Context, arn string) error {
			_, err := r.sns.Unsubscribe(ctx, &sns.UnsubscribeInput{SubscriptionArn: &arn})
			return err
		}},
		{"queue", r.queues, func(ctx context.Context, url string) error {
			_, err := r.sqs.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: &url})
			return err
		}},
		{"bucket", r.buckets, r.removeBucket},
		{"user", r.allUsers, r.removeUser},
	}
}

// deployedKinds are what a deployment makes beside those.
func (r *run) deployedKinds() []kind {
	return []kind{
		{"topic", r.topics, func(ctx context.Context, arn string) error {
			_, err := r.sns.DeleteTopic(ctx, &sns.DeleteTopicInput{TopicArn: &arn})
			return err
		}},
		{"log group", r.logGroups, func(ctx context.Context, name string) error {
			_, err := r.logs.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &name})
			return err
		}},
		{"policy", r.policies, func(ctx context.Context, arn string) error {
			_, err := r.iam.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: &arn})
			return err
		}},
		{"key", r.keys, func(ctx context.Context, arn string) error {
			_, err := r.kms.ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{KeyId: &arn, PendingWindowInDays: aws.Int32(7)})
			return err
		}},
		{"role", r.roles, nil},
		{"function", r.functions, nil},
		{"event source", r.eventSources, nil},
		{"parameter", r.parameters, nil},
		{"alarm", r.alarms, nil},
		{"dashboard", r.dashboards, nil},
		{"saved query", r.queries, nil},
		{"repository", func(ctx context.Context) ([]string, error) { return r.withTag(ctx, "ecr:repository") }, nil},
	}
}

// pages collects the names in all pages of a list that have the run's id.
func pages[P any](ctx context.Context, r *run, more func() bool, next func(context.Context) (P, error), names func(P) []string) (all []string, err error) {
	for more() {
		page, err := next(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, r.ours(names(page))...)
	}
	return all, nil
}

// texts maps a list to names.
func texts[T any](list []T, name func(T) *string) (all []string) {
	for _, item := range list {
		all = append(all, aws.ToString(name(item)))
	}
	return all
}

func (r *run) stacks(ctx context.Context, prefix string) ([]string, error) {
	p := cloudformation.NewDescribeStacksPaginator(r.formation, &cloudformation.DescribeStacksInput{})
	all, err := pages(ctx, r, p.HasMorePages, func(ctx context.Context) (*cloudformation.DescribeStacksOutput, error) { return p.NextPage(ctx) },
		func(page *cloudformation.DescribeStacksOutput) (names []string) {
			for _, s := range page.Stacks {
				names = append(names, aws.ToString(s.StackName))
			}
			return names
		})
	return slices.DeleteFunc(all, func(name string) bool { return !strings.HasPrefix(name, prefix) }), err
}

func (r *run) stageStacks(ctx context.Context) ([]string, error) { return r.stacks(ctx, "orgbucket-") }

func (r *run) bootstrapStacks(ctx context.Context) ([]string, error) {
	return r.stacks(ctx, "CDKToolkit-")
}

// removeBootstrap removes the bootstrap, which has the role that stacks are deleted with.
func (r *run) removeBootstrap(ctx context.Context, name string) error {
	if left, err := r.stageStacks(ctx); err != nil || len(left) > 0 {
		return errors.Join(err, fmt.Errorf("the stacks %v, which need it, are still there", left))
	}
	return r.removeStack(ctx, name)
}

// subscriptions returns those of the run's mailbox.
func (r *run) subscriptions(ctx context.Context) (all []string, err error) {
	p := sns.NewListSubscriptionsPaginator(r.sns, &sns.ListSubscriptionsInput{})
	for p.HasMorePages() {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, s := range page.Subscriptions {
			if len(r.ours([]string{aws.ToString(s.Endpoint)})) > 0 {
				all = append(all, aws.ToString(s.SubscriptionArn))
			}
		}
	}
	return all, nil
}

func (r *run) topics(ctx context.Context) ([]string, error) {
	p := sns.NewListTopicsPaginator(r.sns, &sns.ListTopicsInput{})
	return pages(ctx, r, p.HasMorePages, func(ctx context.Context) (*sns.ListTopicsOutput, error) { return p.NextPage(ctx) },
		func(page *sns.ListTopicsOutput) (names []string) {
			for _, t := range page.Topics {
				names = append(names, aws.ToString(t.TopicArn))
			}
			return names
		})
}

func (r *run) queues(ctx context.Context) ([]string, error) {
	p := sqs.NewListQueuesPaginator(r.sqs, &sqs.ListQueuesInput{})
	return pages(ctx, r, p.HasMorePages, func(ctx context.Context) (*sqs.ListQueuesOutput, error) { return p.NextPage(ctx) },
		func(page *sqs.ListQueuesOutput) []string { return page.QueueUrls })
}

func (r *run) logGroups(ctx context.Context) ([]string, error) {
	p := cloudwatchlogs.NewDescribeLogGroupsPaginator(r.logs, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/aws/lambda/orgbucket-" + r.id)})
	return pages(ctx, r, p.HasMorePages, func(ctx context.Context) (*cloudwatchlogs.DescribeLogGroupsOutput, error) { return p.NextPage(ctx) },
		func(page *cloudwatchlogs.DescribeLogGroupsOutput) (names []string) {
			for _, g := range page.LogGroups {
				names = append(names, aws.ToString(g.LogGroupName))
			}
			return names
		})
}

func (r *run) allUsers(ctx context.Context) ([]string, error) {
	p := iam.NewListUsersPaginator(r.iam, &iam.ListUsersInput{})
	return pages(ctx, r, p.HasMorePages, func(ctx context.Context) (*iam.ListUsersOutput, error) { return p.NextPage(ctx) },
		func(page *iam.ListUsersOutput) []string {
			return texts(page.Users, func(u types.User) *string { return u.UserName })
		})
}

func (r *run) policies(ctx context.Context) ([]string, error) {
	p := iam.NewListPoliciesPaginator(r.iam, &iam.ListPoliciesInput{Scope: types.PolicyScopeTypeLocal})
	return pages(ctx, r, p.HasMorePages, func(ctx context.Context) (*iam.ListPoliciesOutput, error) { return p.NextPage(ctx) },
		func(page *iam.ListPoliciesOutput) []string {
			return texts(page.Policies, func(p types.Policy) *string { return p.Arn })
		})
}

func (r *run) roles(ctx context.Context) ([]string, error) {
	p := iam.NewListRolesPaginator(r.iam, &iam.ListRolesInput{})
	return pages(ctx, r, p.HasMorePages, func(ctx context.Context) (*iam.ListRolesOutput, error) { return p.NextPage(ctx) },
		func(page *iam.ListRolesOutput) []string {
			return texts(page.Roles, func(r types.Role) *string { return r.RoleName })
		})
}

// keys returns the run's keys that aren't to be deleted already: one that is costs nothing
// (https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html).
func (r *run) keys(ctx context.Context) (all []string, err error) {
	tagged, err := r.withTag(ctx, "kms:key")
	for _, arn := range tagged {
		key, err := r.kms.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &arn})
		if err != nil {
			return nil, err
		}
		if key.KeyMetadata.KeyState != kmstypes.KeyStatePendingDeletion {
			all = append(all, arn)
		}
	}
	return all, err
}

// withTag returns the ARNs of the resources of a type that have the run's tag.
func (r *run) withTag(ctx context.Context, resource string) (all []string, err error) {
	p := resourcegroupstaggingapi.NewGetResourcesPaginator(r.tagged, &resourcegroupstaggingapi.GetResourcesInput{
		ResourceTypeFilters: []string{resource}, TagFilters: []tagtypes.TagFilter{{Key: aws.String(tagKey), Values: []string{r.id}}},
	})
	for p.HasMorePages() {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, texts(page.ResourceTagMappingList, func(m tagtypes.ResourceTagMapping) *string { return m.ResourceARN })...)
	}
	return all, nil
}

func (r *run) functions(ctx context.Context) ([]string, error) {
	p := lambda.NewListFunctionsPaginator(r.lambda, &lambda.ListFunctionsInput{})
	return pages(ctx, r, p.HasMorePages, func(ctx context.Context) (*lambda.ListFunctionsOutput, error) { return p.NextPage(ctx) },
		func(page *lambda.ListFunctionsOutput) (names []string) {
			for _, f := range page.Functions {
				names = append(names, aws.ToString(f.FunctionName))
			}
			return names
		})
}

func (r *run) eventSources(ctx context.Context) ([]string, error) {
	p := lambda.NewListEventSourceMappingsPaginator(r.lambda, &lambda.ListEventSourceMappingsInput{})
	return pages(ctx, r, p.HasMorePages, func(ctx context.Context) (*lambda.ListEventSourceMappingsOutput, error) { return p.NextPage(ctx) },
		func(page *lambda.ListEventSourceMappingsOutput) (names []string) {
			for _, m := range page.EventSourceMappings {
				names = append(names, aws.ToString(m.UUID)+" of "+aws.ToString(m.FunctionArn))
			}
			return names
		})
}

func (r *run) parameters(ctx context.Context) ([]string, error) {
	p := ssm.NewDescribeParametersPaginator(r.ssm, &ssm.DescribeParametersInput{})
	return pages(ctx, r, p.HasMorePages, func(ctx context.Context) (*ssm.DescribeParametersOutput, error) { return p.NextPage(ctx) },
		func(page *ssm.DescribeParametersOutput) []string {
			return texts(page.Parameters, func(p ssmtypes.ParameterMetadata) *string { return p.Name })
		})
}

func (r *run) alarms(ctx context.Context) ([]string, error) {
	p := cloudwatch.NewDescribeAlarmsPaginator(r.watch, &cloudwatch.DescribeAlarmsInput{AlarmNamePrefix: aws.String("orgbucket-" + r.id)})
	return pages(ctx, r, p.HasMorePages, func(ctx context.Context) (*cloudwatch.DescribeAlarmsOutput, error) { return p.NextPage(ctx) },
		func(page *cloudwatch.DescribeAlarmsOutput) (names []string) {
			for _, a := range page.MetricAlarms {
				names = append(names, aws.ToString(a.AlarmName))
			}
			return names
		})
}

func (r *run) dashboards(ctx context.Context) ([]string, error) {
	p := cloudwatch.NewListDashboardsPaginator(r.watch, &cloudwatch.ListDashboardsInput{DashboardNamePrefix: aws.String("orgbucket-" + r.id)})
	return pages(ctx, r, p.HasMorePages, func(ctx context.Context) (*cloudwatch.ListDashboardsOutput, error) { return p.NextPage(ctx) },
		func(page *cloudwatch.ListDashboardsOutput) (names []string) {
			for _, d := range page.DashboardEntries {
				names = append(names, aws.ToString(d.DashboardName))
			}
			return names
		})
}

// queries returns the saved queries: there are fewer than a page has.
func (r *run) queries(ctx context.Context) ([]string, error) {
	out, err := r.logs.DescribeQueryDefinitions(ctx, &cloudwatchlogs.DescribeQueryDefinitionsInput{QueryDefinitionNamePrefix: aws.String("orgbucket/" + r.id)})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, q := range out.QueryDefinitions {
		names = append(names, aws.ToString(q.Name))
	}
	return names, nil
}
