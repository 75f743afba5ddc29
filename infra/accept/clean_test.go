package main

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
)

// TestAStackThatIsStillUpdatedIsDeletedAfterThat: a run that was stopped doesn't end what
// CloudFormation does.
func TestAStackThatIsStillUpdatedIsDeletedAfterThat(t *testing.T) {
	for name, c := range map[string]struct {
		code, message, want string
		patience            time.Duration
	}{
		"updated":            {"ValidationError", "Stack [arn:aws:cloudformation:x] cannot be deleted while in status UPDATE_IN_PROGRESS", "", time.Hour},
		"updated for ever":   {"ValidationError", "Stack [arn:aws:cloudformation:x] cannot be deleted while in status UPDATE_IN_PROGRESS", "while in status UPDATE_IN_PROGRESS", 32 * time.Second},
		"of somebody else's": {"AccessDenied", "not authorized", "not authorized", time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, updated, gone := awsfake.New(), time.Now().Add(time.Minute), false
				w.OnEach("cloudformation:DescribeStacks", func(awsfake.Request) awsfake.Answer {
					if gone {
						return awsfake.Refuse("cloudformation:DescribeStacks", 400, "ValidationError", "Stack with id orgbucket-abcdefghp does not exist")
					}
					return awsfake.Answer{Body: `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>orgbucket-abcdefghp</StackName><CreationTime>2026-11-28T00:00:00Z</CreationTime><StackStatus>UPDATE_IN_PROGRESS</StackStatus></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`}
				})
				w.OnEach("cloudformation:DeleteStack", func(awsfake.Request) awsfake.Answer {
					if time.Now().Before(updated) || c.code != "ValidationError" {
						return awsfake.Refuse("cloudformation:DeleteStack", 400, c.code, c.message)
					}
					gone = true
					return awsfake.Answer{Body: `<DeleteStackResponse/>`}
				})
				r, _ := against(t, w)
				ctx, cancel := context.WithTimeout(t.Context(), c.patience)
				defer cancel()
				err := r.removeStack(ctx, "orgbucket-abcdefghp")
				if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) || gone != (err == nil) {
					t.Errorf("removed %t, %v", gone, err)
				}
			})
		})
	}
}
