// Package doctor checks what has to hold so that messages can work at all: the
// account's settings, and that queue, function, event source and topic of a stage
// fit together as its stack made them. It reads only, and where it may not look or
// nobody answers it says so instead of guessing.
package doctor

import (
	"context"
	"sync"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/account"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

// Status is what came out of a check.
type Status string

// The statuses, from good to bad.
const (
	// OK: it's as it shall be.
	OK Status = "ok"
	// Notice: nothing is wrong yet, but somebody should look.
	Notice Status = "notice"
	// Unknown: it can't be told.
	Unknown Status = "unknown"
	// Wrong: messages fail, get lost or wait because of it, or soon will.
	Wrong Status = "wrong"
)

// Result is a check's, in texts that are safe to show.
type Result struct {
	// Check is the check's name, which scripts may rely on.
	Check  string `json:"check"`
	Status Status `json:"status"`
	// Seen says in one line what was seen, what is wrong, or why it can't be told.
	Seen string `json:"seen"`
	// Advice is what to do, in one line; may be empty.
	Advice string `json:"advice,omitempty"`
	// Permission is what is missing to tell, such as "iam:ListUsers on arn:…".
	Permission string `json:"permission,omitempty"`
}

// Doctor examines a stage.
type Doctor struct {
	stage   *stage.Stage
	account *account.Account
	clients Clients
}

// New takes a stage, of which any part may be missing, its account, and the
// services that are asked.
func New(d *stage.Stage, a *account.Account, clients Clients) *Doctor {
	return &Doctor{stage: d, account: a, clients: clients}
}

// patience is how long one request may take, retries included.
const patience = 20 * time.Second

// check is one thing that is looked at.
type check struct {
	name  string
	needs []Permission
	run   func(context.Context, *visit) Result
}

// checks are all, in the order in which they are shown: what the others stand on
// comes first.
var checks = []check{
	{"credentials", permissions("sts:GetCallerIdentity", "*"), checkCredentials},
	{"clock", nil, checkClock},
	{"account-access-block", permissions("s3:GetAccountPublicAccessBlock", "*"), checkAccountBlock},
	{"organization-access-block", permissions("organizations:DescribeEffectivePolicy", theMembership), checkOrganizationBlock},
	{"bucket-quota", permissions("servicequotas:GetServiceQuota", theQuota, "s3:ListAllMyBuckets", "*"), checkQuota},
	{"cost-allocation-tag", permissions("ce:ListCostAllocationTags", "*"), checkCostTag},
	{"queue", permissions("sqs:GetQueueAttributes", theQueue), checkQueue},
	{"redrive", permissions("sqs:GetQueueAttributes", theQueue, "sqs:GetQueueAttributes", theDeadLetters), checkRedrive},
	{"visibility", permissions("sqs:GetQueueAttributes", theQueue, "lambda:GetFunctionConfiguration", theFunction), checkVisibility},
	{"dead-letter-retention", permissions("sqs:GetQueueAttributes", theQueue, "sqs:GetQueueAttributes", theDeadLetters), checkRetention},
	{"dead-letters", permissions("sqs:GetQueueAttributes", theDeadLetters), checkDeadLetters},
	{"topic", permissions("sns:GetTopicAttributes", theTopic), checkTopic},
	{"function", permissions("lambda:GetFunctionConfiguration", theFunction, "lambda:GetFunctionConcurrency", theFunction), checkFunction},
	{"function-settings", permissions("lambda:GetFunctionConfiguration", theFunction, "sqs:GetQueueAttributes", theQueue), checkSettings},
	{"event-source", permissions("lambda:ListEventSourceMappings", "*", "sqs:GetQueueAttributes", theQueue), checkEventSource},
	{"claims", permissions("s3:GetBucketPublicAccessBlock", theClaims, "s3:GetBucketVersioning", theClaims), checkClaims},
	{"client-users", permissions("iam:ListUsers", "*"), checkUsers},
}

// Examine runs all checks at once. What several checks are about is asked once; only
// whose the credentials are may be asked more often. The results are in the order
// of the checks.
func (d *Doctor) Examine(ctx context.Context) []Result {
	v := d.visit(ctx)
	results := make([]Result, len(checks))
	var wg sync.WaitGroup
	for i, c := range checks {
		wg.Go(func() {
			results[i] = c.run(ctx, v)
			results[i].Check = c.name
		})
	}
	wg.Wait()
	return results
}

// Worst is the worst status of the results: Wrong, then Unknown, then Notice.
func Worst(results []Result) Status {
	worst := OK
	rank := map[Status]int{OK: 0, Notice: 1, Unknown: 2, Wrong: 3}
	for _, r := range results {
		if rank[r.Status] > rank[worst] {
			worst = r.Status
		}
	}
	return worst
}
