package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	formationtypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	tagtypes "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// kind is a kind of things that a run makes.
type kind struct {
	name string
	// list returns the names of the run's.
	list   func(context.Context) ([]string, error)
	remove func(ctx context.Context, name string) error
}

// kinds returns the kinds of things that the run makes, in the order in which they can be
// removed: stacks first, and then what they keep and what isn't in one.
func (r *run) kinds() []kind {
	if r.here {
		return append(r.ownKinds(), r.claims(), r.deadLetters())
	}
	return slices.Concat([]kind{{"stack", r.stacks("orgbucket-"), r.removeStack}, {"bootstrap", r.stacks("CDKToolkit-"), r.removeBootstrap}}, r.ownKinds(), r.deployedKinds())
}

// ownKinds are what a run makes itself.
func (r *run) ownKinds() []kind {
	return []kind{
		{"subscription", r.subscriptions, func(ctx context.Context, arn string) error {
			_, err := r.sns.Unsubscribe(ctx, &sns.UnsubscribeInput{SubscriptionArn: &arn})
			return err
		}},
		{"queue", listed(r, func() pager[*sqs.ListQueuesOutput, sqs.Options] {
			return sqs.NewListQueuesPaginator(r.sqs, &sqs.ListQueuesInput{})
		}, func(page *sqs.ListQueuesOutput) []string { return page.QueueUrls }), func(ctx context.Context, url string) error {
			_, err := r.sqs.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: &url})
			return err
		}},
		{"bucket", listed(r, func() pager[*s3.ListBucketsOutput, s3.Options] {
			return s3.NewListBucketsPaginator(r.s3, &s3.ListBucketsInput{})
		}, func(page *s3.ListBucketsOutput) []string {
			return texts(page.Buckets, func(b s3types.Bucket) *string { return b.Name })
		}), r.removeBucket},
		{"user", listed(r, func() pager[*iam.ListUsersOutput, iam.Options] {
			return iam.NewListUsersPaginator(r.iam, &iam.ListUsersInput{})
		}, func(page *iam.ListUsersOutput) []string {
			return texts(page.Users, func(u types.User) *string { return u.UserName })
		}), r.removeUser},
	}
}

// deployedKinds are what stacks keep, and what is made for a deployment. What is part of a stack
// and never kept goes with it.
func (r *run) deployedKinds() []kind {
	return []kind{
		{"topic", listed(r, func() pager[*sns.ListTopicsOutput, sns.Options] {
			return sns.NewListTopicsPaginator(r.sns, &sns.ListTopicsInput{})
		}, func(page *sns.ListTopicsOutput) []string {
			return texts(page.Topics, func(t snstypes.Topic) *string { return t.TopicArn })
		}), func(ctx context.Context, arn string) error {
			_, err := r.sns.DeleteTopic(ctx, &sns.DeleteTopicInput{TopicArn: &arn})
			return err
		}},
		{"log group", listed(r, func() pager[*cloudwatchlogs.DescribeLogGroupsOutput, cloudwatchlogs.Options] {
			return cloudwatchlogs.NewDescribeLogGroupsPaginator(r.logs, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/aws/lambda/orgbucket-" + r.id)})
		}, func(page *cloudwatchlogs.DescribeLogGroupsOutput) []string {
			return texts(page.LogGroups, func(g logtypes.LogGroup) *string { return g.LogGroupName })
		}), func(ctx context.Context, name string) error {
			_, err := r.logs.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &name})
			return err
		}},
		{"policy", listed(r, func() pager[*iam.ListPoliciesOutput, iam.Options] {
			return iam.NewListPoliciesPaginator(r.iam, &iam.ListPoliciesInput{Scope: types.PolicyScopeTypeLocal})
		}, func(page *iam.ListPoliciesOutput) []string {
			return texts(page.Policies, func(p types.Policy) *string { return p.Arn })
		}), func(ctx context.Context, arn string) error {
			_, err := r.iam.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: &arn})
			return err
		}},
		{"key", r.keys, func(ctx context.Context, arn string) error {
			_, err := r.kms.ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{KeyId: &arn, PendingWindowInDays: aws.Int32(7)})
			return err
		}},
	}
}

// pager is one of the SDK's paginators.
type pager[P, O any] interface {
	HasMorePages() bool
	NextPage(context.Context, ...func(*O)) (P, error)
}

// listed returns what collects the names that have the run's id, in all pages of a list.
func listed[P, O any](r *run, list func() pager[P, O], names func(P) []string) func(context.Context) ([]string, error) {
	return func(ctx context.Context) (all []string, err error) {
		for p := list(); p.HasMorePages(); {
			page, err := p.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			all = append(all, slices.DeleteFunc(names(page), func(name string) bool { return !strings.Contains(name, r.id) })...)
		}
		return all, nil
	}
}

// texts maps a list to names.
func texts[T any](list []T, name func(T) *string) (all []string) {
	for _, item := range list {
		all = append(all, aws.ToString(name(item)))
	}
	return all
}

// stacks lists the run's stacks whose names begin with prefix.
func (r *run) stacks(prefix string) func(context.Context) ([]string, error) {
	return listed(r, func() pager[*cloudformation.DescribeStacksOutput, cloudformation.Options] {
		return cloudformation.NewDescribeStacksPaginator(r.formation, &cloudformation.DescribeStacksInput{})
	}, func(page *cloudformation.DescribeStacksOutput) []string {
		names := texts(page.Stacks, func(s formationtypes.Stack) *string { return s.StackName })
		return slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, prefix) })
	})
}

// removeBootstrap removes the bootstrap, which has the role that stacks are deleted with.
func (r *run) removeBootstrap(ctx context.Context, name string) error {
	if left, err := r.stacks("orgbucket-")(ctx); err != nil || len(left) > 0 {
		return errors.Join(err, fmt.Errorf("the stacks %v, which need it, are still there", left))
	}
	return r.removeStack(ctx, name)
}

// subscriptions returns those of the run's mailbox.
func (r *run) subscriptions(ctx context.Context) (all []string, err error) {
	for p := sns.NewListSubscriptionsPaginator(r.sns, &sns.ListSubscriptionsInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, s := range page.Subscriptions {
			if strings.Contains(aws.ToString(s.Endpoint), r.id) {
				all = append(all, aws.ToString(s.SubscriptionArn))
			}
		}
	}
	return all, nil
}

// keys returns the keys with the run's tag that aren't to be deleted already: one that is costs
// nothing (https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html).
func (r *run) keys(ctx context.Context) (all []string, err error) {
	for p := resourcegroupstaggingapi.NewGetResourcesPaginator(r.tagged, &resourcegroupstaggingapi.GetResourcesInput{
		ResourceTypeFilters: []string{"kms:key"}, TagFilters: []tagtypes.TagFilter{{Key: aws.String(tagKey), Values: []string{r.id}}},
	}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, m := range page.ResourceTagMappingList {
			key, err := r.kms.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: m.ResourceARN})
			if err != nil {
				return nil, err
			}
			if key.KeyMetadata.KeyState != kmstypes.KeyStatePendingDeletion {
				all = append(all, aws.ToString(m.ResourceARN))
			}
		}
	}
	return all, nil
}
